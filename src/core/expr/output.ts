// What leaves an expression: as a JSON value, as text inside other text, as a button argument.
// Durations leave as "5400s", timestamps as RFC 3339, bytes as base64, null as null.

import { limits } from '#spec/limits.ts'
import { ExpressionError, overLimit, wrong } from './errors.ts'
import { entriesOf } from './maps.ts'
import { formatDuration, formatTimestamp } from './timestamp.ts'
import {
  type JsonMap,
  type TypeName,
  type TypeOf,
  type Value,
  checkDepth,
  fromJson,
  is,
  typeOf,
} from './values.ts'

/**
 * The JSON value of a result. What is JSON already is handed out as it is, so the result may share
 * parts with the context: read it, do not change it. Throws ExpressionError for what JSON cannot
 * hold (infinity) and for results that are too large or too deep.
 */
export function toJson(value: Value): unknown {
  return convert(value, 0, { nodes: limits.expressionOutputNodes })
}

/** The text of a result inside other text. */
export function toText(value: Value): string {
  if (typeof value === 'string') return value
  if (typeof value === 'bigint') return String(value)
  if (is(value, 'uint')) return String(value.value)
  return formatJson(toJson(value))
}

/** The text that a button receives for an argument given as a JSON value. */
export function formatArgument(value: unknown): string {
  return toText(fromJson(value))
}

function formatJson(json: unknown): string {
  if (typeof json === 'string') return json
  let text: string
  try {
    text = JSON.stringify(json)
  } catch (error) {
    // The longest text that the engine can hold.
    if (error instanceof RangeError) throw tooLong()
    throw error
  }
  if (text.length > limits.expressionTextCharacters) throw tooLong()
  return text
}

function tooLong(): ExpressionError {
  return overLimit(`a text has at most ${limits.expressionTextCharacters} characters`)
}

interface Left {
  nodes: number
}

function convert(value: Value, depth: number, left: Left): unknown {
  checkDepth(depth)
  left.nodes -= typeof value === 'string' ? 1 + (value.length >>> 6) : 1
  if (left.nodes < 0) throw overLimit('the result is too large')
  const type = typeOf(value)
  if (type === 'list') return convertList(value as TypeOf['list'], depth, left)
  if (type === 'map') return convertMap(value as TypeOf['map'], depth, left)
  return scalars[type](value as never)
}

const scalars: { [T in Exclude<TypeName, 'list' | 'map'>]: (value: TypeOf[T]) => unknown } = {
  null: () => null,
  bool: (value) => value,
  string: (value) => value,
  int: Number,
  uint: ({ value }) => Number(value),
  double: (value) => {
    if (Number.isFinite(value)) return value
    throw wrong(`the number ${value} cannot be written as JSON`)
  },
  bytes: (value) => value.toBase64(),
  timestamp: ({ nanoseconds }) => formatTimestamp(nanoseconds),
  duration: ({ nanoseconds }) => formatDuration(nanoseconds),
  type: ({ name }) => name,
}

/** A copy is made only when an item changes. */
function convertList(list: readonly unknown[], depth: number, left: Left): readonly unknown[] {
  let copy: unknown[] | undefined
  for (let i = 0; i < list.length; i++) {
    const json = convert(fromJson(list[i]), depth + 1, left)
    if (json !== list[i]) copy ??= list.slice(0, i)
    copy?.push(json)
  }
  return copy ?? list
}

function convertMap(map: TypeOf['map'], depth: number, left: Left): object {
  let copy: Record<string, unknown> | undefined = map instanceof Map ? {} : undefined
  for (const [key, value] of entriesOf(map)) {
    const json = convert(value, depth + 1, left)
    if (json !== value) copy ??= copyBefore(map as JsonMap, key)
    if (copy !== undefined) setField(copy, is(key, 'uint') ? String(key.value) : String(key), json)
  }
  return copy ?? map
}

function copyBefore(map: JsonMap, end: Value): Record<string, unknown> {
  const copy: Record<string, unknown> = {}
  for (const [key, value] of entriesOf(map)) {
    if (key === end) break
    setField(copy, key as string, value)
  }
  return copy
}

/** Sets a field of that very name, also `__proto__`, which a plain assignment would not. */
export function setField(fields: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') fields[key] = value
  else
    Object.defineProperty(fields, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    })
}
