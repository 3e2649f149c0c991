// Our ends of a child's output pipes. Most scripts are over before a stream on the event loop is
// worth starting: then their output is taken from the pipe in one go. A child that runs longer, or
// that somebody watches, is followed by a stream.

import type { Posix } from './posix/posix.ts'

export interface PipeReader {
  /** Resolves at end-of-file, or when closed. */
  readonly ended: Promise<void>
  readonly open: boolean
  /** From now on reads what comes as it comes. */
  follow(): void
  /** Takes what is in the pipe without waiting; follows when that was not the end. */
  takeRest(): void
  /** Stops reading; what was not read yet is lost. */
  close(): void
}

/** Takes over `fd`. The bytes handed to `onBytes` are the receiver's to keep. */
export function openPipeReader(
  posix: Posix,
  fd: number,
  onBytes: (bytes: Uint8Array) => void,
): PipeReader {
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  let open = true
  let stream: StreamReader | undefined
  const finish = () => {
    if (!open) return
    open = false
    // A stream reads a duplicate and closes that one itself.
    posix.close(fd)
    resolve()
  }
  const follow = () => {
    if (!open || stream) return
    stream = Bun.file(fd).stream().getReader()
    void readStream(stream, onBytes).then(finish)
  }
  return {
    ended,
    get open() {
      return open
    },
    follow,
    takeRest: () => {
      if (!open || stream) return
      if (readReady(posix, fd, onBytes)) finish()
      else follow()
    },
    close: () => {
      // What stopped the stream is of no interest any more.
      stream?.cancel().catch(() => {})
      finish()
    },
  }
}

interface StreamReader {
  /** Without a value at the end. */
  read(): Promise<{ value?: Uint8Array | undefined }>
  cancel(): Promise<void>
}

async function readStream(
  reader: StreamReader,
  onBytes: (bytes: Uint8Array) => void,
): Promise<void> {
  try {
    for (;;) {
      const { value } = await reader.read()
      if (!value) return
      onBytes(value)
    }
  } catch {
    // A pipe that cannot be read any more is at its end.
  }
}

const buffer = new Uint8Array(65_536)

// More than a pipe holds means that somebody still writes: that is for the stream.
const mostReads = 32

/** Reads what is there; whether that was the end. */
function readReady(posix: Posix, fd: number, onBytes: (bytes: Uint8Array) => void): boolean {
  for (let reads = 0; reads < mostReads; reads++) {
    const count = posix.readReady(fd, buffer)
    if (count === 0) return true
    if (count === undefined) return false
    onBytes(buffer.slice(0, count))
  }
  return false
}
