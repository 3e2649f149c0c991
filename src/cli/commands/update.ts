// `buttons update`: brings the program and all packages that are not pinned up to date.

import { defineCommand } from '../command.ts'
import { tellReport } from '../packages/report.ts'
import { askingFor } from '../packages/sheet.ts'
import { asCode } from '../packages/trouble.ts'

export const command = defineCommand({
  failurePrefix: '',
  args: {
    yes: { type: 'boolean', alias: 'y', description: 'Do not ask' },
    'accept-new-publisher': {
      type: 'boolean',
      description: 'Trust another signature than that of earlier versions, or none',
    },
  },
  examples: ['update', 'update --yes'],
  run: (call) =>
    asCode('UPDATE_ERROR', async () => {
      const { args, app, out, stop, summary } = call
      if (summary) return out.plan('update', { binary: true, packages: true })
      const packages = await app.packages(out.warn, stop())
      const done = await packages.update({
        waitMs: 30_000,
        acceptNewPublisher: args['accept-new-publisher'],
        ...askingFor(args, call),
      })
      out.answer(done, (people) => {
        if (done.updated_binary) people.note(`✓ Updated buttons to ${done.binary?.latest}`)
        tellReport(done, people)
        people.next('buttons status')
      })
    }),
})
