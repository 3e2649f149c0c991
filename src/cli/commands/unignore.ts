// `buttons unignore NAME`: lets git see a button or drawer again.

import { defineCommand } from '../command.ts'
import { asUsage } from '../trouble.ts'

export const command = defineCommand({
  args: { name: { type: 'positional', description: 'NAME, button/NAME or drawer/NAME' } },
  examples: ['unignore deploy', 'unignore drawer/nightly'],
  run: async ({ args: { name }, app, out, summary }) => {
    const ignoring = await app.ignoring()
    const { line, changes } = await asUsage(() => ignoring.planRemove(name))
    if (summary) return out.plan('unignore', { unignored: line, removed: changes })
    const removed = await ignoring.remove(line)
    out.answer({ ok: true, unignored: line, removed }, (people) => {
      people.note(removed ? `✓ No longer ignored: ${line}` : `${line} was not ignored`)
      people.next('buttons ignore')
    })
  },
})
