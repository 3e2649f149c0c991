// `TARGET=VALUE` words of `drawer NAME set`: the value is JSON when all of it is, else text.
// The raw text is kept, because some places want it as it was typed (drawers.md B18).

import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import { isWithinDepth } from '../../text/depth.ts'

export interface Pair {
  target: string
  raw: string
  /** The JSON value, or the raw text. */
  value: unknown
}

/** Throws VALIDATION_ERROR. */
export function parsePair(word: string): Pair {
  const at = word.indexOf('=')
  if (at < 0) throw fail('VALIDATION_ERROR', `Cannot set "${word}": it has no "="`, pairHint)
  const target = word.slice(0, at)
  if (target === '')
    throw fail('VALIDATION_ERROR', `Cannot set "${word}": the target is empty`, pairHint)
  return { target, ...parseValue(word.slice(at + 1)) }
}

const pairHint = { hint: 'Write it like STEP.args.NAME=VALUE' }

/** A typed value. Throws VALIDATION_ERROR for JSON that is nested beyond reason. */
export function parseValue(raw: string): { raw: string; value: unknown } {
  let value: unknown = raw
  try {
    value = JSON.parse(raw)
  } catch {
    return { raw, value }
  }
  if (isWithinDepth(value, limits.drawerDepth)) return { raw, value }
  throw fail('VALIDATION_ERROR', `Cannot use a value nested more than ${limits.drawerDepth} levels`)
}

/** The value as text: a JSON string without its quotes, anything else as it was typed. */
export function textOf({ raw, value }: Pick<Pair, 'raw' | 'value'>): string {
  return typeof value === 'string' ? value : raw
}
