// Keeps the newest records of a target and removes the others with their progress files
// (buttons.md 7.3, D47). What is not ours to remove stays: other extensions, sub-directories.

import { limits } from '#spec/limits.ts'
import type { Host } from '#host/host.ts'
import { isProgressName, isRecordName, recordName, stemOf } from './stems.ts'

/**
 * Removes all but the `keep` records with the greatest names; the names of those removed.
 * Never throws: what cannot be removed today is found again by the next press.
 */
export function prune(host: Host, directory: string, keep: number): string[] {
  try {
    if (!isDue(host, keep)) return []
    const { records, progress, temporary } = sortFiles(host, directory)
    for (const name of temporary) removeLeftover(host, `${directory}/${name}`)
    if (records.length < keep) return []
    const doomed = records.slice(0, records.length - keep)
    const oldest = records[doomed.length]!
    // Progress files of the records that go, and of presses that never left one. They go only once
    // the folder is full: until then such a press may well be running still.
    for (const name of progress) {
      if (recordName(stemOf(name)) < oldest) removeQuietly(host, `${directory}/${name}`)
    }
    return doomed.filter((name) => removeQuietly(host, `${directory}/${name}`))
  } catch {
    return []
  }
}

// Listing costs about a microsecond per file. Up to a thousand records it is done at every press,
// and the number is exact; beyond, one press in `keep / 100` does it for the others, so that the
// cost per press stays that of a hundred records and a folder exceeds its number by about 1 %.
function isDue(host: Host, keep: number): boolean {
  if (keep <= limits.exactHistoryKeep) return true
  const [high = 0, low = 0] = host.random.bytes(2)
  return ((high << 8) | low) * keep < 65_536 * limits.defaultHistoryKeep
}

interface Files {
  /** Oldest first. */
  records: string[]
  progress: string[]
  temporary: string[]
}

// One plain loop: this runs once in every process, before any of it has become fast.
function sortFiles(host: Host, directory: string): Files {
  const files: Files = { records: [], progress: [], temporary: [] }
  for (const { name, kind } of host.files.list(directory)) {
    if (kind !== 'file') continue
    if (isRecordName(name)) files.records.push(name)
    else if (isProgressName(name)) files.progress.push(name)
    else if (temporaryName.test(name)) files.temporary.push(name)
  }
  files.records.sort()
  return files
}

const temporaryName = /^\.tmp-\d+-\d+-[\da-f]+$/

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
