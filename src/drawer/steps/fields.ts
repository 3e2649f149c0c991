// Reading the fields that several kinds have.

import { describe, fromJson } from '#core/expr/values.ts'
import { resolveExpressionField } from '#core/expr/resolve.ts'
import { fail } from '#spec/errors.ts'
import { type Act, contextOf } from '../act.ts'

/** The array that an expression field gives. Throws VALIDATION_ERROR and ExpressionError. */
export function readArray(act: Act, field: 'over' | 'from'): readonly unknown[] {
  const { step } = act
  const text = step[field]
  if (!text)
    throw fail('VALIDATION_ERROR', `${step.kind} "${step.id}" has no '${field}'`, {
      hint: `Give it an expression like \${inputs.list}`,
    })
  const value = resolveExpressionField(text, contextOf(act))
  if (Array.isArray(value)) return value
  const type = describe(fromJson(value))
  throw fail('VALIDATION_ERROR', `'${field}' of "${step.id}" must be an array, got ${type}`)
}

/** The context of an expression about one item, which it calls `item`. */
export function itemContext(act: Act, item: unknown) {
  const { roots, env } = contextOf(act)
  return { roots: { ...roots, item }, env }
}
