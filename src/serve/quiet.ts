// What a host does when it has been quiet for a while: it gives back the memory that the work took.

import { limits } from '#spec/limits.ts'
import type { Host } from '#host/host.ts'

/** Longer than children's thread waits for work (host/crowd), so that its memory goes as well. */
const quietMs = 7000
/** The events of ended runs go last of all. */
const laterMs = limits.runEventsKeptMs + quietMs
/** After the start nothing of it will be needed again. */
const startMs = 1000

export interface Quiet {
  /** Something has happened: the quiet begins anew. */
  stir(): void
  end(): void
}

/** Begins with the start of a host. */
export function watchQuiet({ clock, platform }: Pick<Host, 'clock' | 'platform'>): Quiet {
  let stirredMs = Number.NEGATIVE_INFINITY
  let prevent: (() => void) | undefined
  let rested = false
  const plan = (ms: number) => {
    prevent?.()
    prevent = clock.after(ms, look)
  }
  const look = () => {
    prevent = undefined
    const quietForMs = clock.monotonic() - stirredMs
    if (quietForMs < quietMs) return plan(quietMs - quietForMs)
    platform.rest()
    rested = true
    if (quietForMs < laterMs) plan(laterMs - quietForMs)
  }
  plan(startMs)
  return {
    stir: () => {
      stirredMs = clock.monotonic()
      if (!prevent || rested) plan(quietMs)
      rested = false
    },
    end: () => prevent?.(),
  }
}
