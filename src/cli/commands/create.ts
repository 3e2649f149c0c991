// `buttons create NAME`: a new button from a script, inline code, a prompt or a scaffold.

import { defineCommand } from '../command.ts'

export const command = defineCommand({
  args: { name: { type: 'positional', description: 'Name of the button' } },
  run: async () => 1,
})
