// Outputs joined into one value, with a stated rule for keys that several have.

import { mergeValues } from '#core/drawer/run/merge.ts'
import { resolveValue } from '#core/expr/resolve.ts'
import { fail } from '#spec/errors.ts'
import { conflictRules } from '#spec/steps.ts'
import { type Act, contextOf, type Outcome, worked } from '../act.ts'

export async function merge(act: Act): Promise<Outcome> {
  const { inputs = {}, on_conflict: word = 'last', id } = act.step
  const rule = conflictRules.find((one) => one === word)
  if (!rule)
    throw fail(
      'VALIDATION_ERROR',
      `'on_conflict' of merge "${id}" must be one of ${conflictRules.join(', ')}, got "${word}"`,
    )
  return worked(() =>
    mergeValues(resolveValue(inputs, contextOf(act)) as Record<string, unknown>, rule),
  )
}
