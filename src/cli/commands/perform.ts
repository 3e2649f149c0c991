// `buttons __run ID`: the process of a detached run. Its output goes to files, for whoever follows.

import { defineCommand } from '../command.ts'
import { eventLine } from '../format/drawerEvents.ts'

export const command = defineCommand({
  args: { id: { type: 'positional', description: 'The run' } },
  examples: ['__run 0192f3a1b2c34d5e'],
  run: async ({ args, app, out, stop, hurry }) => {
    const desk = await app.runs({
      warn: out.warn,
      onEvent: (event) => {
        const line = eventLine(event)
        if (line !== undefined) out.live('stderr', `${line}\n`)
      },
    })
    await desk.perform(args.id, { signal: stop(), hurry: hurry(), onOutput: out.live })
  },
})
