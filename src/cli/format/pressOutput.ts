// The output of a child while it comes: as it is for somebody at a terminal, or line by line on
// stderr with --follow (buttons.md 6.6, "Streaming").

import { splitLines } from '#core/text/lines.ts'
import { limits } from '#spec/limits.ts'
import type { OutputListener } from '#spec/press.ts'
import type { Host } from '#host/host.ts'
import type { Output } from '../printer.ts'

export interface Watch {
  readonly onOutput: OutputListener
  /** Whether anything was shown. */
  readonly shown: boolean
  /** Shows what is still waiting, and ends a line that the child left open. */
  finish(): void
}

/** Output as it is, on the stream it was written to. */
export function watchLive(out: Output): Watch {
  let last: number | undefined
  return {
    onOutput: (stream, bytes) => {
      out.live(stream, bytes)
      last = bytes.at(-1) ?? last
    },
    get shown() {
      return last !== undefined
    },
    finish: () => {
      if (last !== undefined && last !== newline) out.live('stderr', '\n')
    },
  }
}

const newline = 10

// A reader that does not keep up loses lines; it never makes the child wait.
export function followLines({ terminal, clock }: Pick<Host, 'terminal' | 'clock'>): Watch {
  const encoder = new TextEncoder()
  const waiting: Uint8Array[] = []
  let shown = false
  let stopRetrying: (() => void) | undefined
  const offer = () => {
    stopRetrying = undefined
    while (waiting.length > 0) {
      const line = waiting[0]!
      const written = terminal.offerError(line)
      if (written < line.length) {
        waiting[0] = line.subarray(written)
        stopRetrying = clock.after(retryMs, offer)
        return
      }
      waiting.shift()
    }
  }
  const lines = splitLines((stream, line) => {
    shown = true
    if (waiting.length >= limits.streamLines) return
    waiting.push(encoder.encode(`${stream === 'stderr' ? '! ' : ''}${line}\n`))
    if (!stopRetrying) offer()
  })
  return {
    onOutput: lines.add,
    get shown() {
      return shown
    },
    finish: () => {
      lines.flush()
      stopRetrying?.()
      for (const line of waiting.splice(0)) terminal.writeError(line)
    },
  }
}

const retryMs = 5
