// `KEY=VALUE` words: a dotted path and what it is set to. VALUE is JSON when it parses, else text.

import { fail } from '#spec/errors.ts'
import { parseJson } from '../text/json.ts'

export interface Assignment {
  /** As typed, for messages and answers. */
  path: string
  /** The first part of the path. */
  key: string
  /** What follows the first dot, unsplit: names of variables and headers may contain dots. */
  rest: string | undefined
  /** JSON when it parses, else the text. */
  value: unknown
  /** The text, or what a JSON string literal means: for fields that hold text. */
  text: string
}

/** Throws VALIDATION_ERROR for a word without `=` or with a path that leads nowhere. */
export function parseAssignment(word: string): Assignment {
  const at = word.indexOf('=')
  if (at < 0)
    throw fail('VALIDATION_ERROR', `Cannot read "${word}": it must have the form KEY=VALUE`)
  const path = word.slice(0, at)
  const raw = word.slice(at + 1)
  // `__proto__` names the prototype of an object and no member of it.
  if (path.split('.').some((part) => part === '' || part === '__proto__'))
    throw fail('VALIDATION_ERROR', `Cannot set "${path}": a part of the path is not a name`)
  const json = parseJson(raw)
  const value = json.ok ? json.value : raw
  const dot = path.indexOf('.')
  return {
    path,
    key: dot < 0 ? path : path.slice(0, dot),
    rest: dot < 0 ? undefined : path.slice(dot + 1),
    value,
    text: typeof value === 'string' ? value : raw,
  }
}

/** The refusal of one assignment, naming its path. */
export function refuseAssignment({ path }: Assignment, why: string, hint?: string) {
  return fail('VALIDATION_ERROR', `Cannot set "${path}": ${why}`, hint ? { hint } : {})
}
