// Reads the value of one field by the type that the schema gives it. Empty values of keys that are
// left out of files when empty come back as undefined, which removes the key.

import * as v from 'valibot'
import { fail, type Failure } from '#spec/errors.ts'
import { describeIssue } from '#core/text/issue.ts'
import { isArraySchema, isObjectSchema, unwrap } from '../read.ts'
import { publishedOf } from '../schema.ts'
import { type Pair, textOf } from './pair.ts'

/** How strictly words and numbers are taken: steps are checked at once, flows by validation. */
export interface Strictness {
  words: boolean
  negative: boolean
  /** A text must be given as text: 123 is none. */
  texts: boolean
}

/** The value for a field. Throws VALIDATION_ERROR naming the target. */
export function readField(schema: v.GenericSchema, pair: Pair, strict: Strictness): unknown {
  const value = readTyped(schema, pair, strict)
  return isEmpty(value) && !publishedOf(schema).always ? undefined : value
}

function readTyped(schema: v.GenericSchema, pair: Pair, strict: Strictness): unknown {
  const plain = unwrap(schema)
  if (isArraySchema(plain) || isObjectSchema(plain)) return readStructure(schema, pair)
  return (readers[plain.type] ?? readAny)(schema, pair, strict)
}

type Reader = (schema: v.GenericSchema, pair: Pair, strict: Strictness) => unknown

const readers: Readonly<Record<string, Reader>> = {
  string: readWord,
  number: readNumber,
  boolean: (_, pair) => {
    if (typeof pair.value === 'boolean') return pair.value
    throw refuse(pair, 'it must be true or false')
  },
  record: readStructure,
}

function readWord(schema: v.GenericSchema, pair: Pair, strict: Strictness): string {
  const text = textOf(pair)
  if (strict.texts && typeof pair.value !== 'string')
    throw refuse(pair, `it must be a text; write '"${text}"' for a text that looks like JSON`)
  const { enum: words } = publishedOf(schema)
  if (!strict.words || !words || text === '' || words.includes(text)) return text
  throw refuse(pair, `it must be one of ${words.join(', ')}, got "${text}"`)
}

function readNumber(schema: v.GenericSchema, pair: Pair, strict: Strictness): number {
  const { value } = pair
  const least = strict.negative ? -Infinity : 0
  if (typeof value === 'number' && value >= least && v.safeParse(schema, value).success)
    return value
  const kind = isWhole(schema) ? 'a whole number' : 'a number'
  throw refuse(pair, `it must be ${kind}${strict.negative ? '' : ' from 0'}`)
}

function isWhole(schema: v.GenericSchema): boolean {
  return !v.safeParse(schema, 0.5).success
}

function readStructure(schema: v.GenericSchema, pair: Pair): unknown {
  if (pair.value === null) return undefined
  const parsed = v.safeParse(schema, pair.value)
  if (parsed.success) return pair.value
  throw refuse(pair, describeIssue(parsed.issues[0]))
}

function readAny(_: v.GenericSchema, { value }: Pair): unknown {
  return value === null ? undefined : value
}

function isEmpty(value: unknown): boolean {
  if (value === '' || value === 0 || value === false) return true
  return Array.isArray(value) && value.length === 0
}

export function refuse({ target }: Pair, why: string): Failure {
  return fail('VALIDATION_ERROR', `Cannot set "${target}": ${why}`)
}
