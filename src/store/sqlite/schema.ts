// The layout of state.db (buttons.md 7.6). Another layout is another `user_version`: the file is
// then made anew, since everything in it can be read from the record files again.

import type { RunRow } from '#core/run/row.ts'

export const userVersion = 1

export const schema = `
CREATE TABLE runs (
  file             TEXT PRIMARY KEY,
  kind             TEXT NOT NULL,
  name             TEXT NOT NULL,
  run_id           TEXT,
  started_at       TEXT NOT NULL,
  started_ms       INTEGER NOT NULL,
  finished_at      TEXT NOT NULL,
  duration_ms      INTEGER NOT NULL,
  status           TEXT NOT NULL,
  exit_code        INTEGER NOT NULL DEFAULT 0,
  http_status_code INTEGER,
  error_type       TEXT,
  failed_step      TEXT,
  args_json        TEXT,
  stderr_head      TEXT,
  file_size        INTEGER NOT NULL,
  file_mtime_ns    TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX runs_target ON runs(kind, name, started_ms DESC, file DESC);
CREATE INDEX runs_recent ON runs(started_ms DESC, file DESC);
CREATE INDEX runs_failed ON runs(started_ms DESC, file DESC) WHERE status <> 'ok';
CREATE INDEX runs_id ON runs(run_id) WHERE run_id IS NOT NULL;
CREATE TABLE scans (
  kind TEXT NOT NULL, name TEXT NOT NULL, dir_mtime_ns TEXT NOT NULL,
  PRIMARY KEY (kind, name)
) WITHOUT ROWID;
PRAGMA user_version = ${userVersion};
`

/** Tables and indexes of the schema; those of primary keys have no entry of their own. */
export const schemaObjects = schema.split('CREATE ').length - 1

/** What `scans` holds for a folder that has to be listed again. */
export const unsettled = '0'

export const upsertRun = `INSERT OR REPLACE INTO runs VALUES (${Array(17).fill('?').join(', ')})`

/** The values of `upsertRun`, in the order of the columns. */
export function valuesOf(row: RunRow): (string | number | null)[] {
  return [
    row.file,
    row.kind,
    row.name,
    row.run_id,
    row.started_at,
    row.started_ms,
    row.finished_at,
    row.duration_ms,
    row.status,
    row.exit_code,
    row.http_status_code,
    row.error_type,
    row.failed_step,
    row.args_json,
    row.stderr_head,
    row.file_size,
    row.file_mtime_ns,
  ]
}
