// `buttons config set KEY VALUE`: changes one setting of this user.

import { getSettingKey, readSetting } from '#core/settings/keys.ts'
import { defineCommand } from '../../command.ts'
import { asValidation } from '../../trouble.ts'

export const command = defineCommand({
  failurePrefix: 'config: ',
  args: {
    key: { type: 'positional', description: 'The setting, see `buttons config`' },
    value: { type: 'positional', description: 'Its new value' },
  },
  examples: [
    'config set default-timeout 600',
    'config set theme amber',
    'config set history-keep 500',
  ],
  run: ({ args: { key, value }, app, out, summary }) =>
    asValidation(async () => {
      const { field } = getSettingKey(key)
      const stored = readSetting(key, value)
      const { settings } = await app.store()
      // Read also for a plan: a file that cannot be read could not be changed.
      await settings.read()
      if (summary) return out.plan('config set', { key, value })
      await settings.update((all) => Object.assign(all, { [field]: stored }))
      out.answer({ key, value }, (people) => people.note(`✓ Set ${key} to ${value}`))
    }),
})
