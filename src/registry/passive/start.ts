// Starts the updates that nobody asked for in a process of their own, so that no command waits for
// the network.

import type { RegistryContext } from '../context.ts'
import { findBase } from '../source.ts'

/** The hidden command that does it. */
export const passiveWord = '__update'

const pauseMs = 60_000

/** Never throws: a command that went well must not end badly. */
export async function startPassive(
  context: Pick<RegistryContext, 'host' | 'store'>,
): Promise<void> {
  try {
    if ((await hasReason(context)) && (await context.store.packages.claimPassive(pauseMs)))
      start(context.host)
  } catch {
    // The next command tries again.
  }
}

/** Without a registry there are no packages, and nobody who could force an update. */
async function hasReason(context: Pick<RegistryContext, 'host' | 'store'>): Promise<boolean> {
  if ((await findBase(context)) !== undefined) return true
  return (await context.store.settings.read()).cli_auto_update === true
}

function start({ env, cwd, executable, selfArguments, processes }: RegistryContext['host']): void {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('BUN_'),
  )
  processes.spawn({
    command: [executable, ...selfArguments, passiveWord],
    cwd,
    env: Object.fromEntries(kept),
    onOutput: () => {},
  })
}
