// The places in which presses of the API run at once, and the line of those that wait for one. Only
// when the line is full, or somebody has waited long enough, is a press turned away (design, 7).

import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { Clock } from '#host/host.ts'

export interface Place {
  release(): void
}

export interface Gate {
  /** Counts a press from its arrival to its end. Throws BUSY when nobody more can wait. */
  admit(): Place
  /** A place to run in. Throws BUSY after the longest wait, CANCELLED when the signal comes first. */
  take(signal: AbortSignal): Promise<Place>
}

export interface GateSize {
  places: number
  /** How many may wait beside those that run. */
  line: number
}

export function openGate({ places, line }: GateSize, clock: Clock): Gate {
  let inside = 0
  let running = 0
  // In the order of arrival; leaving from the middle costs nothing.
  const waiting = new Set<() => void>()
  const release = () => {
    running--
    const [next] = waiting
    next?.()
  }
  const enter = (): Place => {
    running++
    return { release: once(release) }
  }
  return {
    admit: () => {
      if (inside >= places + line) throw busy('too many presses are waiting')
      inside++
      return { release: once(() => inside--) }
    },
    take: (signal) => {
      if (running < places && waiting.size === 0) return Promise.resolve(enter())
      return new Promise((resolve, reject) => {
        const leave = () => {
          waiting.delete(proceed)
          prevent()
          signal.removeEventListener('abort', onAbort)
        }
        const proceed = () => {
          leave()
          resolve(enter())
        }
        const onAbort = () => {
          leave()
          reject(fail('CANCELLED', 'Cancelled a press while it waited for its turn'))
        }
        const prevent = clock.after(limits.apiWaitMs, () => {
          leave()
          reject(busy(`all ${places} places were taken for ${limits.apiWaitMs / 1000} s`))
        })
        waiting.add(proceed)
        if (signal.aborted) onAbort()
        else signal.addEventListener('abort', onAbort)
      })
    },
  }
}

function busy(why: string) {
  return fail('BUSY', `Cannot press now: ${why}`, { hint: 'Try again in a moment' })
}

function once(act: () => void): () => void {
  let done = false
  return () => {
    if (done) return
    done = true
    act()
  }
}
