// Taking a place among the records of a target when a press starts, and the progress file with it.

import { formatStem } from '#core/time/format.ts'
import type { Host } from '#host/host.ts'
import type { RunClaim } from '../../store.ts'
import { nextNumber } from './next.ts'
import type { Spares } from './spares.ts'
import {
  type GivenStems,
  isProgressName,
  lastStem,
  progressName,
  recordName,
  sideEnds,
  stemAt,
} from './stems.ts'

/** What makes recording cheap for a process that does it often. */
export interface Means {
  given: GivenStems
  spares?: Spares | undefined
}

/** Creates the progress file under the first free stem; without both when it cannot. */
export function claimProgress(
  host: Host,
  directory: string,
  startedMs: number,
  { given, spares }: Means,
): RunClaim {
  const second = formatStem(startedMs)
  try {
    const first = nextNumber(host, directory, second, startedMs, given)
    for (let number = first; number <= lastStem; number++) {
      const stem = stemAt(second, number)
      const progressPath = `${directory}/${progressName(stem)}`
      if (host.files.stat(`${directory}/${recordName(stem)}`)) continue
      if (!createIfFree(host, directory, progressPath, spares)) continue
      given.note(directory, second, number)
      const artifactsPath = `${directory}/${stem}${sideEnds.artifacts}`
      return { startedMs, stem, progressPath, artifactsPath }
    }
  } catch {
    // Without a progress file the press goes on; its stem is taken when it is recorded.
  }
  return { startedMs }
}

function createIfFree(host: Host, directory: string, path: string, spares?: Spares): boolean {
  const reused = spares?.place(directory, path, '')
  if (reused !== undefined) return reused
  try {
    host.files.create(path, '', 0o600)
    return true
  } catch (error) {
    const code = (error as { code?: unknown }).code
    if (code === 'EEXIST') return false
    if (code !== 'ENOENT') throw error
    // The target is there but nobody has made its `pressed` yet.
    host.files.makeDirectory(directory, 0o700)
    return createIfFree(host, directory, path)
  }
}

/** Path of the progress file with the greatest name, or undefined. */
export function findProgress(host: Host, directory: string): string | undefined {
  const names = host.files.list(directory).map((entry) => entry.name)
  const newest = names.filter(isProgressName).sort().at(-1)
  return newest && `${directory}/${newest}`
}
