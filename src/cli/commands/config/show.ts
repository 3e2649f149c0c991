// `buttons config`: the settings of this user.

import { describeSettings } from '#core/settings/keys.ts'
import { defineCommand } from '../../command.ts'
import { asValidation } from '../../trouble.ts'

export const command = defineCommand({
  failurePrefix: 'config: ',
  args: {},
  examples: ['config', 'config set default-timeout 600'],
  run: ({ app, out }) =>
    asValidation(async () => {
      const settings = describeSettings(await (await app.store()).settings.read())
      out.answer(settings, (people) => {
        for (const [key, value] of Object.entries(settings)) people.data(`${key} = ${value}\n`)
        people.next('buttons config set KEY VALUE')
      })
    }),
})
