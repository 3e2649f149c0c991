// What a host does when it has been quiet for a while: it gives back the memory that the work took.

import type { Host } from '#host/host.ts'

/** Longer than children's thread waits for work (host/crowd), so that its memory goes as well. */
const quietMs = 7000
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
  const plan = (ms: number) => {
    prevent = clock.after(ms, look)
  }
  const look = () => {
    prevent = undefined
    const leftMs = stirredMs + quietMs - clock.monotonic()
    if (leftMs > 0) plan(leftMs)
    else platform.rest()
  }
  plan(startMs)
  return {
    stir: () => {
      stirredMs = clock.monotonic()
      if (!prevent) plan(quietMs)
    },
    end: () => prevent?.(),
  }
}
