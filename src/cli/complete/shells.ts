// The shells we can teach, each with the script it reads. Scripts ask `buttons __complete` for
// every answer, so they stay right when commands are added.

import bash from './scripts/buttons.bash' with { type: 'text' }
import fish from './scripts/buttons.fish' with { type: 'text' }
import powershell from './scripts/buttons.ps1' with { type: 'text' }
import zsh from './scripts/buttons.zsh' with { type: 'text' }

const scripts: Readonly<Record<string, string>> = { bash, zsh, fish, powershell }

export const shellNames = Object.keys(scripts)

/** The script of a shell, or undefined for one we do not know. */
export function findScript(shell: string, descriptions: boolean): string | undefined {
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined
  return descriptions ? script : script?.replaceAll(' __complete ', ' __completeNoDesc ')
}
