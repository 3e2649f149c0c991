// From a live result to the record that stays: redacted, truncated, keys in the order of the contract.

import { limits } from '#spec/limits.ts'
import type { PressResult, Run, SpilledOutput } from '#spec/run.ts'
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
  lineage?: Lineage
  /** How long the press was allowed. */
  timeoutMs?: number
  /** Keep what else the press answers as well. */
  keepAnswer?: boolean
}

export type Lineage = Pick<Run, 'parent_run_id' | 'retry_of' | 'idempotency_key'>

export interface RecordedPress {
  run: Run
  /** What the record has no room for. */
  spilled?: SpilledOutput
}

/** The record of a press (buttons.md 7.2 to 7.4). The result itself is left as it is. */
export function makeRecord(input: RecordInput): RecordedPress {
  const { result, startedMs, secrets, secretArgs, lineage, timeoutMs, keepAnswer } = input
  const redact = redactor(secrets)
  const args = redactArgs(result.args ?? {}, secretArgs, redact)
  // Redaction comes first, so that a cut cannot leave half a secret behind.
  const [stdout, stderr] = [redact(result.stdout), redact(result.stderr)]
  const spilled = { ...spill('stdout', stdout), ...spill('stderr', stderr) }
  const run: Run = {
    button: result.button,
    pressed_at: formatSecond(startedMs),
    ...(Object.keys(args).length > 0 && { args }),
    exit_code: result.exit_code,
    stdout: truncate(stdout, limits.recordStreamBytes),
    stderr: truncate(stderr, limits.recordStreamBytes),
    duration_ms: result.duration_ms,
    button_name: result.button,
    started_at: result.started_at,
    finished_at: formatTime(startedMs + result.duration_ms),
    ...(result.http_status_code && { http_status_code: result.http_status_code }),
    status: result.status,
    ...(result.error_type && { error_type: result.error_type }),
    ...(result.truncated && { truncated: true }),
    run_id: result.run_id,
    ...lineage,
    ...(timeoutMs !== undefined &&
      result.status === 'timeout' && { timeout_seconds: timeoutMs / 1000 }),
    ...(keepAnswer && answerOf(result, redact)),
  }
  return { run, ...(Object.keys(spilled).length > 0 && { spilled }) }
}

function spill(stream: 'stdout' | 'stderr', text: string): SpilledOutput {
  // A UTF-16 unit is at most three bytes.
  if (text.length * 3 <= limits.recordStreamBytes) return {}
  const kept = truncate(text, limits.recordStreamBytes)
  return kept === text ? {} : { [stream]: truncate(text, limits.spilledBytes) }
}

function answerOf(result: PressResult, redact: (text: string) => string): Partial<Run> {
  const { queue_wait_ms, output_valid, output_problems, missing_batteries, prompt, cached } = result
  return {
    ...(queue_wait_ms !== undefined && { queue_wait_ms }),
    ...(output_valid !== undefined && { output_valid }),
    ...(output_problems && { output_problems: output_problems.map(redact) }),
    ...(missing_batteries && { missing_batteries }),
    ...(prompt !== undefined && { prompt: redact(prompt) }),
    ...(cached && { cached }),
  }
}
