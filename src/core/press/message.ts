// What a failed press says for itself: its message and what to do next (D35, D70).

import type { ErrorCode } from '#spec/errors.ts'
import type { PressResult } from '#spec/run.ts'

type Ended = Pick<PressResult, 'status' | 'exit_code' | 'error_type' | 'stderr'>

/** What the script or the engine wrote to stderr, or how it ended when that is blank. */
export function failureMessage(result: Ended, timeoutSeconds: number | undefined): string {
  if (result.stderr.trim() !== '') return result.stderr
  return describeEnd(result, timeoutSeconds)
}

/** How a press ended, in a few words. */
export function describeEnd(result: Ended, timeoutSeconds: number | undefined): string {
  if (result.status === 'timeout')
    return timeoutSeconds === undefined ? 'timed out' : `timed out after ${timeoutSeconds}s`
  if (result.status === 'cancelled') return 'cancelled'
  if (result.exit_code >= 0) return `exit status ${result.exit_code}`
  // A signal leaves no word; what could not be started or sent explains itself.
  return result.stderr.trim() === '' ? 'ended by a signal' : 'failed'
}

const hints: Partial<Record<ErrorCode, string>> = {
  TIMEOUT: 'Allow more with --timeout SECONDS',
  RUNTIME_MISSING: 'Install what runs it, or put it on PATH',
}

/** What to do about a failure, when there is something. */
export function failureHint(
  result: Pick<PressResult, 'error_type' | 'missing_batteries'>,
): string | undefined {
  const missing = result.missing_batteries?.map((key) => `buttons batteries set ${key} --stdin`)
  const parts = [
    missing && `Batteries are missing: ${missing.join(', ')}`,
    result.error_type && hints[result.error_type],
  ]
  return parts.filter((part) => part !== undefined).join('; ') || undefined
}
