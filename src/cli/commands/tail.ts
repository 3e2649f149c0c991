// `buttons tail TARGET`: the progress file of a press as it is, in both modes.

import { defineCommand } from '../command.ts'

export const command = defineCommand({
  args: {
    target: { type: 'positional', description: 'A button, or the path of a .jsonl file' },
    follow: {
      type: 'boolean',
      alias: 'f',
      description: 'Go on until the press is over and everything was shown',
    },
  },
  examples: ['tail deploy', 'tail deploy --follow'],
  run: async ({ args, app, stop }) => {
    const { target, follow } = args
    await app.tail(follow ? { target, until: stop() } : { target })
  },
})
