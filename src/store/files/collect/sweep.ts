// Counting what goes, and removing it unless somebody only wants to know.

import type { Collected } from '#spec/collected.ts'
import type { FileKind, Host } from '#host/host.ts'
import { sizeOfTree } from '../runs/prune.ts'

export interface Sweep {
  host: Host
  dataDirectory: string
  /** Only count. */
  dry: boolean
  collected: Collected
}

export type Pile = Exclude<keyof Collected, 'bytes'>

/** Removes a file or a folder; what will not go is not counted. */
export function sweepAway(sweep: Sweep, pile: Pile, path: string, kind: FileKind): void {
  const { host, dry, collected } = sweep
  const bytes =
    kind === 'directory' ? sizeOfTree(host, path) : (host.files.linkStat(path)?.size ?? 0)
  try {
    if (!dry && kind === 'directory') host.files.removeTree(path)
    else if (!dry) host.files.remove(path)
  } catch {
    return
  }
  collected[pile]++
  collected.bytes += bytes
}

/** Whether something has not changed for a while. */
export function isOlder({ host }: Sweep, path: string, ageMs: number): boolean {
  const changed = host.files.linkStat(path)?.mtimeNs
  return changed !== undefined && host.clock.now() - Number(changed / 1_000_000n) > ageMs
}
