// Leaving the update to Homebrew, which put the program there.

import { fail } from '#spec/errors.ts'
import type { RegistryContext } from '../context.ts'

/** Runs `brew upgrade buttons`. Throws RUNTIME_MISSING without brew, SCRIPT_ERROR when it fails. */
export async function upgradeByBrew({ host }: RegistryContext): Promise<void> {
  const brew = host.processes.find('brew', host.env['PATH'] ?? '')
  if (brew === undefined)
    throw fail('RUNTIME_MISSING', 'Homebrew looks after this program, and there is no brew in PATH')
  const env = Object.entries(host.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  const child = host.processes.spawn({
    command: [brew, 'upgrade', 'buttons'],
    cwd: host.cwd,
    env: Object.fromEntries(env),
    onOutput: () => {},
  })
  const { code } = await child.exited
  await child.outputEnded
  if (code !== 0)
    throw fail('SCRIPT_ERROR', `brew upgrade buttons ended with status ${code ?? '?'}`)
}
