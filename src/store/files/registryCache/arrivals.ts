// Archives on their way: a file each, in a folder of this process, hashed as they come. What a killed
// process left behind goes when the next one begins. A disk that takes no more is no reason to stop:
// the archive then goes on in memory, and is not kept.

import { storageReason } from '#core/text/storage.ts'
import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { Host, Lock } from '#host/host.ts'
import type { KeptBlob, Spool } from '../../registryCache.ts'
import type { Blobs } from './blobs.ts'

export interface ArrivalRoom {
  host: Host
  directory: string
  blobs: Blobs
  warn(message: string): void
}

export interface Arrivals {
  spool(): Spool
  close(): void
}

export function openArrivals(room: ArrivalRoom): Arrivals {
  const { host, directory, warn } = room
  let mine: { folder: string; lock: Lock } | undefined
  let count = 0
  try {
    sweep(directory, host)
  } catch (error) {
    warn(`Cannot clear up after others: ${storageReason(error)}`)
  }
  const nextPath = () => {
    mine ??= settle(directory, host)
    // The rest of the disk belongs to what cannot be fetched again.
    if (host.files.freeBytes(mine.folder) < limits.freeDiskBytes)
      throw new Error('hardly any space is left on the disk')
    return `${mine.folder}/${count++}`
  }
  return {
    spool: () => {
      try {
        return openSpool(nextPath(), room)
      } catch (error) {
        warn(`Cannot keep archives: ${storageReason(error)}`)
        return openSpool(undefined, room)
      }
    },
    close: () => {
      if (!mine) return
      leave(mine, host)
      mine = undefined
    },
  }
}

function settle(directory: string, host: Host): { folder: string; lock: Lock } {
  host.files.makeDirectory(directory, 0o700)
  for (;;) {
    const folder = `${directory}/${Buffer.from(host.random.bytes(8)).toString('hex')}`
    const lock = host.locks.create(`${folder}.lock`)
    // Whoever sweeps in the instant before it is locked takes it for that of a dead process.
    if (host.files.stat(`${folder}.lock`)) {
      host.files.makeDirectory(folder, 0o700)
      return { folder, lock }
    }
    lock.release()
  }
}

// The lock of a dead process is free. A folder never is without one, unless its process died at once.
function sweep(directory: string, host: Host): void {
  const names = host.files.list(directory).map(({ name }) => name)
  for (const name of names) {
    const folder = `${directory}/${name.replace(/\.lock$/, '')}`
    const lock = host.locks.adopt(`${folder}.lock`)
    if (lock !== 'held') leave({ folder, lock }, host)
  }
}

function leave(
  { folder, lock }: { folder: string; lock: Lock | undefined },
  { files }: Host,
): void {
  try {
    files.removeTree(folder)
    files.remove(`${folder}.lock`)
  } catch {
    // Whoever comes next tries again.
  } finally {
    lock?.release()
  }
}

function openSpool(path: string | undefined, { host, blobs, warn }: ArrivalRoom): Spool {
  const { files } = host
  const hasher = new Bun.CryptoHasher('sha256')
  let sha256: string | undefined
  let size = 0
  let memory: Uint8Array[] | undefined = path === undefined ? [] : undefined
  const turnToMemory = (error: unknown) => {
    warn(`Cannot keep an archive: ${storageReason(error)}`)
    memory = readBack(path!, size, files)
    files.remove(path!)
  }
  return {
    get size() {
      return size
    },
    write: (bytes) => {
      hasher.update(bytes)
      if (!memory) {
        try {
          files.append(path!, bytes, 0o600)
        } catch (error) {
          turnToMemory(error)
        }
      }
      memory?.push(bytes)
      size += bytes.length
    },
    finish: () => (sha256 ??= hasher.digest('hex')),
    keep: () => {
      if (!memory && size > 0 && blobs.adopt(path!, sha256!))
        return { open: () => blobs.open(sha256!) }
      const whole = joined(memory ?? readBack(path!, size, files))
      if (!memory) files.remove(path!)
      return inMemory(whole)
    },
    drop: () => {
      memory = []
      if (path !== undefined) files.remove(path)
    },
  }
}

// The last write may have got through in part.
function readBack(path: string, size: number, { find }: Host['files']): Uint8Array[] {
  const bytes = size === 0 ? new Uint8Array() : find(path, limits.artifactBytes * 2)
  if (bytes && bytes.length >= size) return [bytes.subarray(0, size)]
  throw fail('STORAGE_ERROR', 'Cannot go on with an archive: what had come of it was lost')
}

function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(chunks))
}

function inMemory(body: Uint8Array<ArrayBuffer>): KeptBlob {
  return { open: async () => ({ size: body.length, body, close: () => {} }) }
}
