// How many calls of a trigger are let through within a minute.

const minuteMs = 60_000

export interface Rates {
  /** How long this call of a lane has to wait, milliseconds; 0 when it may pass. */
  delayOf(lane: string, perMinute: number, nowMs: number): number
}

/** Windows of a minute each; what is too much for one falls into a later one. */
export function openRates(): Rates {
  const windows = new Map<string, { startMs: number; count: number }>()
  return {
    delayOf: (lane, perMinute, nowMs) => {
      const known = windows.get(lane)
      const startMs = known?.startMs ?? nowMs
      const passed = Math.max(0, Math.floor((nowMs - startMs) / minuteMs))
      const count = Math.max(0, (known?.count ?? 0) - passed * perMinute)
      const start = startMs + passed * minuteMs
      windows.set(lane, { startMs: start, count: count + 1 })
      const later = Math.floor(count / perMinute)
      return later === 0 ? 0 : start + later * minuteMs - nowMs
    },
  }
}
