// From a live result to the record that stays: redacted, truncated, keys in the order of the contract.

import { limits } from '#spec/limits.ts'
import type { PressResult, Run } from '#spec/run.ts'
import { formatSecond, formatTime } from '#core/time/format.ts'
import { redactor, type Secrets } from '#core/text/redact.ts'
import { truncate } from '#core/text/truncate.ts'
import { redactArgs } from './redactArgs.ts'

export interface RecordInput {
  result: PressResult
  startedMs: number
  secrets: Secrets
  /** Names of arguments declared secret: stored as `[redacted]`, whatever their value. */
  secretArgs: readonly string[]
}

/** The record of a press (buttons.md 7.2 to 7.4). The result itself is left as it is. */
export function makeRecord({ result, startedMs, secrets, secretArgs }: RecordInput): Run {
  const redact = redactor(secrets)
  const args = redactArgs(result.args ?? {}, secretArgs, redact)
  return {
    button: result.button,
    pressed_at: formatSecond(startedMs),
    ...(Object.keys(args).length > 0 && { args }),
    exit_code: result.exit_code,
    // Redaction comes first, so that the cut cannot leave half a secret behind.
    stdout: truncate(redact(result.stdout), limits.recordStreamBytes),
    stderr: truncate(redact(result.stderr), limits.recordStreamBytes),
    duration_ms: result.duration_ms,
    button_name: result.button,
    started_at: result.started_at,
    finished_at: formatTime(startedMs + result.duration_ms),
    ...(result.http_status_code && { http_status_code: result.http_status_code }),
    status: result.status,
    ...(result.error_type && { error_type: result.error_type }),
    ...(result.truncated && { truncated: true }),
    run_id: result.run_id,
  }
}
