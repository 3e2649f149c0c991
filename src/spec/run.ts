// What pressing a button gives: the live result, and the record that stays on disk.
// The result is what the caller sees; the record is truncated and redacted (buttons.md 6.4, 7.2).

import * as v from 'valibot'
import type { ErrorCode } from './errors.ts'

export const runStatuses = ['ok', 'error', 'timeout', 'cancelled'] as const
export type RunStatus = (typeof runStatuses)[number]

/** The outcome of one press, as printed and as kept by the idempotency cache. Times are UTC. */
export interface PressResult {
  status: RunStatus
  /** The child's exit status, the HTTP status, or -1 when there is none. */
  exit_code: number
  http_status_code?: number
  stdout: string
  stderr: string
  /** From the start of execution, after any queue, to its end. */
  duration_ms: number
  /** Time spent waiting for a queue slot; absent for buttons without a queue. */
  queue_wait_ms?: number
  error_type?: ErrorCode
  /** The answer was longer than the cap and was cut. */
  truncated?: boolean
  prompt?: string
  button: string
  args?: Record<string, string>
  started_at: string
  progress_path?: string
  /** Whether stdout fits the declared output_schema; absent without a schema. */
  output_valid?: boolean
  output_problems?: string[]
  /** Batteries the button requires and nobody has set. */
  missing_batteries?: string[]
  /** Answered from the idempotency cache. Surfaces print it beside the result, not in it. */
  cached?: boolean
  /** 16 lower-case hex digits. */
  run_id: string
}

const text = v.nullish(v.string())
const whole = v.nullish(v.number())

/** What may stand in a record file: the union of this product's and older writers' keys. */
export const runFileSchema = v.looseObject({
  button: text,
  button_name: text,
  pressed_at: text,
  started_at: text,
  finished_at: text,
  args: v.nullish(v.record(v.string(), v.string())),
  exit_code: whole,
  stdout: text,
  stderr: text,
  duration_ms: whole,
  http_status_code: whole,
  status: text,
  error_type: text,
  run_id: text,
  parent_run_id: text,
  retry_of: text,
  idempotency_key: text,
  stdout_file: text,
  stderr_file: text,
  timeout_seconds: whole,
  queue_wait_ms: whole,
  output_valid: v.nullish(v.boolean()),
  output_problems: v.nullish(v.array(v.string())),
  missing_batteries: v.nullish(v.array(v.string())),
  prompt: text,
  cached: v.nullish(v.boolean()),
  refusal: v.nullish(v.object({ message: v.string(), hint: v.optional(v.string()) })),
})

/** A stored press as read back: the keys of buttons.md 7.2 in writing order. */
export interface Run {
  button: string
  pressed_at: string
  args?: Record<string, string>
  exit_code: number
  stdout: string
  stderr: string
  duration_ms: number
  button_name: string
  started_at: string
  finished_at: string
  http_status_code?: number
  status: string
  error_type?: string
  truncated?: boolean
  run_id?: string
  /** The run whose script pressed this one. */
  parent_run_id?: string
  /** The run that this one was another try of. */
  retry_of?: string
  /** What the script saw as BUTTONS_IDEMPOTENCY_KEY, when that was not the run's id. */
  idempotency_key?: string
  /** Beside the record: the complete streams, when they were too long for it. */
  stdout_file?: string
  stderr_file?: string
  /** How long it was allowed, of one that took longer. */
  timeout_seconds?: number
  // Of runs that somebody waits for: what else the press would have answered.
  queue_wait_ms?: number
  output_valid?: boolean
  output_problems?: string[]
  missing_batteries?: string[]
  prompt?: string
  cached?: boolean
  /** Why it never began; `stderr` has the message. */
  refusal?: { message: string; hint?: string }
}

/** Complete streams, of which a record keeps the beginning. */
export interface SpilledOutput {
  stdout?: string
  stderr?: string
}

export type TargetKind = 'button' | 'drawer'

export interface Target {
  kind: TargetKind
  name: string
}
