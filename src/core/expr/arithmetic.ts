// The arithmetic operators. Whole numbers stay within 64 bits; an int or uint meeting a double
// becomes a double, since every number from JSON is one.

import { limits } from '#spec/limits.ts'
import { type Budget, spend, spendText } from './budget.ts'
import { ExpressionError, overLimit, wrong } from './errors.ts'
import { checkDuration, checkTimestamp } from './timestamp.ts'
import { type Value, describe, duration, is, timestamp, typeOf, uint } from './values.ts'

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%'

/** `left operator right` */
export function calculate(
  operator: ArithmeticOperator,
  left: Value,
  right: Value,
  budget: Budget,
): Value {
  const result =
    calculateNumbers(operator, left, right) ?? otherOperators[operator]?.(left, right, budget)
  if (result === undefined) throw noOperator(operator, left, right)
  return result
}

/** `-x` */
export function negate(value: Value): Value {
  if (typeof value === 'number') return -value
  if (typeof value === 'bigint') return checkInt(-value)
  throw wrong(`cannot negate ${describe(value)}`)
}

function calculateNumbers(
  operator: ArithmeticOperator,
  left: Value,
  right: Value,
): Value | undefined {
  if (typeof left === 'bigint' && typeof right === 'bigint')
    return checkInt(calculateInts(operator, left, right))
  const a = is(left, 'uint') ? left.value : left
  const b = is(right, 'uint') ? right.value : right
  if (typeof a === 'bigint' && typeof b === 'bigint') {
    if (typeof left === 'bigint' || typeof right === 'bigint') return undefined
    return uint(checkUint(calculateInts(operator, a, b)))
  }
  if (
    (typeof a !== 'bigint' && typeof a !== 'number') ||
    (typeof b !== 'bigint' && typeof b !== 'number')
  )
    return undefined
  return calculateDoubles(operator, Number(a), Number(b))
}

function calculateInts(operator: ArithmeticOperator, a: bigint, b: bigint): bigint {
  if (b === 0n && operator === '/') throw wrong('division by zero')
  if (b === 0n && operator === '%') throw wrong('remainder of a division by zero')
  return intOperators[operator](a, b)
}

const intOperators: Record<ArithmeticOperator, (a: bigint, b: bigint) => bigint> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
}

function calculateDoubles(operator: ArithmeticOperator, a: number, b: number): number {
  if (operator !== '%') return doubleOperators[operator](a, b)
  if (!Number.isInteger(a) || !Number.isInteger(b)) throw wrong('% needs whole numbers')
  if (b === 0) throw wrong('remainder of a division by zero')
  return a % b
}

const doubleOperators: Record<
  Exclude<ArithmeticOperator, '%'>,
  (a: number, b: number) => number
> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
}

const otherOperators: Partial<
  Record<ArithmeticOperator, (left: Value, right: Value, budget: Budget) => Value | undefined>
> = { '+': add, '-': subtract }

function add(left: Value, right: Value, budget: Budget): Value | undefined {
  if (typeof left === 'string' && typeof right === 'string') return joinTexts(left, right, budget)
  if (is(left, 'timestamp') && is(right, 'duration'))
    return timestamp(checkTimestamp(left.nanoseconds + right.nanoseconds))
  if (is(left, 'duration') && is(right, 'timestamp')) return add(right, left, budget)
  if (is(left, 'duration') && is(right, 'duration'))
    return duration(checkDuration(left.nanoseconds + right.nanoseconds))
  if (Array.isArray(left) && Array.isArray(right)) {
    spend(budget, left.length + right.length)
    return [...left, ...right]
  }
  if (is(left, 'bytes') && is(right, 'bytes')) return joinBytes(left, right, budget)
  return undefined
}

function subtract(left: Value, right: Value): Value | undefined {
  if (is(left, 'timestamp') && is(right, 'duration'))
    return timestamp(checkTimestamp(left.nanoseconds - right.nanoseconds))
  if (typeOf(left) !== typeOf(right)) return undefined
  if (is(left, 'timestamp') || is(left, 'duration'))
    return duration(checkDuration(left.nanoseconds - (right as typeof left).nanoseconds))
  return undefined
}

function joinTexts(left: string, right: string, budget: Budget): string {
  checkTextLength(left.length + right.length, budget)
  return left + right
}

function joinBytes(left: Uint8Array, right: Uint8Array, budget: Budget): Uint8Array {
  checkTextLength(left.length + right.length, budget)
  const joined = new Uint8Array(left.length + right.length)
  joined.set(left)
  joined.set(right, left.length)
  return joined
}

/** Doubling a text forty times takes no time but all memory; so its length is bounded. */
function checkTextLength(length: number, budget: Budget): void {
  if (length > limits.expressionTextCharacters)
    throw overLimit(`a text has at most ${limits.expressionTextCharacters} characters`)
  spendText(budget, length)
}

const intBound = 2n ** 63n

/** An int, or an error when it does not fit into 64 bits. */
export function checkInt(value: bigint): bigint {
  if (value >= -intBound && value < intBound) return value
  throw wrong('the number does not fit into 64 bits')
}

/** A uint, or an error when it is negative or does not fit into 64 bits. */
export function checkUint(value: bigint): bigint {
  if (value >= 0n && value < 2n * intBound) return value
  throw wrong('the number does not fit into 64 bits without a sign')
}

const verbs: Record<ArithmeticOperator, string> = {
  '+': 'add',
  '-': 'subtract',
  '*': 'multiply',
  '/': 'divide',
  '%': 'take the remainder of',
}

function noOperator(operator: ArithmeticOperator, left: Value, right: Value): ExpressionError {
  const exact = describe(left) === 'number' && describe(right) === 'number'
  const [a, b] = exact ? [typeOf(left), typeOf(right)] : [describe(left), describe(right)]
  const text = operator === '+' && (typeof left === 'string' || typeof right === 'string')
  return wrong(
    `cannot ${verbs[operator]} ${a} and ${b}`,
    text ? 'Use string(x) to turn a value into text' : undefined,
  )
}
