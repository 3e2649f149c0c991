// The histories of all targets: what is beyond what each keeps, then what is beyond what all of
// them keep together, the oldest first, and what lies beside no record.

import { formatStem } from '#core/time/format.ts'
import { historyFolder, targetKinds } from '#core/run/folder.ts'
import { limits } from '#spec/limits.ts'
import type { Target } from '#spec/run.ts'
import { listTargets } from '../runs/list.ts'
import { countDoomed, type Folder, type Retention, sizesOf, sortFiles } from '../runs/prune.ts'
import { recordName, stemOf } from '../runs/stems.ts'
import { isOlder, type Sweep, sweepAway } from './sweep.ts'

interface History {
  directory: string
  folder: Folder
  /** How many of the oldest records go. */
  doomed: number
  /** What a press may be writing right now begins with this stem or a later one. */
  busyFrom: string | undefined
}

/** `busy` tells when the eldest run in progress of a target began, epoch milliseconds. */
export function collectHistories(
  sweep: Sweep,
  retention: Retention,
  busy: (target: Target) => number | undefined,
): void {
  const histories = targetKinds.flatMap((kind) =>
    listTargets(sweep.host, sweep.dataDirectory, kind).map((name) => {
      const since = busy({ kind, name })
      return look(sweep, historyFolder(kind, name), retention, since)
    }),
  )
  if (retention.maxBytes !== undefined) doomTogether(sweep, histories, retention.maxBytes)
  for (const history of histories) collectHistory(sweep, history)
}

function look(
  { host, dataDirectory }: Sweep,
  path: string,
  retention: Retention,
  since: number | undefined,
): History {
  const directory = `${dataDirectory}/${path}`
  const folder = sortFiles(host, directory)
  const doomed = countDoomed(host, directory, folder, retention)
  return {
    directory,
    folder,
    doomed,
    busyFrom: since === undefined ? undefined : formatStem(since),
  }
}

// The newest record of every target stays, however little room there is.
function doomTogether({ host }: Sweep, histories: readonly History[], maxBytes: number): void {
  const all = histories.flatMap((history) => {
    const sizes = sizesOf(host, history.directory, history.folder)
    const { records } = history.folder
    return records
      .map((name, index) => ({ history, name, index, bytes: sizes.get(stemOf(name)) ?? 0 }))
      .slice(history.doomed)
  })
  all.sort((a, b) => (a.name < b.name ? 1 : -1))
  let total = 0
  for (const { history, index, bytes } of all) {
    total += bytes
    const mayGo = index < history.folder.records.length - 1
    if (total > maxBytes && mayGo) history.doomed = Math.max(history.doomed, index + 1)
  }
}

function collectHistory(sweep: Sweep, { directory, folder, doomed, busyFrom }: History): void {
  const gone = new Set(folder.records.slice(0, doomed).map(stemOf))
  const kept = new Set(folder.records.slice(doomed).map(stemOf))
  for (const { name, kind } of folder.beside) {
    const stem = stemOf(name)
    const path = `${directory}/${name}`
    const orphan = !kept.has(stem) && !gone.has(stem)
    const busy = busyFrom !== undefined && recordName(stem) >= recordName(busyFrom)
    if (gone.has(stem) || (orphan && !busy && isOlder(sweep, path, limits.orphanMs)))
      sweepAway(sweep, 'files', path, kind)
  }
  // Last: as long as a record is there, it can be asked what belonged to it.
  for (const name of folder.records.slice(0, doomed))
    sweepAway(sweep, 'records', `${directory}/${name}`, 'file')
}
