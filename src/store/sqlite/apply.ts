// Changes of the index: everything that belongs together in one transaction.

import type { Database } from 'bun:sqlite'
import { type RunRow, toRow } from '#core/run/row.ts'
import type { Target } from '#spec/run.ts'
import type { IndexChange } from '../runIndex.ts'
import { unsettled, upsertRun, valuesOf } from './schema.ts'

export interface Changes {
  upserts: RunRow[]
  /** Files whose rows go. */
  deletes: string[]
  scans: { target: Target; mtimeNs: string }[]
  forgotten: Target[]
}

export function noChanges(): Changes {
  return { upserts: [], deletes: [], scans: [], forgotten: [] }
}

/** The changes that presses and deletions made to the files. */
export function gather(list: readonly IndexChange[]): Changes {
  const changes = noChanges()
  for (const change of list) {
    if (change.kind === 'forgotten') changes.forgotten.push(change.target)
    else gatherRecorded(change, changes)
  }
  return changes
}

// The folder's new time must not be stored here: it could hide a record that another, older
// program wrote a moment earlier.
function gatherRecorded(change: IndexChange & { kind: 'recorded' }, changes: Changes): void {
  const { target, record, pruned } = change
  if (record) changes.upserts.push(toRow(record.stored, record.mark))
  changes.deletes.push(...pruned)
  changes.scans.push({ target, mtimeNs: unsettled })
}

export function apply(database: Database, changes: Changes): void {
  const { upserts, deletes, scans, forgotten } = changes
  if (upserts.length + deletes.length + scans.length + forgotten.length === 0) return
  database.run('BEGIN IMMEDIATE')
  try {
    applyAll(database, changes)
    database.run('COMMIT')
  } catch (error) {
    if (database.inTransaction) database.run('ROLLBACK')
    throw error
  }
}

function applyAll(database: Database, { forgotten, upserts, deletes, scans }: Changes): void {
  for (const { kind, name } of forgotten) {
    database.query('DELETE FROM runs WHERE kind = ? AND name = ?').run(kind, name)
    database.query('DELETE FROM scans WHERE kind = ? AND name = ?').run(kind, name)
  }
  for (const row of upserts) database.query(upsertRun).run(...valuesOf(row))
  for (const file of deletes) database.query('DELETE FROM runs WHERE file = ?').run(file)
  for (const { target, mtimeNs } of scans) {
    database
      .query('INSERT OR REPLACE INTO scans VALUES (?, ?, ?)')
      .run(target.kind, target.name, mtimeNs)
  }
}
