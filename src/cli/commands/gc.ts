// `buttons gc`: removes old history and what killed commands left behind.

import { formatSize } from '#core/size.ts'
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  args: {},
  examples: ['gc --summary', 'gc'],
  run: async ({ app, out, summary }) => {
    const collected = await app.collect(summary)
    if (summary) return out.plan('gc', collected)
    const { bytes, ...piles } = collected
    const count = Object.values(piles).reduce((sum, one) => sum + one, 0)
    out.answer(collected, (people) =>
      people.note(count === 0 ? 'Nothing to remove' : `✓ Removed ${count} (${formatSize(bytes)})`),
    )
  },
})
