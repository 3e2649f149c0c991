// From a live result to the record that stays: secrets taken out of everything, streams and
// outputs cut (drawers.md 7.2, B24, B41). The result itself is left as it is.

import { limits, redactedText } from '#spec/limits.ts'
import type { DrawerError, DrawerResult, StepRecord } from '#spec/drawerPress.ts'
import type { RunStarted } from '#spec/drawerEvents.ts'
import type { DrawerRun, InnerPress, StepRun } from '#spec/drawerRun.ts'
import { setField } from '../../expr/output.ts'
import { truncate } from '../../text/truncate.ts'

export interface RecordInput {
  result: DrawerResult
  /** Names of inputs declared secret: `[redacted]` whatever their value. */
  secretInputs: readonly string[]
  /** Takes secrets out of a text. */
  redact: (text: string) => string
  inner?: readonly InnerPress[]
  /** How the run was begun. */
  started?: Partial<
    Pick<
      RunStarted,
      'parent_run_id' | 'retry_of' | 'idempotency_base' | 'mode' | 'on_failure' | 'concurrency'
    >
  >
}

export function makeDrawerRecord({
  result,
  secretInputs,
  redact,
  inner = [],
  started = {},
}: RecordInput): DrawerRun {
  const inputs = redactInputs(result.inputs ?? {}, secretInputs, redact)
  const redacted = result.steps.map((step) => redactStep(step, redact))
  const streamBytes = fitStreams(redacted)
  return {
    drawer_name: result.drawer,
    run_id: result.run_id,
    started_at: result.started_at,
    finished_at: result.finished_at,
    duration_ms: result.duration_ms,
    status: result.status,
    ...(Object.keys(inputs).length > 0 && { inputs }),
    steps: redacted.map((step) => cutStep(step, streamBytes)),
    ...(inner.length > 0 && { inner_presses: [...inner] }),
    ...(result.error && {
      error_type: result.error.code,
      error: redactError(result.error, redact),
    }),
    ...(result.failed_step !== undefined && { failed_step: result.failed_step }),
    ...(result.skipped_steps && { skipped_steps: result.skipped_steps }),
    ...(result.output && cutOutput(redactValue(result.output, redact))),
    ...lineageOf(started),
    ...(started.mode === 'parallel' && {
      mode: started.mode,
      on_failure: started.on_failure ?? 'stop',
      concurrency: started.concurrency ?? 0,
    }),
  }
}

function lineageOf({
  parent_run_id,
  retry_of,
  idempotency_base,
}: NonNullable<RecordInput['started']>) {
  return {
    ...(parent_run_id !== undefined && { parent_run_id }),
    ...(retry_of !== undefined && { retry_of }),
    ...(idempotency_base !== undefined && { idempotency_base }),
  }
}

/** Inputs as they may be stored or handed on. */
export function redactInputs(
  inputs: Readonly<Record<string, unknown>>,
  secretInputs: readonly string[],
  redact: (text: string) => string,
): Record<string, unknown> {
  const kept: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(inputs))
    setField(kept, name, secretInputs.includes(name) ? redactedText : redactValue(value, redact))
  return kept
}

/** A JSON value without secrets: in texts, in numbers that are one, in keys. */
export function redactValue(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value)
  if (typeof value === 'number') return redactNumber(value, redact)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => redactValue(item, redact))
  const kept: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value))
    setField(kept, redact(key), redactValue(inner, redact))
  return kept
}

function redactNumber(value: number, redact: (text: string) => string): unknown {
  const text = String(value)
  if (text.length < limits.redactSecretCharacters) return value
  const kept = redact(text)
  return kept === text ? value : kept
}

/** An error without secrets; its code is ours. */
export function redactError(error: DrawerError, redact: (text: string) => string): DrawerError {
  return {
    code: error.code,
    message: redact(error.message),
    ...(error.remediation !== undefined && { remediation: redact(error.remediation) }),
    ...(error.cause && { cause: redactError(error.cause, redact) }),
  }
}

function redactStep(step: StepRecord, redact: (text: string) => string): StepRecord {
  return {
    ...step,
    ...(step.args && { args: redactValue(step.args, redact) as Record<string, unknown> }),
    ...('output' in step && { output: redactValue(step.output, redact) }),
    ...(step.stdout !== undefined && { stdout: redact(step.stdout) }),
    ...(step.stderr !== undefined && { stderr: redact(step.stderr) }),
    ...(step.error && { error: redactError(step.error, redact) }),
  }
}

// A thousand steps that print a megabyte each would make a record that nobody can read again.
function fitStreams(steps: readonly StepRecord[]): number {
  const streams = steps.flatMap(({ stdout = '', stderr = '' }) => [stdout.length, stderr.length])
  const total = streams.reduce((sum, length) => sum + Math.min(length, limits.recordStreamBytes), 0)
  if (total <= limits.drawerRecordBytes) return limits.recordStreamBytes
  return Math.floor(limits.drawerRecordBytes / streams.length)
}

function cutStep(step: StepRecord, streamBytes: number): StepRun {
  const { output, stdout, stderr, ...rest } = step
  return {
    ...rest,
    ...(output !== undefined && cutOutput(output)),
    ...(stdout !== undefined && { stdout: truncate(stdout, streamBytes) }),
    ...(stderr !== undefined && { stderr: truncate(stderr, streamBytes) }),
  }
}

function cutOutput(output: unknown): { output: unknown } | { output_truncated: true } {
  const length = JSON.stringify(output).length
  return length > limits.recordOutputBytes ? { output_truncated: true } : { output }
}
