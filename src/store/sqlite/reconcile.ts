// Brings the index up to date with the files (buttons.md 7.6, rule 2). What has not changed costs
// one look at its folder: nothing is listed, and no file is looked at.

import type { Database } from 'bun:sqlite'
import { isCurrent, toRow } from '#core/run/row.ts'
import { historyFolder, targetKinds } from '#core/run/folder.ts'
import { limits } from '#spec/limits.ts'
import type { Target, TargetKind } from '#spec/run.ts'
import type { Host } from '#host/host.ts'
import { listRecords, listTargets } from '../files/runs/list.ts'
import { findRecord } from '../files/runs/read.ts'
import type { StoredRunQuery } from '../store.ts'
import { apply, noChanges } from './apply.ts'
import { unsettled } from './schema.ts'

export interface Index {
  database: Database
  host: Host
  dataDirectory: string
}

/** The scope is that of the query: one target, or all of its kinds. */
export function reconcile(index: Index, { target, kinds = targetKinds }: StoredRunQuery): void {
  if (target) return reconcileKind(index, target.kind, [target.name], scansOf(index, target))
  for (const kind of kinds) {
    const names = listTargets(index.host, index.dataDirectory, kind)
    reconcileKind(index, kind, names, scansOf(index, { kind }))
  }
}

type Scans = Map<string, string>

function scansOf({ database }: Index, { kind, name }: { kind: TargetKind; name?: string }): Scans {
  const rows =
    name === undefined
      ? database.query('SELECT name, dir_mtime_ns FROM scans WHERE kind = ?').values(kind)
      : database
          .query('SELECT name, dir_mtime_ns FROM scans WHERE kind = ? AND name = ?')
          .values(kind, name)
  return new Map(rows as [string, string][])
}

function reconcileKind(index: Index, kind: TargetKind, names: string[], scans: Scans): void {
  const { host, dataDirectory } = index
  const gone = new Set(scans.keys())
  for (const name of names) {
    const folder = host.files.stat(`${dataDirectory}/${historyFolder(kind, name)}`)
    if (folder?.kind !== 'directory') continue
    gone.delete(name)
    const mtimeNs = String(folder.mtimeNs)
    if (scans.get(name) !== mtimeNs)
      reconcileFolder(index, { kind, name }, folder.mtimeNs, scans.get(name))
  }
  const forgotten = [...gone].map((name) => ({ kind, name }))
  apply(index.database, { ...noChanges(), forgotten })
}

// Rows are read before the folder is listed, and its time before both: whatever another process
// does meanwhile then looks like a change, never like something that is gone.
function reconcileFolder(
  index: Index,
  target: Target,
  mtimeNs: bigint,
  known: string | undefined,
): void {
  const { database, host, dataDirectory } = index
  const rows = rowsOf(database, target)
  const stale: string[] = []
  for (const file of listRecords(host, dataDirectory, target.kind, target.name)) {
    const row = rows.get(file)
    const mark = row && host.files.stat(`${dataDirectory}/${file}`)
    if (!row || !mark || !isCurrent(row, mark)) stale.push(file)
    rows.delete(file)
  }
  readInBatches(index, target, stale)
  const settled = isSettled(host, mtimeNs) ? String(mtimeNs) : unsettled
  const scans = settled === known ? [] : [{ target, mtimeNs: settled }]
  apply(database, { ...noChanges(), deletes: [...rows.keys()], scans })
}

type Rows = Map<string, { file_size: number; file_mtime_ns: string }>

function rowsOf(database: Database, { kind, name }: Target): Rows {
  const rows = database
    .query('SELECT file, file_size, file_mtime_ns FROM runs WHERE kind = ? AND name = ?')
    .values(kind, name) as [string, number, string][]
  return new Map(
    rows.map(([file, file_size, file_mtime_ns]) => [file, { file_size, file_mtime_ns }]),
  )
}

// Reading happens outside the transactions: a press that records meanwhile need not wait for it.
function readInBatches(index: Index, target: Target, files: string[]): void {
  const { database, host, dataDirectory } = index
  for (let start = 0; start < files.length; start += limits.indexBatch) {
    const changes = noChanges()
    // From here on the folder is known, so that its rows are found even if we are killed.
    changes.scans.push({ target, mtimeNs: unsettled })
    for (const file of files.slice(start, start + limits.indexBatch)) {
      const read = findRecord(host, dataDirectory, target.kind, target.name, file)
      if (read) changes.upserts.push(toRow(read.stored, read.mark))
      else changes.deletes.push(file)
    }
    apply(database, changes)
  }
}

// A folder changed a moment ago may change again without its time moving on.
function isSettled(host: Host, mtimeNs: bigint): boolean {
  return host.clock.now() - Number(mtimeNs / 1_000_000n) >= limits.indexSettledMs
}
