// Cuts a stream of bytes into lines for somebody who watches (buttons.md 6.6, "Streaming").

import { limits } from '#spec/limits.ts'
import type { StreamName } from '#spec/press.ts'

export interface LineSplitter {
  add(stream: StreamName, bytes: Uint8Array): void
  /** Offers what stands after the last newline. */
  flush(): void
}

/**
 * Calls `onLine` for each complete line, without its newline; a carriage return stays. A line
 * longer than the limit is cut there.
 */
export function splitLines(onLine: (stream: StreamName, line: string) => void): LineSplitter {
  const parts = { stdout: newPart(), stderr: newPart() }
  const take = (stream: StreamName, text: string) => {
    const part = parts[stream]
    // Only what is new is searched: a long line comes in many pieces.
    const [first = '', ...others] = text.split('\n')
    part.rest = join(part.rest, first)
    for (const piece of others) {
      onLine(stream, part.rest)
      part.rest = join('', piece)
    }
  }
  return {
    add: (stream, bytes) => {
      const part = parts[stream]
      // Nearly all output comes in pieces of whole characters, for which one decoder does for all.
      if (!part.decoder && (bytes.at(-1) ?? 0) < 0x80) return take(stream, decodeWhole(bytes))
      part.decoder ??= new TextDecoder('utf-8', { ignoreBOM: true })
      take(stream, part.decoder.decode(bytes, { stream: true }))
    },
    flush: () => {
      for (const stream of ['stdout', 'stderr'] as const) {
        const part = parts[stream]
        if (part.decoder) take(stream, part.decoder.decode())
        if (part.rest !== '') onLine(stream, part.rest)
        part.rest = ''
      }
    },
  }
}

let decoder: TextDecoder | undefined

function decodeWhole(bytes: Uint8Array): string {
  decoder ??= new TextDecoder('utf-8', { ignoreBOM: true })
  return decoder.decode(bytes)
}

interface Part {
  decoder?: TextDecoder
  rest: string
}

function newPart(): Part {
  return { rest: '' }
}

function join(line: string, piece: string): string {
  if (line.length >= limits.streamLineCharacters) return line
  return (line + piece).slice(0, limits.streamLineCharacters)
}
