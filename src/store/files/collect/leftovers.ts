// What killed commands have left behind anywhere: unfinished files, runs that never began, answers
// that have expired.

import { findActive } from '#core/run/active.ts'
import { readEntry } from '#core/idempotency/entry.ts'
import { historyFolder, targetKinds } from '#core/run/folder.ts'
import { limits } from '#spec/limits.ts'
import { activeFolder } from '../active/hold.ts'
import { listTargets } from '../runs/list.ts'
import { isOlder, type Sweep, sweepAway } from './sweep.ts'

export function collectTemporary(sweep: Sweep): void {
  const { host, dataDirectory } = sweep
  const folders = [dataDirectory, `${dataDirectory}/idempotency`, `${dataDirectory}/.runtime`]
  for (const kind of targetKinds) {
    for (const name of listTargets(host, dataDirectory, kind))
      folders.push(
        `${dataDirectory}/${kind}s/${name}`,
        `${dataDirectory}/${historyFolder(kind, name)}`,
      )
  }
  for (const folder of folders) {
    for (const { name, kind } of host.files.list(folder)) {
      const path = `${folder}/${name}`
      if (name.startsWith('.tmp-') && isOlder(sweep, path, limits.orphanMs))
        sweepAway(sweep, 'temporary', path, kind)
    }
  }
}

/** Files of runs that were killed before anything stood in them, folders without a run. */
export function collectActive(sweep: Sweep): void {
  const { host, dataDirectory } = sweep
  const folder = activeFolder(dataDirectory)
  for (const { name, kind } of host.files.list(folder)) {
    const path = `${folder}/${name}`
    if (!isOlder(sweep, path, limits.orphanMs)) continue
    const lost =
      kind === 'directory'
        ? name.endsWith('.d') && !host.files.stat(path.slice(0, -'.d'.length))
        : isNobodys(sweep, path)
    if (lost) sweepAway(sweep, 'active', path, kind)
  }
}

function isNobodys({ host }: Sweep, path: string): boolean {
  const watch = host.locks.watch(path)
  if (!watch) return false
  const lost = !watch.isHeld() && findActive(watch.text()) === undefined
  watch.close()
  return lost
}

export function collectIdempotency(sweep: Sweep): void {
  const { host, dataDirectory } = sweep
  const folder = `${dataDirectory}/idempotency`
  for (const { name } of host.files.list(folder)) {
    const path = `${folder}/${name}`
    if (/^[0-9a-f]{64}\.json$/.test(name) && hasExpired(sweep, path))
      sweepAway(sweep, 'idempotency', path, 'file')
  }
}

function hasExpired({ host }: Sweep, path: string): boolean {
  const text = host.files.findText(path)
  return text !== undefined && readEntry(text, host.clock.now()).state !== 'live'
}
