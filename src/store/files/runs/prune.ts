// Keeps the newest records of a target and removes the others with what lies beside them
// (buttons.md 7.3, D47). What is not ours to remove stays: other extensions, sub-directories.

import { isUnfinished } from '#core/name/temporary.ts'
import { formatStem } from '#core/time/format.ts'
import { limits } from '#spec/limits.ts'
import type { Host } from '#host/host.ts'
import type { Spares } from './spares.ts'
import { isProgressName, isRecordName, isSideName, recordName, stemOf } from './stems.ts'

/** How much a target keeps; its newest record always stays. */
export interface Retention {
  keep: number
  maxAgeMs?: number | undefined
  /** Of records and what lies beside them, together. */
  maxBytes?: number | undefined
}

/**
 * Removes the records that are too many, too old or too large together; the names of those removed.
 * Never throws: what cannot be removed today is found again by the next press.
 */
export function prune(
  host: Host,
  directory: string,
  retention: Retention,
  spares?: Spares,
): string[] {
  const { keep } = retention
  try {
    if (!isDue(host, keep)) return []
    const folder = sortFiles(host, directory)
    for (const name of folder.temporary)
      if (!spares?.holds(directory, name)) removeLeftover(host, `${directory}/${name}`)
    const count = countDoomed(host, directory, folder, retention)
    if (count === 0 && folder.records.length < keep) return []
    return removeOldest(host, directory, folder, count, spares)
  } catch {
    return []
  }
}

/** Removes the first `count` records and everything that is older than those that stay. */
export function removeOldest(
  host: Host,
  directory: string,
  { records, beside }: Folder,
  count: number,
  spares?: Spares,
): string[] {
  const give = (name: string) => spares?.keep(directory, `${directory}/${name}`) === true
  const oldest = records[count]!
  // Beside the records that go, what belongs to presses that never left one. It goes only together
  // with such a record, or once the folder is full: until then the press may well be running still.
  for (const { name, kind } of beside) {
    // Nearly all of it is newer, which its own name tells already.
    if (name >= oldest || recordName(stemOf(name)) >= oldest) continue
    if (!isProgressName(name) || !give(name)) removeBeside(host, `${directory}/${name}`, kind)
  }
  const removed: string[] = []
  for (const name of records.slice(0, count))
    if (give(name) || removeQuietly(host, `${directory}/${name}`)) removed.push(name)
  return removed
}

// Listing costs about a microsecond per file. Up to a thousand records it is done at every press,
// and the number is exact; beyond, one press in `keep / 100` does it for the others, so that the
// cost per press stays that of a hundred records and a folder exceeds its number by about 1 %.
function isDue(host: Host, keep: number): boolean {
  if (keep <= limits.exactHistoryKeep) return true
  const [high = 0, low = 0] = host.random.bytes(2)
  return ((high << 8) | low) * keep < 65_536 * limits.defaultHistoryKeep
}

export interface Folder {
  /** Oldest first. */
  records: string[]
  beside: { name: string; kind: 'file' | 'directory' }[]
  temporary: string[]
}

// One plain loop: this runs once in every process, before any of it has become fast.
export function sortFiles(host: Host, directory: string): Folder {
  const folder: Folder = { records: [], beside: [], temporary: [] }
  for (const { name, kind } of host.files.list(directory)) {
    if (kind === 'directory' && name.endsWith('.artifacts')) folder.beside.push({ name, kind })
    if (kind !== 'file') continue
    if (isRecordName(name)) folder.records.push(name)
    else if (isSideName(name)) folder.beside.push({ name, kind })
    else if (isUnfinished(name)) folder.temporary.push(name)
  }
  folder.records.sort()
  return folder
}

/** How many of the oldest records are beyond what is to be kept. */
export function countDoomed(
  host: Host,
  directory: string,
  folder: Folder,
  { keep, maxAgeMs, maxBytes }: Retention,
): number {
  const { records } = folder
  let count = Math.max(0, records.length - keep)
  if (maxAgeMs !== undefined) {
    const eldest = formatStem(host.clock.now() - maxAgeMs)
    while (count < records.length && records[count]! < eldest) count++
  }
  if (maxBytes !== undefined)
    count = Math.max(count, countBeyond(host, directory, folder, maxBytes))
  return Math.min(count, Math.max(0, records.length - 1))
}

function countBeyond(host: Host, directory: string, folder: Folder, maxBytes: number): number {
  const sizes = sizesOf(host, directory, folder)
  let total = 0
  for (let at = folder.records.length - 1; at >= 0; at--) {
    total += sizes.get(stemOf(folder.records[at]!)) ?? 0
    if (total > maxBytes) return at + 1
  }
  return 0
}

/** The bytes of each record with what lies beside it, by stem. */
export function sizesOf(
  host: Host,
  directory: string,
  { records, beside }: Folder,
): Map<string, number> {
  const sizes = new Map<string, number>()
  const add = (name: string, bytes: number) =>
    sizes.set(stemOf(name), (sizes.get(stemOf(name)) ?? 0) + bytes)
  for (const name of records) add(name, sizeOf(host, `${directory}/${name}`))
  for (const { name, kind } of beside) {
    const path = `${directory}/${name}`
    add(name, kind === 'file' ? sizeOf(host, path) : sizeOfTree(host, path))
  }
  return sizes
}

function sizeOf(host: Host, path: string): number {
  return host.files.linkStat(path)?.size ?? 0
}

/** The bytes of all files below a directory; links are not followed. */
export function sizeOfTree(host: Host, path: string): number {
  let bytes = 0
  for (const { name, kind } of host.files.list(path))
    bytes +=
      kind === 'directory' ? sizeOfTree(host, `${path}/${name}`) : sizeOf(host, `${path}/${name}`)
  return bytes
}

function removeBeside(host: Host, path: string, kind: 'file' | 'directory'): void {
  if (kind === 'file') return void removeQuietly(host, path)
  try {
    host.files.removeTree(path)
  } catch {
    // A script has taken away our own rights to it: `gc` says so.
  }
}

function removeQuietly(host: Host, path: string): boolean {
  try {
    host.files.remove(path)
    return true
  } catch {
    return false
  }
}

// What a press that was killed while it wrote its record has left behind.
function removeLeftover(host: Host, path: string): void {
  const stat = host.files.stat(path)
  const ageMs = stat ? host.clock.now() - Number(stat.mtimeNs / 1_000_000n) : 0
  if (ageMs > limits.leftoverMs) removeQuietly(host, path)
}
