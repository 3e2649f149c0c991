// `buttons status`: what there is to update. Changes nothing.

import { defineCommand } from '../command.ts'
import { tellReport } from '../packages/report.ts'
import { asCode } from '../packages/trouble.ts'

export const command = defineCommand({
  failurePrefix: '',
  args: {},
  examples: ['status', 'status --json'],
  run: ({ app, out, stop }) =>
    asCode('STATUS_ERROR', async () => {
      const packages = await app.packages(out.warn, stop())
      const report = await packages.check()
      out.answer(report, (people) => {
        tellReport(report, people)
        if (report.update_available) people.next('buttons update')
      })
    }),
})
