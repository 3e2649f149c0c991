// `buttons add @desk/name[@N]`: adds a package to the project and installs it with what it needs.

import { parsePackageRequest } from '#core/package/name.ts'
import { defineCommand } from '../command.ts'
import { tellInstalled } from '../packages/installed.ts'
import { installOptions, sheetArgs } from '../packages/sheet.ts'
import { asCode } from '../packages/trouble.ts'

export const command = defineCommand({
  failurePrefix: '',
  args: {
    package: { type: 'positional', description: '@desk/name, or @desk/name@3 for that version' },
    'no-refresh': {
      type: 'boolean',
      description: 'Keep other packages at the versions that are installed',
    },
    ...sheetArgs,
  },
  examples: ['add @acme/deploy', 'add @acme/deploy@3', 'add @acme/deploy --yes'],
  run: (call) =>
    asCode('ADD_ERROR', async () => {
      const { args, app, out, summary, stop } = call
      if (summary) return out.plan('add', parsePackageRequest(args.package))
      const packages = await app.packages(out.warn, stop())
      const options = { ...installOptions(args, call), refresh: !args['no-refresh'] }
      const added = await packages.add(args.package, options)
      if (!added) return
      out.answer(added, (people) => {
        tellInstalled(added, people)
        people.next('buttons status')
      })
    }),
})
