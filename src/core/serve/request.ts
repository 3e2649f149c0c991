// Reading what callers of the API send: bodies as JSON objects, queries as text.

import * as v from 'valibot'
import { fail, type ErrorCode } from '#spec/errors.ts'

/** The value of a body by its schema; nothing, blanks and `null` count as `{}`. Throws BAD_REQUEST. */
export function readBody<S extends v.GenericSchema>(
  schema: S,
  bytes: Uint8Array,
): v.InferOutput<S> {
  const value = parseJson(bytes) ?? {}
  refuseLists(value)
  return check(schema, value, 'BAD_REQUEST', 'Cannot read the body')
}

/** The parameters of a query by their schema; others are ignored. Throws VALIDATION_ERROR. */
export function readQuery<S extends v.GenericSchema>(
  schema: S,
  query: URLSearchParams,
): v.InferOutput<S> {
  return check(schema, Object.fromEntries(query), 'VALIDATION_ERROR', 'Cannot read the query')
}

function parseJson(bytes: Uint8Array): unknown {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw fail('BAD_REQUEST', 'Cannot read the body: it is not UTF-8', { cause })
  }
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own words quote what was sent, which may be a secret.
    throw fail('BAD_REQUEST', 'Cannot read the body: it is not JSON')
  }
}

// The library takes a list for an object whose keys are numbers. No body of ours holds a list.
function refuseLists(value: unknown): void {
  if (Array.isArray(value)) throw fail('BAD_REQUEST', 'Cannot read the body: it must be an object')
  const list = Object.entries(value as object).find(([, item]) => Array.isArray(item))
  if (list) throw fail('BAD_REQUEST', `Cannot read the body: "${list[0]}" must not be a list`)
}

function check<S extends v.GenericSchema>(
  schema: S,
  value: unknown,
  code: ErrorCode,
  what: string,
): v.InferOutput<S> {
  const result = v.safeParse(schema, value, { abortEarly: true })
  if (result.success) return result.output
  throw fail(code, `${what}: ${describe(result.issues[0])}`)
}

// The library's own words quote the value.
function describe(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue)
  const where = path === null ? 'it' : `"${path}"`
  const message = issue.type === 'regex' ? issue.message : `must be ${issue.expected ?? issue.type}`
  return `${where} ${message}`
}
