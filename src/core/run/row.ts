// From a record to its row in the index (buttons.md 7.6): what lists and filters need, no output.

import { limits } from '#spec/limits.ts'
import type { TargetKind } from '#spec/run.ts'
import { truncate } from '#core/text/truncate.ts'
import { findFailedStep } from './failedStep.ts'
import type { StoredRun } from './stored.ts'

/** The columns of the table `runs`, in its order. */
export interface RunRow {
  file: string
  kind: TargetKind
  name: string
  run_id: string | null
  started_at: string
  started_ms: number
  finished_at: string
  duration_ms: number
  status: string
  exit_code: number
  http_status_code: number | null
  error_type: string | null
  failed_step: string | null
  args_json: string | null
  stderr_head: string | null
  file_size: number
  file_mtime_ns: string
}

/** What tells whether a file is still the one a row was made from. */
export interface FileMark {
  size: number
  mtimeNs: bigint
}

/** The row of a record whose file was as `mark` says when it was read. */
export function toRow(stored: StoredRun, mark: FileMark): RunRow {
  const { kind, name, file, run } = stored
  return {
    file,
    kind,
    name,
    run_id: run.run_id ?? null,
    started_at: run.started_at,
    started_ms: Date.parse(run.started_at),
    finished_at: run.finished_at,
    duration_ms: run.duration_ms,
    status: run.status,
    ...(stored.kind === 'button' ? buttonColumns(stored.run) : drawerColumns(stored.run)),
    error_type: run.error_type ?? null,
    file_size: mark.size,
    file_mtime_ns: String(mark.mtimeNs),
  }
}

type Columns = Pick<
  RunRow,
  'exit_code' | 'http_status_code' | 'failed_step' | 'args_json' | 'stderr_head'
>

function buttonColumns(run: (StoredRun & { kind: 'button' })['run']): Columns {
  return {
    exit_code: run.exit_code,
    http_status_code: run.http_status_code ?? null,
    failed_step: null,
    args_json: run.args ? JSON.stringify(run.args) : null,
    stderr_head: run.status === 'ok' ? null : truncate(run.stderr, limits.indexStderrBytes, ''),
  }
}

function drawerColumns(run: (StoredRun & { kind: 'drawer' })['run']): Columns {
  return {
    exit_code: 0,
    http_status_code: null,
    failed_step: findFailedStep(run)?.id ?? null,
    args_json: run.inputs ? JSON.stringify(run.inputs) : null,
    stderr_head: null,
  }
}

/** Whether a row was made from the file as it is now. */
export function isCurrent(
  row: Pick<RunRow, 'file_size' | 'file_mtime_ns'>,
  mark: FileMark,
): boolean {
  return row.file_size === mark.size && row.file_mtime_ns === String(mark.mtimeNs)
}
