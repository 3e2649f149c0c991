// The events of one run, numbered from 1, of which the newest are kept. Readers ask for what comes
// after the last one they saw; what was dropped meanwhile is a gap, never a wait.

import { limits } from '#spec/limits.ts'

export type RunEventName =
  'started' | 'stdout' | 'stderr' | 'progress' | 'step' | 'gap' | 'result' | 'error'

export interface Numbered {
  id: number
  event: RunEventName
  data: unknown
}

export interface EventLog {
  /** `bytes`: about how much the data takes. */
  append(event: RunEventName, data: unknown, bytes: number): void
  /** What follows an event, and how many of those are no longer there. */
  after(id: number): { dropped: number; events: readonly Numbered[] }
  /** The last number given out. */
  readonly last: number
  /** About how many bytes are kept. */
  readonly bytes: number
}

interface Kept extends Numbered {
  bytes: number
}

/** What an event takes beside its data. */
const overhead = 64

export function openEventLog(): EventLog {
  let kept: Kept[] = []
  let first = 0
  let last = 0
  let total = 0
  // The newest stays, however large it is: the result is worth more than the limit.
  const tooMuch = () => {
    const count = kept.length - first
    return count > 1 && (count > limits.runEvents || total > limits.runEventBytes)
  }
  return {
    append: (event, data, bytes) => {
      const size = bytes + overhead
      kept.push({ id: ++last, event, data, bytes: size })
      total += size
      while (tooMuch()) total -= kept[first++]!.bytes
      // Moving the rest each time would cost more than the space.
      if (first <= limits.runEvents) return
      kept = kept.slice(first)
      first = 0
    },
    after: (id) => {
      const oldest = kept[first]?.id ?? last + 1
      const dropped = Math.max(0, oldest - id - 1)
      return { dropped, events: kept.slice(first + Math.max(0, id + 1 - oldest)) }
    },
    get last() {
      return last
    },
    get bytes() {
      return total
    },
  }
}

/** An event as server-sent text. */
export function formatEvent({ id, event, data }: Numbered): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}

/** What stands in place of events that are gone; it has no number of its own. */
export function formatGap(dropped: number): string {
  return `event: gap\ndata: ${JSON.stringify({ dropped })}\n\n`
}

/** The number a reader saw last: `Last-Event-ID`, 0 when it is none. */
export function readLastEventId(header: string | null): number {
  return header !== null && /^\d{1,15}$/.test(header) ? Number(header) : 0
}
