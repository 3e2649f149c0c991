// `buttons delete NAME`: removes a button with its history, after asking whoever sits there.

import { defineCommand } from '../command.ts'
import { ask } from '../question.ts'

export const command = defineCommand({
  args: {
    name: { type: 'positional', description: 'The button' },
    force: { type: 'boolean', alias: 'F', description: 'Do not ask' },
  },
  examples: ['delete backup', 'rm backup --force'],
  run: async ({ args, app, out, summary, noInput }) => {
    const workspace = await app.workspace(out.warn)
    const name = await workspace.planDelete(args.name)
    if (summary) return out.plan('delete', { name, deleted: true })
    if (!args.force && !noInput) {
      const question = `Delete button "${name}" with its history? [y/N] `
      const answer = await ask(app.host.terminal, question)
      if (!/^y/i.test(answer ?? '')) return app.host.terminal.writeError('Nothing was deleted\n')
    }
    const { agentList } = await workspace.delete(name)
    out.answer({ name, deleted: true, ...(agentList && { agents_md: agentList }) }, (people) => {
      people.note(`✓ Deleted button "${name}"`)
      people.next('buttons list')
    })
  },
})
