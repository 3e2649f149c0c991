// Sleeping until an instant of the wall clock, which may be far away or already past.

import { limits } from '#spec/limits.ts'
import type { Clock } from '#host/host.ts'

/** Returns early when the signal aborts. */
export async function sleepUntil(
  untilMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  // In naps: the machine may be suspended meanwhile, or its clock set.
  for (let left = untilMs - clock.now(); left > 0 && !signal.aborted; left = untilMs - clock.now())
    await clock.sleep(Math.min(left, limits.waitNapMs), signal)
}
