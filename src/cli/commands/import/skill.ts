// `buttons import skill DIR`: a button for each script of a skill, or one prompt button.

import { defineCommand } from '../../command.ts'
import { nameArg, runImport, yesArg } from './run.ts'

export const command = defineCommand({
  args: {
    directory: { type: 'positional', description: 'Folder with SKILL.md, scripts/ or both' },
    ...nameArg,
    ...yesArg,
  },
  examples: ['import skill skills/release', 'import skill . --yes'],
  run: (call) => {
    const { directory: path, name, yes } = call.args
    return runImport({ kind: 'skill', path, ...(name && { name }) }, yes, call)
  },
})
