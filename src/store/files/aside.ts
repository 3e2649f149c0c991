// Folders are built aside, where nobody sees them, and renamed into place: there with everything in
// them or not at all (D1). What a killed command leaves aside is cleared away by a later one.

import { limits } from '#spec/limits.ts'
import type { Host } from '#host/host.ts'
import { guard } from '#core/text/storage.ts'

const prefix = '.tmp-'

/** A new empty folder in the data directory, 0700. */
export function makeAside(host: Host, dataDirectory: string, what: string): string {
  clearStale(host, dataDirectory)
  const aside = newAsidePath(host, dataDirectory)
  guard(what, () => host.files.makeDirectory(aside, 0o700))
  return aside
}

/** A free path for something that is on its way in or out. */
function newAsidePath(host: Host, dataDirectory: string): string {
  return `${dataDirectory}/${prefix}${hex(host.random.bytes(8))}`
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Removes a folder nobody sees; what is being done matters more than this. */
export function discard(host: Host, aside: string): void {
  try {
    host.files.removeTree(aside)
  } catch {
    // A later command clears it away.
  }
}

/**
 * Removes a folder that is in use; false when it is not there. Renamed first: from then on it is gone,
 * however long removing its files takes, and even when some of them will not go. Throws STORAGE_ERROR.
 */
export function removeFolder(host: Host, dataDirectory: string, directory: string): boolean {
  return guard(`Cannot delete "${directory}"`, () => {
    if (!host.files.linkStat(directory)) return false
    const aside = newAsidePath(host, dataDirectory)
    host.files.rename(directory, aside)
    discard(host, aside)
    return true
  })
}

// Old enough that nobody can still be working on it.
function clearStale(host: Host, dataDirectory: string): void {
  try {
    const oldest = BigInt(host.clock.now() - limits.staleFolderMs) * 1_000_000n
    for (const { name } of host.files.list(dataDirectory)) {
      // Folders of ours, and the temporary files that replacing a file begins with.
      if (!name.startsWith(prefix)) continue
      const path = `${dataDirectory}/${name}`
      if ((host.files.linkStat(path)?.mtimeNs ?? oldest) < oldest) host.files.removeTree(path)
    }
  } catch {
    // It is only tidying up.
  }
}

/** Renames a finished folder to its place, for good. Throws what `taken` makes when it is taken. */
export function moveIntoPlace(
  host: Host,
  aside: string,
  directory: string,
  what: string,
  taken: () => Error,
): void {
  guard(what, () => host.files.syncDirectory(aside))
  try {
    host.files.rename(aside, directory)
  } catch (error) {
    const code = (error as { code?: unknown }).code
    // rename(2) replaces only an empty directory: whoever came first keeps the name.
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR') throw taken()
    guard(what, () => {
      throw error
    })
  }
  keepName(host, directory)
}

/** Flushes the new name to disk. The folder is in place by then: saying it failed would be wrong. */
function keepName(host: Host, directory: string): void {
  try {
    host.files.syncDirectory(directory.slice(0, directory.lastIndexOf('/')))
  } catch {
    // Only a power cut within seconds could still lose it.
  }
}
