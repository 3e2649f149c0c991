// `buttons step KEY -- command…`: inside a script, something to be done once for its run. Standard
// output belongs to the command: what goes wrong is said on standard error only.

import { Failure } from '#spec/errors.ts'
import { defineCommand } from '../command.ts'
import { usageError } from '../flags.ts'

export const command = defineCommand({
  args: {
    key: { type: 'positional', description: 'What the step is called within the script' },
    command: {
      type: 'positional',
      rest: true,
      valueHint: 'command…',
      description: 'The program and its arguments, behind --',
    },
  },
  examples: ['step build -- make release', 'step notify -- curl --fail https://example.com/done'],
  run: async ({ args, app, out, stop }) => {
    const { key, command: words } = args
    if (key === '') throw usageError('a step needs a key')
    // The command gets the same signals; we only wait for its end.
    stop()
    try {
      return await app.step({ key, command: words }, out.raw)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      const { code, message, hint } = error
      app.host.terminal.writeError(`${code}: ${message}\n${hint ? `  hint: ${hint}\n` : ''}`)
      return 1
    }
  },
})
