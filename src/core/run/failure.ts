// What went wrong in a run, in the few words a list has room for.

import type { Run } from '#spec/run.ts'
import { limits } from '#spec/limits.ts'
import { truncate } from '#core/text/truncate.ts'
import { findFailedStep } from './failedStep.ts'
import type { StoredRun } from './stored.ts'

/** An element of `buttons logs`: a failed run of the workspace (buttons.md 7.5). */
export interface RunFailure {
  /** `button/<name>`, `drawer/<name>` */
  target: string
  run_id?: string
  started_at: string
  status: string
  exit_code?: number
  error_type?: string
  /** The beginning of it, with `…` when it was cut. */
  stderr?: string
  failed_step?: string
}

export function toFailure(stored: StoredRun): RunFailure {
  const { run } = stored
  return {
    target: `${stored.kind}/${stored.name}`,
    ...(run.run_id && { run_id: run.run_id }),
    started_at: run.started_at,
    status: run.status,
    ...(stored.kind === 'button' &&
      stored.run.exit_code !== 0 && { exit_code: stored.run.exit_code }),
    ...(run.error_type && { error_type: run.error_type }),
    ...(stored.kind === 'button' &&
      stored.run.stderr !== '' && {
        stderr: truncate(stored.run.stderr, limits.indexStderrBytes, '…'),
      }),
    ...failedStep(stored),
  }
}

function failedStep(stored: StoredRun): { failed_step?: string } {
  const id = stored.kind === 'drawer' && findFailedStep(stored.run)?.id
  return id ? { failed_step: id } : {}
}

/** One sentence on why a run failed; never empty. */
export function describeFailure(stored: StoredRun): string {
  if (stored.kind === 'button') return stored.run.stderr.trim() || silentFailure(stored.run)
  const step = findFailedStep(stored.run)
  return step?.error?.message?.trim() || stored.run.error_type || `status ${stored.run.status}`
}

function silentFailure({ status, exit_code, duration_ms }: Run): string {
  if (status === 'timeout') return `timed out after ${Math.round(duration_ms / 1000)}s`
  return status === 'cancelled' ? 'cancelled' : `exit status ${exit_code}`
}

const codes: Readonly<Record<string, string>> = { timeout: 'TIMEOUT', cancelled: 'CANCELLED' }

/** The code a failed run carries. */
export function failureCode({ run }: StoredRun): string {
  return run.error_type ?? codes[run.status] ?? 'SCRIPT_ERROR'
}
