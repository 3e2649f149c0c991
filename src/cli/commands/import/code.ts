// `buttons import code FILE`: one button from one script.

import { defineCommand } from '../../command.ts'
import { nameArg, runImport, yesArg } from './run.ts'

export const command = defineCommand({
  args: { file: { type: 'positional', description: 'The script' }, ...nameArg, ...yesArg },
  examples: ['import code deploy.py', 'import code bin/tool --name tool --yes'],
  run: (call) => {
    const { file: path, name, yes } = call.args
    return runImport({ kind: 'code', path, ...(name && { name }) }, yes, call)
  },
})
