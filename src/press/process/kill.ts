// Ends a process and everything it started: first politely, then for certain.

import { limits } from '#spec/limits.ts'
import type { ChildProcess, Clock } from '#host/host.ts'
import { waitFor } from './wait.ts'

/**
 * TERM for the whole group, KILL for who is left after the grace, which `hurry` ends at once.
 * Afterwards the child has ended and its output is closed.
 */
export async function endGroup(
  child: ChildProcess,
  hurry: AbortSignal | undefined,
  clock: Clock,
): Promise<void> {
  child.signalGroup('SIGTERM')
  const over = Promise.all([child.exited, child.outputEnded])
  await waitFor(over, limits.killGraceMs, hurry, clock)
  // Also when the press is over by now: a member of the group that ignores TERM and has closed its
  // output would outlive it.
  child.signalGroup('SIGKILL')
  await child.exited
  // Who left the group may still hold the pipes open, but nothing it prints belongs to this press.
  if (child.outputOpen) await waitFor(child.outputEnded, limits.killedDrainMs, hurry, clock)
  child.closeOutput()
}
