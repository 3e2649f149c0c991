// Whether a delivery is worth a run: the `filter` of its trigger, an expression over `inputs`.

import { ExpressionError, formatExpressionError } from '../expr/errors.ts'
import { evaluateExpression } from '../expr/evaluate.ts'
import { parseExpression } from '../expr/parse.ts'
import { prepareExpressions } from '../expr/pattern.ts'
import type { ReceivedInput } from './received.ts'

/** What a filter said; `trouble` is why it could not be asked. */
export type FilterVerdict = { passes: boolean; trouble?: string }

/**
 * What is missing in the body makes a filter false; any other trouble lets the delivery through,
 * since a run too many does less harm than one that is lost.
 */
export async function askFilter(
  filter: string,
  webhook: ReceivedInput,
  env: Readonly<Record<string, string | undefined>>,
): Promise<FilterVerdict> {
  await prepareExpressions(filter)
  try {
    const expression = parseExpression(bare(filter))
    const value = evaluateExpression(expression, { roots: { inputs: { webhook } }, env })
    if (typeof value === 'boolean') return { passes: value }
    return { passes: true, trouble: 'the filter gives no boolean' }
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    if (error.kind === 'absent') return { passes: false }
    return { passes: true, trouble: formatExpressionError(error) }
  }
}

/** Why a text is no filter, or undefined. */
export function findFilterFault(filter: string): string | undefined {
  try {
    parseExpression(bare(filter))
    return undefined
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    return error.message
  }
}

function bare(filter: string): string {
  const text = filter.trim()
  return text.startsWith('${') && text.endsWith('}') ? text.slice(2, -1) : text
}
