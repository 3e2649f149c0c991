// `buttons trigger rm NAME ID`

import { defineCommand } from '../../command.ts'

export const command = defineCommand({
  args: {
    name: { type: 'positional', description: 'The button or drawer' },
    id: { type: 'positional', description: 'The trigger, see `buttons trigger list`' },
  },
  examples: ['trigger rm backup 3f2a91cc'],
  run: async ({ args: { name, id }, app, out, summary }) => {
    const triggers = await app.triggers(out.warn)
    const { target } = await triggers.remove(name, id, summary ? 'plan' : 'do')
    if (summary) return out.plan('trigger rm', { [target.kind]: name, id })
    out.answer({ removed: id, [target.kind]: name }, (people) =>
      people.note(`✓ Removed trigger ${id} of ${target.name}`),
    )
  },
})
