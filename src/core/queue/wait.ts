// How presses wait for a slot. Whoever came first is first to try; those behind look less often.

import { limits } from '#spec/limits.ts'

/**
 * Whether a waiter may try the slots now. Those who are not first hold back, but not for ever: the
 * first may be a stopped process that keeps its place and never takes its turn.
 */
export function mayTry(ahead: number, sinceLastTryMs: number): boolean {
  return ahead === 0 || sinceLastTryMs >= ahead * limits.queuePatienceMs
}

/** Milliseconds until the next look; `chance` between 0 and 1 keeps waiters from moving in step. */
export function pauseMs(ahead: number, chance: number): number {
  const pause = Math.min(limits.queuePauseMs * (ahead + 1), limits.queueLongestPauseMs)
  return pause * (0.5 + chance)
}
