// `buttons agent status`: who this device is. Asks no registry.

import { defineCommand } from '../../command.ts'

export const command = defineCommand({
  args: {},
  examples: ['agent status'],
  run: async ({ app, out }) => {
    const status = await (await app.desk(out.warn)).status()
    out.answer(status, (people) => {
      if (!status.enrolled)
        return people.note('This device is not set up: buttons agent setup NAME')
      people.note(`device ${status.device_id}`)
      people.note(`slug   ${status.slug || '(not registered)'}`)
    })
  },
})
