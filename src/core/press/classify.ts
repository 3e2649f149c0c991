// What the end of a child process means for the press (buttons.md 6.6, outcome mapping).

import type { ErrorCode } from '#spec/errors.ts'
import type { RunStatus } from '#spec/run.ts'

/** How an execution ended, whichever runtime did it. */
export interface Outcome {
  status: RunStatus
  exit_code: number
  stdout: string
  stderr: string
  error_type?: ErrorCode
  http_status_code?: number
  truncated?: boolean
}

export interface ProcessEnd {
  /** Why we ended it, when we did. */
  stopped?: 'timeout' | 'cancelled' | undefined
  /** null when a signal ended it. */
  exitCode: number | null
  stdout: string
  stderr: string
}

export function classifyProcess(end: ProcessEnd): Outcome {
  const { stdout, stderr } = end
  if (end.stopped === 'timeout')
    return { status: 'timeout', exit_code: -1, stdout, stderr, error_type: 'TIMEOUT' }
  if (end.stopped === 'cancelled')
    return { status: 'cancelled', exit_code: -1, stdout, stderr, error_type: 'CANCELLED' }
  if (end.exitCode === 0) return { status: 'ok', exit_code: 0, stdout, stderr }
  return {
    status: 'error',
    exit_code: end.exitCode ?? -1,
    stdout,
    stderr,
    error_type: 'SCRIPT_ERROR',
  }
}

/** The outcome of an execution that could not begin. */
export function notStarted(error_type: ErrorCode, stderr: string): Outcome {
  return { status: 'error', exit_code: -1, stdout: '', stderr, error_type }
}
