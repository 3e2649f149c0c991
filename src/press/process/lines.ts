// Cuts a stream of bytes into lines for somebody who watches (buttons.md 6.6, "Streaming").

import type { StreamName } from '#spec/press.ts'

export interface LineSplitter {
  add(stream: StreamName, bytes: Uint8Array): void
  /** Offers what stands after the last newline. */
  flush(): void
}

/** Calls `onLine` for each complete line, without its newline; a carriage return stays. */
export function splitLines(onLine: (stream: StreamName, line: string) => void): LineSplitter {
  const streams = { stdout: newPart(), stderr: newPart() }
  const offer = (stream: StreamName, text: string) => {
    const part = streams[stream]
    const lines = (part.rest + text).split('\n')
    part.rest = lines.pop()!
    for (const line of lines) onLine(stream, line)
  }
  return {
    add: (stream, bytes) => offer(stream, streams[stream].decoder.decode(bytes, { stream: true })),
    flush: () => {
      for (const stream of ['stdout', 'stderr'] as const) {
        offer(stream, streams[stream].decoder.decode())
        if (streams[stream].rest !== '') onLine(stream, streams[stream].rest)
        streams[stream].rest = ''
      }
    },
  }
}

function newPart() {
  return { decoder: new TextDecoder('utf-8', { ignoreBOM: true }), rest: '' }
}
