// Random bytes of the kernel's own source: setting up the runtime's costs a press more than it needs.

import type { Posix } from './posix/posix.ts'

/** Fetched at once, since ids take a few bytes each and asking takes three calls of the kernel. */
const poolBytes = 512

/** No byte is ever given twice. */
export function openRandom(posix: Posix): (count: number) => Uint8Array {
  let pool = new Uint8Array()
  return (count) => {
    if (count > poolBytes / 4) return read(posix, count)
    if (pool.length < count) pool = read(posix, poolBytes)
    const bytes = pool.slice(0, count)
    pool = pool.subarray(count)
    return bytes
  }
}

function read(posix: Posix, count: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(count)
  try {
    const fd = posix.open('/dev/urandom', 'read', 0)
    const length = posix.read(fd, bytes)
    posix.close(fd)
    if (length === count) return bytes
  } catch {
    // A machine without device files.
  }
  return crypto.getRandomValues(bytes)
}
