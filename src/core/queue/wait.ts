// How presses wait for a slot. Whoever came first is first to try; those behind look less often.

import { limits } from '#spec/limits.ts'

/**
 * Whether a waiter may try the slots now. Those who are not first hold back, but not for ever: the
 * first may be a stopped process that keeps its place and never takes its turn.
 */
export function mayTry(ahead: number, sinceLastTryMs: number): boolean {
  return ahead === 0 || sinceLastTryMs >= ahead * limits.queuePatienceMs
}

/**
 * Milliseconds until the next look: a twentieth of what was waited so far, so that short waits end
 * soon and long ones cost nothing, and more for each place in line. `chance` between 0 and 1 keeps
 * waiters from moving in step.
 */
export function pauseMs(ahead: number, waitedMs: number, chance: number): number {
  const first = Math.max(limits.queueShortestPauseMs, Math.min(waitedMs / 20, limits.queuePauseMs))
  return Math.min(first * (ahead + 1), limits.queueLongestPauseMs) * (0.5 + chance)
}
