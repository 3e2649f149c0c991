// Archives by their hash. A file is believed only after its bytes were hashed: whatever else has come
// to lie under that name is removed, and fetched again.

import type { FileReader, FileStat, Host } from '#host/host.ts'
import { storageReason } from '#core/text/storage.ts'
import { sha256Hex } from '../../sha256.ts'
import type { OpenBlob } from '../../registryCache.ts'
import { evict } from './evict.ts'

export interface Blobs {
  open(sha256: string): Promise<OpenBlob | undefined>
  /** Moves a file in under its hash; false when that cannot be done. */
  adopt(path: string, sha256: string): boolean
}

export interface BlobRoom {
  host: Host
  directory: string
  maxBytes: number
  warn(message: string): void
}

export function openBlobs(room: BlobRoom): Blobs {
  const { host, directory, warn } = room
  const believed = new Map<string, string>()
  const makeRoom = openEviction(room)
  return {
    open: async (sha256) => {
      const path = pathOf(directory, sha256)
      try {
        return await openChecked(path, sha256, believed, host)
      } catch (error) {
        warn(`Cannot read "${path}": ${storageReason(error)}`)
        return undefined
      }
    },
    adopt: (path, sha256) => {
      const target = pathOf(directory, sha256)
      try {
        host.files.makeDirectory(target.slice(0, target.lastIndexOf('/')), 0o700)
        clear(target, host)
        host.files.touch(path, host.clock.now())
        host.files.rename(path, target)
      } catch (error) {
        warn(`Cannot keep an archive: ${storageReason(error)}`)
        return false
      }
      makeRoom(target, host.files.stat(target)?.size ?? 0)
      return true
    },
  }
}

function pathOf(directory: string, sha256: string): string {
  return `${directory}/${sha256.slice(0, 2)}/${sha256}`
}

// A folder in its place would keep the archive out for ever.
function clear(path: string, { files }: Host): void {
  const there = files.linkStat(path)
  if (there && there.kind !== 'file') files.removeTree(path)
}

async function openChecked(
  path: string,
  sha256: string,
  believed: Map<string, string>,
  host: Host,
): Promise<OpenBlob | undefined> {
  const { files, clock } = host
  const stat = files.linkStat(path)
  if (!stat) return undefined
  const blob = stat.kind === 'file' ? await read(path, sha256, stat, believed, host) : undefined
  believed.delete(sha256)
  if (!blob) {
    files.removeTree(path)
    return undefined
  }
  // Its time says when it was last asked for.
  files.touch(path, clock.now())
  const now = blob.size > smallBytes ? files.linkStat(path) : undefined
  if (now) believed.set(sha256, markOf(now))
  return blob
}

/** Smaller ones are read and hashed in one go. */
const smallBytes = 1024 * 1024

async function read(
  path: string,
  sha256: string,
  stat: FileStat,
  believed: ReadonlyMap<string, string>,
  { files, clock }: Host,
): Promise<OpenBlob | undefined> {
  if (stat.size <= smallBytes) {
    const bytes = files.find(path, smallBytes) as Uint8Array<ArrayBuffer> | undefined
    const fits = bytes !== undefined && sha256Hex(bytes) === sha256
    return fits ? { size: bytes.length, body: bytes, close: () => {} } : undefined
  }
  // Opened before it is checked: what is read later is the very file that was.
  const reader = files.openReader(path)
  if (!reader) return undefined
  const known = believed.get(sha256) === markOf(stat)
  if (known || (await hashFile(path, files, clock)) === sha256)
    return { size: stat.size, body: streamOf(reader), close: () => reader.close() }
  reader.close()
  return undefined
}

/** Changes with every write to a file, and when another one takes its place. */
function markOf({ inode, size, mtimeNs }: FileStat): string {
  return `${inode}.${size}.${mtimeNs}`
}

const chunksAtOnce = 64

async function hashFile(
  path: string,
  files: Host['files'],
  clock: Host['clock'],
): Promise<string | undefined> {
  const reader = files.openReader(path)
  if (!reader) return undefined
  const hasher = new Bun.CryptoHasher('sha256')
  try {
    for (let count = 1; ; count++) {
      const bytes = reader.read()
      if (bytes.length === 0) return hasher.digest('hex')
      hasher.update(bytes)
      // Others want to be served while a large one is hashed.
      if (count % chunksAtOnce === 0) await clock.sleep(0)
    }
  } finally {
    reader.close()
  }
}

function streamOf(reader: FileReader): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream(
    {
      pull: (controller) => {
        const bytes = reader.read() as Uint8Array<ArrayBuffer>
        if (bytes.length > 0) return controller.enqueue(bytes)
        reader.close()
        controller.close()
      },
      cancel: () => reader.close(),
    },
    { highWaterMark: 0 },
  )
}

/** Of all there may be; what others have added meanwhile is counted after so much. */
const countedShare = 0.1

// The folder is looked through when it is first added to, when there is too much in it, and now and
// then, since others may add to it as well.
function openEviction({ host, directory, maxBytes, warn }: BlobRoom) {
  let total: number | undefined
  let added = 0
  return (path: string, size: number) => {
    added += size
    total = total === undefined ? undefined : total + size
    if (total !== undefined && total <= maxBytes && added <= maxBytes * countedShare) return
    try {
      total = evict(directory, maxBytes, path, host)
      added = 0
    } catch (error) {
      warn(`Cannot make room among the archives: ${storageReason(error)}`)
    }
  }
}
