// `buttons trigger pause NAME ID`: keeps a trigger from firing until it is resumed.

import { publicSpec } from '#core/serve/publicSpec.ts'
import { defineCommand } from '../../command.ts'

export const command = defineCommand({
  args: {
    name: { type: 'positional', description: 'The button or drawer' },
    id: { type: 'positional', description: 'The trigger, see `buttons trigger list`' },
  },
  examples: ['trigger pause backup 3f2a91cc'],
  run: async ({ args: { name, id }, app, out, summary }) => {
    const triggers = await app.triggers(out.warn)
    const act = summary ? 'plan' : 'do'
    const { target, trigger } = await triggers.setEnabled(name, id, false, act)
    if (summary) return out.plan('trigger pause', { [target.kind]: name, id })
    out.answer({ [target.kind]: name, trigger: publicSpec(trigger) }, (people) =>
      people.note(`✓ Paused trigger ${id} of ${target.name}`),
    )
  },
})
