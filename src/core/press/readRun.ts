// Reading a stored press, whichever release wrote it (buttons.md 7.2, "Reading").

import * as v from 'valibot'
import { type Run, runFileSchema } from '#spec/run.ts'
import { findTime, formatSecond, formatTime } from '#core/time/format.ts'

/** The run in a record's text, or undefined when it is not a record. `folder` names the button. */
export function findRun(text: string, folder: string): Run | undefined {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return undefined
  }
  const parsed = v.safeParse(runFileSchema, json)
  if (!parsed.success) return undefined
  const file = parsed.output
  const startedMs = findSetTime(file.started_at) ?? findSetTime(file.pressed_at)
  if (startedMs === undefined) return undefined
  const exitCode = file.exit_code ?? 0
  const duration = file.duration_ms ?? 0
  const finishedMs = findSetTime(file.finished_at) ?? startedMs + duration
  const name = file.button ?? file.button_name ?? folder
  return {
    button: name,
    pressed_at: file.pressed_at ?? formatSecond(startedMs),
    ...(file.args && { args: file.args }),
    exit_code: exitCode,
    stdout: file.stdout ?? '',
    stderr: file.stderr ?? '',
    duration_ms: duration,
    button_name: name,
    started_at: formatTime(startedMs),
    finished_at: formatTime(finishedMs),
    ...(file.http_status_code && { http_status_code: file.http_status_code }),
    status: file.status || inferStatus(exitCode, file.http_status_code ?? 0),
    ...(file.error_type && { error_type: file.error_type }),
    ...(file['truncated'] === true && { truncated: true }),
    ...(file.run_id && { run_id: file.run_id }),
    ...(file.parent_run_id && { parent_run_id: file.parent_run_id }),
    ...(file.retry_of && { retry_of: file.retry_of }),
    ...(file.idempotency_key && { idempotency_key: file.idempotency_key }),
    ...(file.stdout_file && { stdout_file: file.stdout_file }),
    ...(file.stderr_file && { stderr_file: file.stderr_file }),
    ...(file.timeout_seconds && { timeout_seconds: file.timeout_seconds }),
    ...readAnswer(file),
  }
}

function readAnswer(file: v.InferOutput<typeof runFileSchema>): Partial<Run> {
  return {
    ...(file.queue_wait_ms != null && { queue_wait_ms: file.queue_wait_ms }),
    ...(file.output_valid != null && { output_valid: file.output_valid }),
    ...(file.output_problems && { output_problems: file.output_problems }),
    ...(file.missing_batteries && { missing_batteries: file.missing_batteries }),
    ...(file.prompt != null && { prompt: file.prompt }),
    ...(file.cached && { cached: true }),
    ...(file.refusal && { refusal: readRefusal(file.refusal) }),
  }
}

function readRefusal({ message, hint }: { message: string; hint?: string | undefined }) {
  return { message, ...(hint !== undefined && { hint }) }
}

/** Epoch milliseconds of a time that somebody set: `0001-01-01T00:00:00Z` stands for none. */
export function findSetTime(text: string | null | undefined): number | undefined {
  return text && !text.startsWith('0001-01-01T00:00:00') ? findTime(text) : undefined
}

// Where an answer came, older writers put its HTTP status into exit_code.
function inferStatus(exitCode: number, httpStatus: number): string {
  if (exitCode === 0) return 'ok'
  return httpStatus > 0 && exitCode >= 200 && exitCode < 400 ? 'ok' : 'error'
}
