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
    const names = listFiles(host, directory)
    const records = names.filter(isRecordName).sort()
    removeLeftovers(host, directory, names)
    if (records.length < keep) return []
    const doomed = records.slice(0, records.length - keep)
    const oldest = records[doomed.length]!
    removeProgress(host, directory, names, oldest)
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

function listFiles(host: Host, directory: string): string[] {
  const entries = host.files.list(directory)
  return entries.filter((entry) => entry.kind === 'file').map((entry) => entry.name)
}

// Progress files that lie before the oldest record kept: of the records that go, and of presses
// that never left one. They go only once the folder is full, since until then such a press may
// well be running still.
function removeProgress(host: Host, directory: string, names: string[], oldest: string): void {
  for (const name of names) {
    if (isProgressName(name) && recordName(stemOf(name)) < oldest)
      removeQuietly(host, `${directory}/${name}`)
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

const temporaryName = /^\.tmp-\d+-\d+-[\da-f]+$/

// What a press that was killed while it wrote its record has left behind.
function removeLeftovers(host: Host, directory: string, names: string[]): void {
  for (const name of names) {
    if (!temporaryName.test(name)) continue
    const stat = host.files.stat(`${directory}/${name}`)
    const ageMs = stat ? host.clock.now() - Number(stat.mtimeNs / 1_000_000n) : 0
    if (ageMs > limits.leftoverMs) removeQuietly(host, `${directory}/${name}`)
  }
}
