// `buttons runs show ID`: one run with everything that is known of it.

import { defineCommand } from '../../command.ts'
import { openDesk, remoteArgs } from '../../remote.ts'

export const command = defineCommand({
  args: { id: { type: 'positional', description: 'The run' }, ...remoteArgs },
  examples: ['runs show 0192f3a1b2c34d5e'],
  run: async ({ args, app, out }) => {
    const run = await (await openDesk(args, app, out)).show(args.id)
    out.answer(run, (people) => people.data(`${JSON.stringify(run, null, 2)}\n`))
  },
})
