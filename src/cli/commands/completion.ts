// `buttons completion SHELL`: the script that teaches a shell to complete our command lines.

import { findScript, shellNames } from '../complete/shells.ts'
import { defineCommand } from '../command.ts'
import { usageError } from '../flags.ts'

export const command = defineCommand({
  args: {
    shell: { type: 'positional', description: shellNames.join(', ') },
    'no-descriptions': { type: 'boolean', description: 'Candidates only, without their summaries' },
  },
  examples: [
    'completion bash > ~/.local/share/bash-completion/completions/buttons',
    'completion zsh > "${fpath[1]}/_buttons"',
    'completion fish > ~/.config/fish/completions/buttons.fish',
  ],
  run: async ({ args, out }) => {
    const script = findScript(args.shell, !args['no-descriptions'])
    if (script === undefined)
      throw usageError(`Cannot complete for "${args.shell}": no script is known for it`, {
        hint: `Known shells: ${shellNames.join(', ')}`,
      })
    out.raw(script)
  },
})
