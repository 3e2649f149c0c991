// Standard input and output. Writes are synchronous and complete, so that leaving right afterwards
// loses nothing; process.stdout is never touched, since that alone costs milliseconds.

import { HostError, type Terminal } from './host.ts'
import type { Posix } from './posix/posix.ts'

export function openTerminal(posix: Posix): Terminal {
  let stdoutGone = false
  return {
    write: (text) => {
      stdoutGone = !writeAll(posix, 1, text)
    },
    get stdoutGone() {
      return stdoutGone
    },
    writeError: (text) => {
      try {
        writeAll(posix, 2, text)
      } catch {
        // Nobody is left to be told: a terminal that was closed, a full disk behind stderr.
      }
    },
    offerError: (bytes) => offer(posix, 2, bytes),
    get stdoutIsTerminal() {
      return posix.isTerminal(1)
    },
    get stderrIsTerminal() {
      return posix.isTerminal(2)
    },
    get stdinIsTerminal() {
      return posix.isTerminal(0)
    },
    readLine,
    readAll,
  }
}

/** False when nobody reads any more. */
function writeAll(posix: Posix, fd: number, text: string | Uint8Array): boolean {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  for (let offset = 0; offset < bytes.length;) {
    try {
      offset += posix.write(fd, offset === 0 ? bytes : bytes.subarray(offset))
    } catch (error) {
      const code = (error as HostError).code
      // The reader is gone (`buttons list | head -1`): not our failure.
      if (code === 'EPIPE' || code === 'EBADF') return false
      if (code === 'EAGAIN') Bun.sleepSync(1)
      else if (code !== 'EINTR') throw error
    }
  }
  return true
}

// A pipe that can be written at all takes this much without waiting (PIPE_BUF).
const pieceBytes = 4096

function offer(posix: Posix, fd: number, bytes: Uint8Array): number {
  let offset = 0
  try {
    while (offset < bytes.length && posix.canWrite(fd))
      offset += posix.write(fd, bytes.subarray(offset, offset + pieceBytes))
  } catch (error) {
    // A reader that has gone takes everything, as it were.
    return (error as HostError).code === 'EAGAIN' ? offset : bytes.length
  }
  return offset
}

async function readLine(): Promise<string | undefined> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of Bun.stdin.stream()) {
    text += decoder.decode(chunk, { stream: true })
    const end = text.indexOf('\n')
    if (end >= 0) return text.slice(0, end).replace(/\r$/, '')
  }
  return text === '' ? undefined : text
}

async function readAll(maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of Bun.stdin.stream()) {
    length += chunk.length
    if (length > maxBytes) throw new HostError('EFBIG', 'read from standard input')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
