// Reading the fields that several kinds have.

import { describe, fromJson } from '#core/expr/values.ts'
import { resolveExpressionField } from '#core/expr/resolve.ts'
import { fail } from '#spec/errors.ts'
import { type Act, contextOf } from '../act.ts'

/** The array that an expression field gives. Throws VALIDATION_ERROR and ExpressionError. */
export function readArray(act: Act, field: 'over' | 'from'): readonly unknown[] {
  const value = resolveExpressionField(needText(act, field), contextOf(act))
  if (Array.isArray(value)) return value
  const type = describe(fromJson(value))
  throw fail('VALIDATION_ERROR', `'${field}' of "${act.step.id}" must be an array, got ${type}`)
}

/** The text of a field that the step cannot do without. Throws VALIDATION_ERROR. */
export function needText({ step }: Act, field: 'over' | 'from'): string {
  const text = step[field]
  if (text) return text
  throw fail('VALIDATION_ERROR', `${step.kind} "${step.id}" has no '${field}'`, {
    hint: `Give it an expression like \${inputs.list}`,
  })
}

/** The context of an expression about one item, which it calls `item`. */
export function itemContext(act: Act, item: unknown) {
  const { roots, env } = contextOf(act)
  return { roots: { ...roots, item }, env }
}
