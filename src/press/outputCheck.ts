// Holding what a press printed against the schema its button declares: always reported, and a
// failure when the request says so. The checker is loaded only for buttons with a schema.

import type { Outcome } from '#core/press/classify.ts'
import type { Button } from '#spec/button.ts'
import type { PressResult } from '#spec/run.ts'

export interface CheckedOutcome {
  outcome: Outcome
  report: Pick<PressResult, 'output_valid' | 'output_problems'>
}

export async function checkOutcome(
  outcome: Outcome,
  button: Button,
  strict: boolean,
): Promise<CheckedOutcome> {
  if (button.output_schema === undefined || outcome.status !== 'ok') return { outcome, report: {} }
  const { checkOutput } = await import('#core/output/check.ts')
  const problems = await checkOutput(button.output_schema, outcome.stdout)
  if (problems.length === 0) return { outcome, report: { output_valid: true } }
  return {
    outcome: strict ? refused(outcome, problems) : outcome,
    report: { output_valid: false, output_problems: problems },
  }
}

/** The same outcome as the failure it is for somebody who asked for a fitting output. */
export function refused<O extends Outcome>(outcome: O, problems: readonly string[]): O {
  const lines = problems.map((problem) => `output_schema: ${problem}`)
  const before = outcome.stderr.trimEnd()
  const stderr = [...(before === '' ? [] : [before]), ...lines].join('\n')
  return { ...outcome, status: 'error', error_type: 'VALIDATION_ERROR', stderr }
}
