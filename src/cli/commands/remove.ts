// `buttons remove @desk/name`: a package goes, unless another one needs it.

import { defineCommand } from '../command.ts'
import { asCode } from '../packages/trouble.ts'

export const command = defineCommand({
  failurePrefix: '',
  args: { package: { type: 'positional', description: '@desk/name' } },
  examples: ['remove @acme/deploy'],
  run: ({ args, app, out, summary }) =>
    asCode('REMOVE_ERROR', async () => {
      const packages = await app.packages(out.warn)
      if (summary) return out.plan('remove', await packages.planRemove(args.package))
      const done = await packages.remove(args.package)
      out.answer(done, (people) => {
        people.note(`✓ Removed ${done.name}`)
        for (const name of done.kept ?? []) people.note(`  The files of ${name} stay`)
        people.next('buttons list')
      })
    }),
})
