// `buttons agent setup SLUG`: makes this device known to the registry under a name.

import { isObject } from '#core/drawer/json.ts'
import type { App } from '../../../app.ts'
import { defineCommand } from '../../command.ts'
import { protectKey } from '../../packages/protect.ts'
import type { Output } from '../../printer.ts'

export const command = defineCommand({
  args: {
    slug: { type: 'positional', description: 'Name of this agent, part of its address' },
    tunnel: { type: 'string', valueHint: 'id', description: 'The tunnel that leads here' },
    principal: { type: 'string', valueHint: 'name', description: 'For whom this agent acts' },
  },
  examples: ['agent setup my-desk', 'agent setup my-desk --tunnel 6f1c'],
  run: async ({ args, app, out, summary, stop }) => {
    const desk = await app.desk(out.warn, stop())
    const { slug, tunnel = '', principal = '' } = args
    const request = { slug, tunnel, principal }
    if (summary) {
      await desk.checkSetup(request)
      return out.plan('agent setup', request)
    }
    const answer = await keepingKey(() => desk.setUp(request), app, out)
    out.answer(answer, (people) => {
      people.note(
        `✓ ${slug} is ${typeof answer['status'] === 'string' ? answer['status'] : 'set up'}`,
      )
      const urls = isObject(answer['urls']) ? answer['urls'] : {}
      for (const [name, url] of Object.entries(urls))
        if (typeof url === 'string') people.note(`  ${name.padEnd(8)} ${url}`)
      people.next('buttons agent status')
    })
  },
})

/** The key may have been made although the registry said no. */
async function keepingKey<T>(act: () => Promise<T>, app: App, out: Output): Promise<T> {
  try {
    return await act()
  } finally {
    await protectKey(app, out)
  }
}
