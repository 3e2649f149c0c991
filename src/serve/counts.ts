// Counting what somebody does within a minute.

import { limits } from '#spec/limits.ts'
import type { Clock } from '#host/host.ts'

export interface Counted {
  /** With this one. */
  count: number
  /** Until counting starts again. */
  resetSeconds: number
}

export interface Counts {
  add(who: string): Counted
}

const minuteMs = 60_000

/** Counts per minute that begins with the first act; those of the past are forgotten. */
export function countPerMinute(clock: Clock): Counts {
  const windows = new Map<string, { startedMs: number; count: number }>()
  return {
    add: (who) => {
      const now = clock.monotonic()
      const known = windows.get(who)
      const open = known && now - known.startedMs < minuteMs ? known : { startedMs: now, count: 0 }
      if (open !== known) {
        windows.delete(who)
        forgetOldest(windows, now)
        windows.set(who, open)
      }
      open.count++
      return {
        count: open.count,
        resetSeconds: Math.ceil((open.startedMs + minuteMs - now) / 1000),
      }
    },
  }
}

// Windows stand in the order in which they began. Whoever comes from many addresses loses only the
// memory of the first of them.
function forgetOldest(windows: Map<string, { startedMs: number }>, now: number): void {
  for (const [who, { startedMs }] of windows) {
    if (now - startedMs < minuteMs && windows.size < limits.countedClients) return
    windows.delete(who)
  }
}
