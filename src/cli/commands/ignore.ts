// `buttons ignore [NAME]`: keeps a button or drawer out of git, or lists what is kept out.

import { defineCommand } from '../command.ts'
import { asUsage } from '../trouble.ts'

export const command = defineCommand({
  args: {
    name: {
      type: 'positional',
      required: false,
      description: 'NAME, button/NAME or drawer/NAME; without it, the list',
    },
  },
  examples: ['ignore', 'ignore deploy', 'ignore drawer/nightly'],
  run: async ({ args: { name }, app, out, summary }) => {
    const ignoring = await app.ignoring()
    if (name === undefined) {
      const lines = await ignoring.list()
      return out.answer(lines, (people) => people.data(lines.map((line) => `${line}\n`).join('')))
    }
    const { line, changes } = await asUsage(() => ignoring.planAdd(name))
    if (summary) return out.plan('ignore', { ignored: line, added: changes })
    const added = await ignoring.add(line)
    out.answer({ ok: true, ignored: line, added }, (people) => {
      people.note(added ? `✓ Ignored ${line}` : `${line} is ignored already`)
      people.next('buttons ignore')
    })
  },
})
