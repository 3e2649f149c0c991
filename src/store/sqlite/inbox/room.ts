// Whether there is room for more: rows, bytes and free disk. Looked at once a second and counted on
// in between, since looking costs time in proportion to what waits.

import { statfsSync } from 'node:fs'
import { limits } from '#spec/limits.ts'
import type { Acceptance, InboxOptions, InboxStats } from '../../inbox.ts'

type Full = Extract<Acceptance, { kind: 'full' }>

export interface Room {
  /** Takes the room for a body, or says why there is none. */
  take(bytes: number): Full | undefined
}

const lookEveryMs = 1000

export function openRoom(
  stats: () => InboxStats,
  freeBytes: () => number,
  { maxPending, maxPendingBytes }: InboxOptions,
  monotonic: () => number,
): Room {
  let lookedAt = -Infinity
  let pending = { rows: 0, bytes: 0, free: Infinity }
  const look = () => {
    if (monotonic() - lookedAt < lookEveryMs) return
    lookedAt = monotonic()
    const { pending: rows, bytes } = stats()
    pending = { rows, bytes, free: freeBytes() }
  }
  // Full only if it still is.
  const isFull = (bytes: number) =>
    pending.rows >= maxPending ||
    pending.bytes + bytes > maxPendingBytes ||
    pending.free - bytes < limits.freeDiskBytes
  return {
    take: (bytes) => {
      look()
      if (isFull(bytes)) {
        lookedAt = -Infinity
        look()
      }
      if (pending.rows >= maxPending) return { kind: 'full', why: 'rows' }
      if (pending.bytes + bytes > maxPendingBytes) return { kind: 'full', why: 'bytes' }
      if (pending.free - bytes < limits.freeDiskBytes) return { kind: 'full', why: 'disk' }
      pending.rows += 1
      pending.bytes += bytes
      pending.free -= bytes
      return undefined
    },
  }
}

export function readFreeBytes(directory: string): number {
  const { bavail, bsize } = statfsSync(directory)
  return bavail * bsize
}
