// A clock whose time passes only when nothing else can happen: every test about time is exact and
// takes none.

import type { Clock } from '#host/host.ts'

export interface VirtualClock extends Clock {
  /** Lets time pass until the promise is settled. Rejects when nothing will ever settle it. */
  until<T>(promise: Promise<T>): Promise<T>
  /** Calls back at an instant given in milliseconds from the start. */
  at(ms: number, act: () => void): void
  /** Timers that nobody has taken back. */
  pending(): number
}

interface Timer {
  at: number
  order: number
  act: () => void
}

export const epochMs = Date.parse('2026-05-02T09:00:00Z')

export function virtualClock(startMs = epochMs): VirtualClock {
  let passed = 0
  let order = 0
  const timers = new Set<Timer>()
  const after = (ms: number, act: () => void) => {
    const timer = { at: passed + Math.max(0, ms), order: order++, act }
    timers.add(timer)
    return () => void timers.delete(timer)
  }
  return {
    now: () => startMs + passed,
    monotonic: () => passed,
    after,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const done = () => {
          cancel()
          signal?.removeEventListener('abort', done)
          resolve()
        }
        const cancel = after(ms, done)
        signal?.addEventListener('abort', done)
      }),
    at: (ms, act) => void after(ms - passed, act),
    pending: () => timers.size,
    until: async (promise) => {
      let settled = false
      const note = () => void (settled = true)
      promise.then(note, note)
      for (;;) {
        // Everything that waits for promises only gets its turn first.
        await new Promise((resolve) => setImmediate(resolve))
        if (settled) return promise
        const next = firstOf(timers)
        if (!next) throw new Error('nothing is left that could happen')
        timers.delete(next)
        passed = next.at
        next.act()
      }
    },
  }
}

function firstOf(timers: ReadonlySet<Timer>): Timer | undefined {
  let first: Timer | undefined
  for (const timer of timers)
    if (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order))
      first = timer
  return first
}
