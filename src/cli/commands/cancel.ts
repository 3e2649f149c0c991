// `buttons cancel ID`: ends a run with everything it started, from any process.

import { defineCommand } from '../command.ts'
import { openDesk, remoteArgs } from '../remote.ts'

export const command = defineCommand({
  args: { id: { type: 'positional', description: 'The run' }, ...remoteArgs },
  examples: ['cancel 0192f3a1b2c34d5e'],
  run: async ({ args, app, out, summary }) => {
    const desk = await openDesk(args, app, out)
    if (summary) {
      const { run_id, target, status } = await desk.show(args.id)
      return out.plan('cancel', { run_id, target, status })
    }
    const { already, ...answer } = await desk.cancel(args.id)
    out.answer(
      answer,
      (people) =>
        people.note(already ? `✓ ${args.id} had been cancelled before` : `✓ Cancelled ${args.id}`),
      already ? { already } : {},
    )
  },
})
