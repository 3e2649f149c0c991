// `buttons login`: lets this machine publish, confirmed in a browser.

import { loginDefaults } from '#spec/login.ts'
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  failurePrefix: '',
  args: {
    registry: { type: 'string', valueHint: 'url', description: 'Address of the registry' },
    desk: { type: 'string', valueHint: 'url', description: 'Address of its page for people' },
    'no-browser': { type: 'boolean', description: 'Show the address instead of opening it' },
  },
  examples: ['login', 'login --registry https://registry.example --desk https://desk.example'],
  run: async ({ args, app, out, summary, stop }) => {
    const { env, terminal } = app.host
    const request = {
      registry: args.registry || env['BUTTONS_REGISTRY_URL'] || loginDefaults.registry,
      desk: args.desk || env['BUTTONS_DESK_URL'] || loginDefaults.desk,
      noBrowser: args['no-browser'],
    }
    if (summary) return out.plan('login', request)
    const desk = await app.desk(out.warn, stop())
    // On stderr in both modes: somebody has to open it while the command waits.
    const done = await desk.login(request, (url) => terminal.writeError(`Open ${url}\n`))
    out.answer(done, (people) => {
      people.note(`✓ Logged in to ${done.registry} as ${done.org_id} on ${done.host}`)
      people.next(`buttons publish @${done.org_id}/NAME`)
    })
  },
})
