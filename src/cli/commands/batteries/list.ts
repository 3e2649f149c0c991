// `buttons batteries list`: every stored key, values masked unless asked for.

import { maskValue } from '#core/battery/mask.ts'
import { defineCommand } from '../../command.ts'
import { formatTable } from '../../format/table.ts'
import { asValidation } from '../../trouble.ts'

export const command = defineCommand({
  failurePrefix: 'batteries: ',
  ignoresExtraWords: true,
  args: { reveal: { type: 'boolean', description: 'Show the values' } },
  examples: ['batteries list', 'batteries list --reveal'],
  run: ({ args, app, out }) =>
    asValidation(async () => {
      const stored = await (await app.store()).batteries.list()
      const shown = stored.map(({ key, value, scope }) => ({
        key,
        value: args.reveal ? value : maskValue(value),
        scope,
      }))
      out.answer(shown, (people) => {
        if (shown.length === 0) return people.note('No batteries yet')
        const rows = shown.map(({ key, value, scope }) => [key, value, scope])
        people.data(formatTable(['KEY', 'VALUE', 'SCOPE'], rows))
      })
    }),
})
