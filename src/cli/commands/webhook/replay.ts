// `buttons webhook replay ID`: runs an earlier delivery again. Whichever host runs does it.

import { fail } from '#spec/errors.ts'
import { defineCommand } from '../../command.ts'

export const command = defineCommand({
  args: {
    id: { type: 'positional', description: 'The delivery, see `buttons webhook deliveries`' },
  },
  examples: ['webhook replay dlv_01JX3ZB4QK0000WVYQ2R8M5TXD'],
  run: async ({ args: { id }, app, out, summary }) => {
    const inbox = await (await app.store()).findInbox()
    const delivery = inbox?.find(id)
    if (!inbox || !delivery)
      throw fail('NOT_FOUND', `Cannot replay "${id}": no such delivery`, {
        hint: 'buttons webhook deliveries lists them',
      })
    const { kind, target } = delivery
    if (summary) return out.plan('webhook replay', { replay_of: id, [kind]: target })
    const copy = await inbox.replay(id)
    out.answer({ delivery_id: copy, replay_of: id, [kind]: target }, (people) => {
      people.note(`✓ ${copy} will run ${target} again`)
      people.next('buttons webhook deliveries')
    })
  },
})
