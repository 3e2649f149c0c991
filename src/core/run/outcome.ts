// What a press answered, told again from its record: whoever waits for a run hears what the press
// itself would have printed, but for secrets.

import { failureHint, failureMessage } from '#core/press/message.ts'
import type { DrawerError, DrawerResult, DrawerStatus, StepRecord } from '#spec/drawerPress.ts'
import type { DrawerRun } from '#spec/drawerRun.ts'
import type { PressResult, Run, RunStatus } from '#spec/run.ts'
import type { ActiveEntry, RunOutcome } from '#spec/runs.ts'
import { formatTarget, parseTarget } from './active.ts'
import { describeFailure, failureCode } from './failure.ts'
import { findFailedStep } from './failedStep.ts'
import type { StoredRun } from './stored.ts'

/** What is not in the record itself: complete streams, and where progress was written. */
export interface Beside {
  stdout?: string
  stderr?: string
  progressPath?: string
}

export function outcomeOfStored(stored: StoredRun, beside: Beside): RunOutcome {
  return stored.kind === 'button'
    ? outcomeOfButton(stored, beside)
    : outcomeOfDrawer(stored, stored.run)
}

function head(stored: StoredRun) {
  const { run } = stored
  return { run_id: run.run_id ?? '', target: formatTarget(stored), status: run.status }
}

function outcomeOfButton(stored: StoredRun & { kind: 'button' }, beside: Beside): RunOutcome {
  const { run } = stored
  if (run.refusal) {
    const { message, hint } = run.refusal
    const error = { code: failureCode(stored), message, ...(hint !== undefined && { hint }) }
    return { ...head(stored), ok: false, error }
  }
  const result = resultOf(run, beside)
  if (result.status === 'ok')
    return { ...head(stored), ok: true, data: result, ...(run.cached && { cached: true }) }
  const hint = failureHint(result)
  const message = failureMessage(result, run.timeout_seconds)
  const error = { code: failureCode(stored), message, ...(hint !== undefined && { hint }) }
  return { ...head(stored), ok: false, error, data: result }
}

function resultOf(run: Run, beside: Beside): PressResult {
  const { queue_wait_ms, output_valid, output_problems, missing_batteries, prompt } = run
  return {
    status: run.status as RunStatus,
    exit_code: run.exit_code,
    ...(run.http_status_code && { http_status_code: run.http_status_code }),
    stdout: beside.stdout ?? run.stdout,
    stderr: beside.stderr ?? run.stderr,
    duration_ms: run.duration_ms,
    ...(queue_wait_ms !== undefined && { queue_wait_ms }),
    ...(run.error_type && { error_type: run.error_type as NonNullable<PressResult['error_type']> }),
    ...(run.truncated && { truncated: true }),
    ...(prompt !== undefined && { prompt }),
    button: run.button,
    ...(run.args && { args: run.args }),
    started_at: run.started_at,
    ...(beside.progressPath !== undefined && { progress_path: beside.progressPath }),
    ...(output_valid !== undefined && { output_valid }),
    ...(output_problems && { output_problems }),
    ...(missing_batteries && { missing_batteries }),
    run_id: run.run_id ?? '',
  }
}

function outcomeOfDrawer(stored: StoredRun & { kind: 'drawer' }, run: DrawerRun): RunOutcome {
  const error = run.status === 'ok' ? undefined : errorOf(stored)
  const data: DrawerResult = {
    run_id: run.run_id ?? '',
    drawer: run.drawer_name,
    status: run.status as DrawerStatus,
    started_at: run.started_at,
    finished_at: run.finished_at,
    duration_ms: run.duration_ms,
    ...(run.inputs && { inputs: run.inputs }),
    steps: run.steps as unknown as StepRecord[],
    ...(run.failed_step !== undefined && { failed_step: run.failed_step }),
    ...(error && { error }),
    ...(run.skipped_steps && { skipped_steps: run.skipped_steps }),
    ...(run.output !== undefined && { output: run.output as Record<string, unknown> }),
  }
  if (!error) return { ...head(stored), ok: true, data }
  const { code, message, remediation: hint } = error
  return {
    ...head(stored),
    ok: false,
    error: { code, message, ...(hint !== undefined && { hint }) },
    data,
  }
}

// Records of older releases name the code only; the step says more.
function errorOf(stored: StoredRun & { kind: 'drawer' }): DrawerError {
  const { run } = stored
  if (run.error) return run.error
  const code = run.error_type ?? findFailedStep(run)?.error?.code ?? failureCode(stored)
  return { code, message: describeFailure(stored) }
}

/** Of a run whose process died before it could say how it ended. */
export function outcomeOfInterrupted(entry: ActiveEntry): RunOutcome {
  const { run_id, target, started_at } = entry
  const { name } = parseTarget(target)
  return {
    run_id,
    target,
    status: 'interrupted',
    ok: false,
    error: {
      code: 'INTERRUPTED',
      message: `Run ${run_id} of "${name}" was interrupted: its process died`,
      hint: wayOn(entry),
    },
    data: { run_id, target, status: 'interrupted', started_at },
  }
}

function wayOn({ run_id, target, durability }: ActiveEntry): string {
  if (parseTarget(target).kind === 'button') return `buttons retry ${run_id}`
  if (durability !== undefined) return `buttons resume ${run_id}`
  return `It kept no journal: press it again; buttons cancel ${run_id} closes this run`
}
