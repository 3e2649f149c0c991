// The events of a run as a stream of server-sent events (serve.md 9.8). Every reader goes at its own
// pace through what the run keeps; a slow one finds a gap and never slows the run.

import { formatEvent, formatGap } from '#core/serve/eventLog.ts'
import { limits } from '#spec/limits.ts'
import type { Clock } from '#host/host.ts'
import type { LiveRun } from './run.ts'

export interface StreamOptions {
  /** The last event the reader has seen. */
  lastId: number
  clock: Clock
  /** Called once, when the stream has ended or its reader has gone. */
  onClose(finished: boolean): void
}

export const eventStreamHeaders = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  'X-Accel-Buffering': 'no',
} as const

export function streamEvents(run: LiveRun, options: StreamOptions): ReadableStream<Uint8Array> {
  const { clock } = options
  const encoder = new TextEncoder()
  const bell = openBell(clock)
  const unwatch = run.watch(bell.ring)
  let seen = options.lastId
  let open = true
  const close = (finished: boolean) => {
    if (!open) return
    open = false
    unwatch()
    bell.ring()
    options.onClose(finished)
  }
  const next = async (): Promise<string> => {
    for (;;) {
      const { dropped, events } = run.events.after(seen)
      const part = events.slice(0, partEvents)
      if (part.length > 0) {
        seen = part.at(-1)!.id
        return (dropped > 0 ? formatGap(dropped) : '') + part.map(formatEvent).join('')
      }
      if (run.state === 'ended' || !open) return ''
      if (!(await bell.heard(limits.eventPingMs))) return ': ping\n\n'
    }
  }
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => controller.enqueue(encoder.encode('retry: 2000\n\n')),
      pull: async (controller) => {
        const text = await next()
        if (!open) return
        if (text !== '') return controller.enqueue(encoder.encode(text))
        close(true)
        controller.close()
      },
      cancel: () => close(false),
    },
    { highWaterMark: 0 },
  )
}

/** How many events are made into one piece: results are long, lines are short. */
const partEvents = 64

interface Bell {
  ring(): void
  /** False when `ms` pass first. A ring before somebody waits counts as well. */
  heard(ms: number): Promise<boolean>
}

function openBell(clock: Clock): Bell {
  let rung = false
  let wake: (() => void) | undefined
  return {
    ring: () => {
      rung = true
      wake?.()
    },
    heard: async (ms) => {
      if (!rung) await new Promise<void>((resolve) => (wake = endWait(clock, ms, resolve)))
      wake = undefined
      const heard = rung
      rung = false
      return heard
    },
  }
}

/** Resolves after `ms`, or when the returned function is called. */
function endWait(clock: Clock, ms: number, resolve: () => void): () => void {
  const prevent = clock.after(ms, resolve)
  return () => {
    prevent()
    resolve()
  }
}
