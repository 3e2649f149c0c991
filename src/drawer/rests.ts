// Whether a run works or only waits: for an instant, for its next attempt, for a slot of a queue.
// It waits when somewhere inside it something waits and nowhere anything is being done.

export interface Rests {
  /** Something waits until the promise settles. */
  rest<T>(pause: Promise<T>): Promise<T>
  /** Something is being done meanwhile, but while `wait(true)` was said last. */
  work<T>(act: (wait: (waits: boolean) => void) => Promise<T>): Promise<T>
}

/** `tell` hears when that changes; at first a run works. */
export function openRests(tell: (waiting: boolean) => void): Rests {
  let resting = 0
  let working = 0
  let told = false
  const change = (rests: number, works: number) => {
    resting += rests
    working += works
    const waiting = resting > 0 && working === 0
    if (waiting === told) return
    told = waiting
    tell(waiting)
  }
  return {
    rest: async (pause) => {
      change(1, 0)
      try {
        return await pause
      } finally {
        change(-1, 0)
      }
    },
    work: async (act) => {
      let waits = false
      const wait = (now: boolean) => {
        if (now === waits) return
        waits = now
        change(now ? 1 : -1, now ? -1 : 1)
      }
      change(0, 1)
      try {
        return await act(wait)
      } finally {
        wait(false)
        change(0, -1)
      }
    },
  }
}
