// Resolves the templates inside JSON values against a context. One pass: what an expression
// produces is never scanned again, so data cannot bring in expressions.

import { limits } from '#spec/limits.ts'
import type { Context } from './context.ts'
import { overLimit, within } from './errors.ts'
import { evaluateExpression } from './evaluate.ts'
import { hasKey } from './names.ts'
import { setField, toJson, toText } from './output.ts'
import { type Expression, parseExpression } from './parse.ts'
import { type Part, parseTemplate } from './template.ts'
import { type Value, checkDepth } from './values.ts'

/**
 * A JSON value with every template in it resolved, through objects and arrays; keys stay as they
 * are. The result may share parts with the context. Throws ExpressionError.
 */
export function resolveValue(json: unknown, context: Context): unknown {
  return resolveInside(json, context, 0)
}

/** A template string as text, also when it is a single `${…}`. Throws ExpressionError. */
export function resolveText(text: string, context: Context): string {
  return joinTexts(parseTemplate(text).parts, context)
}

/**
 * The JSON value of an `over`, `from`, `pluck` or `when` field: a bare expression, or a template
 * string when it begins with `${`. Throws ExpressionError.
 */
export function resolveExpressionField(text: string, context: Context): unknown {
  if (text.startsWith('${')) return resolveTemplate(text, context)
  return result(parseExpression(text), context, toJson)
}

function resolveInside(json: unknown, context: Context, depth: number): unknown {
  checkDepth(depth)
  if (typeof json === 'string') return resolveTemplate(json, context)
  if (typeof json !== 'object' || json === null) return json
  if (Array.isArray(json)) return json.map((item) => resolveInside(item, context, depth + 1))
  const fields: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(json))
    setField(fields, key, resolveInside(value, context, depth + 1))
  return fields
}

function resolveTemplate(text: string, context: Context): unknown {
  const { parts } = parseTemplate(text)
  const [first] = parts
  if (parts.length > 1 || first === undefined) return joinTexts(parts, context)
  if (first.kind === 'expression') return result(first.expression, context, toJson)
  return partText(first, context)
}

function joinTexts(parts: readonly Part[], context: Context): string {
  let text = ''
  for (const part of parts) {
    text += partText(part, context)
    if (text.length > limits.expressionTextCharacters)
      throw overLimit(`a text has at most ${limits.expressionTextCharacters} characters`)
  }
  return text
}

function partText(part: Part, context: Context): string {
  if (part.kind === 'text') return part.text
  if (part.kind === 'environment') return readEnvironment(context, part.name)
  return result(part.expression, context, toText)
}

/** Unset is empty text here; `${env.NAME}` would be an error. */
function readEnvironment({ env }: Context, name: string): string {
  return hasKey(env, name) ? env[name]! : ''
}

function result<T>(expression: Expression, context: Context, convert: (value: Value) => T): T {
  return within(expression.text, () => convert(evaluateExpression(expression, context)))
}
