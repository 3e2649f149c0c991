// Runs as lines for people.

import type { RunFailure } from '#core/run/failure.ts'
import type { Run } from '#spec/run.ts'
import { oneLine } from './plain.ts'
import { formatLocal } from './time.ts'

/** `2026-05-02 09:00:00  error · SCRIPT_ERROR  exit=3  12ms` */
export function runLine(run: Run): string {
  const { started_at, status, error_type, exit_code, duration_ms } = run
  return `${formatLocal(started_at)}  ${outcome(status, error_type)}  exit=${exit_code}  ${duration_ms}ms\n`
}

/** The same for a failure of any target, with where it failed or what it said. */
export function failureLine(failure: RunFailure): string {
  const { started_at, target, status, error_type, exit_code, failed_step, stderr } = failure
  const parts = [
    formatLocal(started_at),
    target,
    outcome(status, error_type),
    ...(exit_code === undefined ? [] : [`exit=${exit_code}`]),
    ...(failed_step === undefined ? [] : [`step=${failed_step}`]),
    ...(firstLine(stderr) === '' ? [] : [firstLine(stderr)]),
  ]
  return `${parts.join('  ')}\n`
}

function outcome(status: string, errorType: string | undefined): string {
  return errorType ? `${status} · ${errorType}` : status
}

export function firstLine(text = ''): string {
  const [line = ''] = text.trim().split('\n', 1)
  return oneLine(line)
}
