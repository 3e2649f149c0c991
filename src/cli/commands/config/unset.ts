// `buttons config unset KEY`: back to the default; fine when it was not set.

import { getSettingKey } from '#core/settings/keys.ts'
import { defineCommand } from '../../command.ts'
import { asValidation } from '../../trouble.ts'

export const command = defineCommand({
  failurePrefix: 'config: ',
  args: { key: { type: 'positional', description: 'The setting, see `buttons config`' } },
  examples: ['config unset theme'],
  run: ({ args: { key }, app, out, summary }) =>
    asValidation(async () => {
      const { field } = getSettingKey(key)
      const { settings } = await app.store()
      await settings.read()
      if (summary) return out.plan('config unset', { key })
      await settings.update((all) => delete all[field])
      out.answer({ key, unset: true }, (people) => people.note(`✓ Unset ${key}`))
    }),
})
