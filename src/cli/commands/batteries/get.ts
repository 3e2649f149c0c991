// `buttons batteries get KEY`: one secret in clear, the project's before the user's.

import { checkBatteryKey } from '#core/battery/key.ts'
import { suggest } from '#core/text/suggest.ts'
import { fail } from '#spec/errors.ts'
import type { Battery } from '#store/store.ts'
import { defineCommand } from '../../command.ts'
import { asValidation } from '../../trouble.ts'

export const command = defineCommand({
  failurePrefix: 'batteries: ',
  args: { key: { type: 'positional', description: 'The key' } },
  examples: ['batteries get API_KEY'],
  run: ({ args, app, out }) =>
    asValidation(async () => {
      checkBatteryKey(args.key)
      const all = await (await app.store()).batteries.list()
      const battery = all.findLast(({ key }) => key === args.key)
      if (!battery) throw unknownBattery('read', args.key, all)
      const { key, value, scope } = battery
      out.answer({ key, value, scope }, (people) => people.data(`${value}\n`))
    }),
})

/** NOT_FOUND for a key, with the one that was meant. `verb` says what could not be done. */
export function unknownBattery(verb: string, key: string, all: readonly Battery[]) {
  const near = suggest(
    key,
    all.map((battery) => battery.key),
  )
  return fail('NOT_FOUND', `Cannot ${verb} "${key}": there is no such battery`, {
    hint: near === undefined ? 'buttons batteries list' : `Did you mean "${near}"?`,
  })
}
