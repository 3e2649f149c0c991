// Answers a query: the index chooses the files, the files say what they hold (rule 3).

import { isCurrent, toRow } from '#core/run/row.ts'
import { targetKinds } from '#core/run/folder.ts'
import type { StoredRun } from '#core/run/stored.ts'
import type { TargetKind } from '#spec/run.ts'
import { findRecord } from '../files/runs/read.ts'
import type { StoredRunQuery } from '../store.ts'
import { apply, type Changes, noChanges } from './apply.ts'
import type { Index } from './reconcile.ts'

export interface Chosen {
  runs: StoredRun[]
  /** Rows did not fit their files and have been mended: the choice may be another one now. */
  mended: boolean
}

export function choose(index: Index, query: StoredRunQuery): Chosen {
  const changes = noChanges()
  const runs = selectRows(index, query).flatMap((row) => readRow(index, row, changes) ?? [])
  apply(index.database, changes)
  return { runs, mended: changes.upserts.length + changes.deletes.length > 0 }
}

/** The run of an id, as far as the index knows. */
export function chooseById(index: Index, runId: string): StoredRun | undefined {
  const changes = noChanges()
  const rows = index.database
    .query(
      'SELECT file, kind, name, file_size, file_mtime_ns FROM runs INDEXED BY runs_id WHERE run_id = ?',
    )
    .all(runId) as Row[]
  const found = rows.flatMap((row) => readRow(index, row, changes) ?? [])
  apply(index.database, changes)
  return found.find(({ run }) => run.run_id === runId)
}

interface Row {
  file: string
  kind: TargetKind
  name: string
  file_size: number
  file_mtime_ns: string
}

function readRow({ host, dataDirectory }: Index, row: Row, changes: Changes) {
  const read = findRecord(host, dataDirectory, row.kind, row.name, row.file)
  if (!read) changes.deletes.push(row.file)
  else if (!isCurrent(row, read.mark)) changes.upserts.push(toRow(read.stored, read.mark))
  return read?.stored
}

function selectRows({ database }: Index, query: StoredRunQuery): Row[] {
  const { sql, values } = composeQuery(query)
  return database.query(sql).all(...values) as Row[]
}

/** Names the SQLite index to walk: its order is that of the answer, so nothing is sorted. */
export function composeQuery({
  target,
  kinds = targetKinds,
  failedOnly,
  status,
  sinceMs,
  before,
  limit = -1,
}: StoredRunQuery): { sql: string; values: (string | number)[] } {
  const where: string[] = []
  const values: (string | number)[] = []
  if (target) {
    where.push('kind = ? AND name = ?')
    values.push(target.kind, target.name)
  } else if (kinds.length < targetKinds.length) {
    where.push(`kind IN (${kinds.map(() => '?').join(', ')})`)
    values.push(...kinds)
  }
  if (failedOnly) where.push(`status <> 'ok'`)
  if (status !== undefined) {
    where.push('status = ?')
    values.push(status)
  }
  if (sinceMs !== undefined) {
    where.push('started_ms >= ?')
    values.push(sinceMs)
  }
  if (before) {
    where.push('(started_ms, file) < (?, ?)')
    values.push(before.startedMs, before.key)
  }
  const walked = target ? 'runs_target' : failedOnly ? 'runs_failed' : 'runs_recent'
  const condition = where.length > 0 ? ` WHERE ${where.join(' AND ')}` : ''
  return {
    sql:
      `SELECT file, kind, name, file_size, file_mtime_ns FROM runs INDEXED BY ${walked}` +
      `${condition} ORDER BY started_ms DESC, file DESC LIMIT ?`,
    values: [...values, limit],
  }
}
