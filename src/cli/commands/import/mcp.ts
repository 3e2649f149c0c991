// `buttons import mcp SERVER`: not available; the command says so in its own words.

import { defineCommand } from '../../command.ts'
import { runImport, yesArg } from './run.ts'

export const command = defineCommand({
  args: { server: { type: 'positional', description: 'The server' }, ...yesArg },
  // Whether somebody could be asked makes no difference to a command that cannot go on.
  run: (call) => runImport({ kind: 'mcp', server: call.args.server }, true, call),
})
