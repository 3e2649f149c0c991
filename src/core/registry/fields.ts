// The text fields of a JSON body from a stranger.

import { fail } from '#spec/errors.ts'
import { isObject } from '../drawer/json.ts'
import { parseJson } from '../text/json.ts'

/** Those that are there, of the named ones. Throws INVALID for anything but clean texts. */
export function readFields<const N extends string>(
  bytes: Uint8Array,
  names: readonly N[],
): Partial<Record<N, string>> {
  const json = parseJson(new TextDecoder().decode(bytes))
  if (!json.ok || !isObject(json.value)) throw fail('INVALID', 'The body must be a JSON object')
  const fields: Partial<Record<N, string>> = {}
  for (const name of names) {
    const value = json.value[name]
    if (value === undefined || value === null) continue
    if (typeof value !== 'string') throw fail('INVALID', `"${name}" must be a text`)
    if (/\p{Cc}/u.test(value)) throw fail('INVALID', `"${name}" must not hold control characters`)
    fields[name] = value
  }
  return fields
}
