// A press for people: what is said at its end, and its failure for programs.

import { describeEnd, failureHint, failureMessage } from '#core/press/message.ts'
import { type Failure, fail } from '#spec/errors.ts'
import type { PressResult } from '#spec/run.ts'
import type { People } from '../printer.ts'

/** How the press went: `✓ deploy (12ms, exit 0)`, and what it printed when that was not shown. */
export function showSuccess(
  result: PressResult,
  cachedFor: string | undefined,
  shown: boolean,
  people: People,
): void {
  const how =
    cachedFor === undefined
      ? `${result.duration_ms}ms, exit ${result.exit_code}`
      : `cached answer for key "${cachedFor}"`
  people.note([`✓ ${result.button} (${how})`, ...problems(result)].join('\n'))
  if (!shown) people.data(result.stdout)
}

/** How it failed: `✗ deploy (12ms, exit status 3)`, what it wrote to stderr, what to do next. */
export function showFailure(
  result: PressResult,
  timeoutSeconds: number | undefined,
  shown: boolean,
  people: People,
): void {
  const end = describeEnd(result, timeoutSeconds)
  // What a check of the output added was not there to be shown as it came.
  const stderr = shown ? problems(result).join('\n') : result.stderr.trimEnd()
  const hint = failureHint(result)
  const lines = [
    `✗ ${result.button} (${result.duration_ms}ms, ${end})`,
    ...(stderr === '' ? [] : [stderr]),
    ...(hint === undefined ? [] : [`  hint: ${hint}`]),
  ]
  people.note(lines.join('\n'))
}

/** The failure with the whole result beside it (D35). */
export function pressFailure(result: PressResult, timeoutSeconds: number | undefined): Failure {
  const hint = failureHint(result)
  return fail(result.error_type ?? 'SCRIPT_ERROR', failureMessage(result, timeoutSeconds), {
    data: result,
    ...(hint !== undefined && { hint }),
  })
}

/** What does not fit the output schema, line by line. */
function problems(result: PressResult): string[] {
  return (result.output_problems ?? []).map((problem) => `output_schema: ${problem}`)
}
