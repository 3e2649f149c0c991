// A run in one line: what lists show of it, whether it is over or not.

import type { ActiveEntry, RunHandle } from '#spec/runs.ts'
import { formatTarget } from './active.ts'
import { findFailedStep } from './failedStep.ts'
import type { StoredRun } from './stored.ts'

export function handleOfStored(stored: StoredRun): RunHandle {
  const { run } = stored
  return {
    ...(run.run_id !== undefined && { run_id: run.run_id }),
    target: formatTarget(stored),
    status: run.status,
    started_at: run.started_at,
    finished_at: run.finished_at,
    duration_ms: run.duration_ms,
    ...(stored.kind === 'button' && { exit_code: stored.run.exit_code }),
    ...(run.error_type !== undefined && { error_type: run.error_type }),
    ...failedStepOf(stored),
    ...(run.parent_run_id !== undefined && { parent_run_id: run.parent_run_id }),
    ...(run.retry_of !== undefined && { retry_of: run.retry_of }),
    ...argsOf(stored),
  }
}

function failedStepOf(stored: StoredRun): { failed_step?: string } {
  const id = stored.kind === 'drawer' && findFailedStep(stored.run)?.id
  return id ? { failed_step: id } : {}
}

function argsOf(stored: StoredRun): { args?: Record<string, unknown> } {
  const args = stored.kind === 'button' ? stored.run.args : stored.run.inputs
  return args ? { args } : {}
}

export function handleOfActive(entry: ActiveEntry): RunHandle {
  const { run_id, target, status, started_at, pid, detached, args } = entry
  return {
    run_id,
    target,
    status,
    started_at,
    ...(entry.parent_run_id !== undefined && { parent_run_id: entry.parent_run_id }),
    ...(entry.retry_of !== undefined && { retry_of: entry.retry_of }),
    ...(status !== 'interrupted' && { pid }),
    ...(detached && { detached }),
    ...(args && { args }),
  }
}
