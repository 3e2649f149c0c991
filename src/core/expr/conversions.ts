// The conversion functions: int, uint, double, string, bool, bytes, timestamp, duration. Each takes
// what its table row names and refuses the rest, loudly: nothing turns into 0 or "" by accident.

import { checkInt, checkUint } from './arithmetic.ts'
import { type Budget, spendText } from './budget.ts'
import { ExpressionError, wrong } from './errors.ts'
import {
  checkTimestamp,
  floorDivide,
  formatDuration,
  formatTimestamp,
  nanosecondsPerSecond,
  parseDuration,
  parseTimestamp,
} from './timestamp.ts'
import {
  type TypeName,
  type TypeOf,
  type Value,
  describe,
  duration,
  timestamp,
  typeOf,
  uint,
} from './values.ts'

type Row = { readonly [T in TypeName]?: (value: TypeOf[T], target: string) => Value }

const same = <T extends Value>(value: T): T => value

const table = {
  int: {
    int: same,
    uint: ({ value }) => checkInt(value),
    double: (value) => checkInt(truncate(value)),
    string: (text, target) => checkInt(readInteger(text, /^[+-]?[0-9]+$/, target)),
    timestamp: ({ nanoseconds }) => floorDivide(nanoseconds, nanosecondsPerSecond),
  },
  uint: {
    uint: same,
    int: (value) => uint(checkUint(value)),
    double: (value) => uint(checkUint(truncate(value))),
    string: (text, target) => uint(checkUint(readInteger(text, /^[0-9]+$/, target))),
  },
  double: {
    double: same,
    int: Number,
    uint: ({ value }) => Number(value),
    string: readDouble,
  },
  string: {
    string: same,
    bool: String,
    int: String,
    uint: ({ value }) => String(value),
    double: String,
    bytes: decodeText,
    timestamp: ({ nanoseconds }) => formatTimestamp(nanoseconds),
    duration: ({ nanoseconds }) => formatDuration(nanoseconds),
  },
  bool: { bool: same, string: readBool },
  bytes: { bytes: same, string: (text) => new TextEncoder().encode(text) },
  timestamp: {
    timestamp: same,
    string: (text) => timestamp(parseTimestamp(text)),
    int: (seconds) => timestamp(checkTimestamp(seconds * nanosecondsPerSecond)),
    double: (seconds) => timestamp(checkTimestamp(secondsToNanoseconds(seconds))),
  },
  duration: { duration: same, string: (text) => duration(parseDuration(text)) },
} satisfies Record<string, Row>

export type Conversion = keyof typeof table

/** `int(x)`, `string(x)` and so on. */
export function convert(target: Conversion, value: Value, budget: Budget): Value {
  if (typeof value === 'string' || value instanceof Uint8Array) spendText(budget, value.length)
  const row: Row = table[target]
  // The row is looked up by the type of the very value it receives, which types cannot express.
  const read = row[typeOf(value)] as ((value: Value, target: string) => Value) | undefined
  if (read === undefined) throw wrong(`cannot turn ${describe(value)} into ${target}`)
  return read(value, target)
}

const intRange = 2 ** 63

function truncate(value: number): bigint {
  // The bounds themselves are refused: they are what larger numbers have been rounded to.
  if (Number.isNaN(value) || value >= 2 * intRange || value <= -intRange)
    throw wrong(`the number ${value} does not fit into 64 bits`)
  return BigInt(Math.trunc(value))
}

function readInteger(text: string, pattern: RegExp, target: string): bigint {
  // More digits than 64 bits can hold would only cost time.
  if (!pattern.test(text)) throw unreadable(text, target)
  const digits = text.replace(/^([+-]?)0+(?=[0-9])/, '$1')
  if (digits.length > 21)
    throw wrong(`the number ${digits.slice(0, 21)}… does not fit into 64 bits`)
  return BigInt(digits.replace('+', ''))
}

const specialDoubles: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity,
  '+Infinity': Infinity,
  '-Infinity': -Infinity,
  Inf: Infinity,
  '+Inf': Infinity,
  '-Inf': -Infinity,
}

function readDouble(text: string, target: string): number {
  if (Object.hasOwn(specialDoubles, text)) return specialDoubles[text]!
  if (!/^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(text))
    throw unreadable(text, target)
  const value = Number(text)
  if (Number.isFinite(value)) return value
  throw wrong(`the number ${text.slice(0, 64)} is too large`)
}

const boolWords: Readonly<Record<string, boolean>> = {
  '1': true,
  t: true,
  T: true,
  true: true,
  TRUE: true,
  True: true,
  '0': false,
  f: false,
  F: false,
  false: false,
  FALSE: false,
  False: false,
}

function readBool(text: string, target: string): boolean {
  if (Object.hasOwn(boolWords, text)) return boolWords[text]!
  throw unreadable(text, target)
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw wrong('the bytes are not UTF-8')
  }
}

function secondsToNanoseconds(seconds: number): bigint {
  if (!Number.isFinite(seconds)) throw wrong(`${seconds} is not a time`)
  const whole = Math.floor(seconds)
  return BigInt(whole) * nanosecondsPerSecond + BigInt(Math.round((seconds - whole) * 1e9))
}

function unreadable(text: string, target: string): ExpressionError {
  const shown = text.length > 64 ? `${text.slice(0, 64)}…` : text
  return wrong(`cannot read ${JSON.stringify(shown)} as ${target}`)
}
