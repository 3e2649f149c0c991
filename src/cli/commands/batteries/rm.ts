// `buttons batteries rm KEY`: forgets a secret in one of the two files.

import { checkBatteryKey } from '#core/battery/key.ts'
import { chooseScope } from '#core/battery/scope.ts'
import { defineCommand } from '../../command.ts'
import { asValidation } from '../../trouble.ts'
import { unknownBattery } from './get.ts'
import { scopeArgs } from './scope.ts'

export const command = defineCommand({
  failurePrefix: 'batteries: ',
  args: { key: { type: 'positional', description: 'The key' }, ...scopeArgs },
  examples: ['batteries rm API_KEY', 'batteries rm API_KEY --global'],
  run: ({ args, app, out, summary }) =>
    asValidation(async () => {
      checkBatteryKey(args.key)
      const { batteries } = await app.store()
      const scope = chooseScope(args, batteries.hasLocal)
      const there = (await batteries.list()).filter((battery) => battery.scope === scope)
      const missing = () => unknownBattery('remove', args.key, there)
      if (!there.some(({ key }) => key === args.key)) throw missing()
      if (summary) return out.plan('batteries rm', { key: args.key, scope })
      if (!(await batteries.remove(args.key, scope))) throw missing()
      out.answer({ key: args.key, scope }, (people) => {
        people.note(`✓ Removed ${args.key} (${scope})`)
      })
    }),
})
