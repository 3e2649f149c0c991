// Equality and order. Numbers compare by value whatever their type; other types never equal one
// another; lists and maps are equal when their contents are.

import { type Budget, spend, spendText } from './budget.ts'
import { wrong } from './errors.ts'
import { type AnyMap, entriesOf, findEntry, sizeOf } from './maps.ts'
import { compareText } from './textOrder.ts'
import {
  type TypeName,
  type TypeOf,
  type Value,
  checkDepth,
  describe,
  fromJson,
  is,
  typeOf,
} from './values.ts'

/** `a == b` */
export function equals(a: Value, b: Value, budget: Budget, depth = 0): boolean {
  spend(budget, 1)
  checkDepth(depth)
  const left = findNumber(a)
  const right = findNumber(b)
  if (left !== undefined && right !== undefined) return compareNumbers(left, right) === 0
  const type = typeOf(a)
  if (type !== typeOf(b)) return false
  if (type === 'list') return equalLists(a as TypeOf['list'], b as TypeOf['list'], budget, depth)
  if (type === 'map') return equalMaps(a as AnyMap, b as AnyMap, budget, depth)
  return order(a, b, type, budget) === 0
}

function equalLists(a: TypeOf['list'], b: TypeOf['list'], budget: Budget, depth: number): boolean {
  if (a.length !== b.length) return false
  return a.every((item, i) => equals(fromJson(item), fromJson(b[i]), budget, depth + 1))
}

function equalMaps(a: AnyMap, b: AnyMap, budget: Budget, depth: number): boolean {
  const size = sizeOf(a)
  spend(budget, size)
  if (size !== sizeOf(b)) return false
  for (const [key, value] of entriesOf(a)) {
    const other = findEntry(b, key)
    if (other === undefined || !equals(value, other, budget, depth + 1)) return false
  }
  return true
}

/** Negative, zero or positive as a is before, at or after b; NaN when there is no order (NaN). */
export function compare(a: Value, b: Value, budget: Budget): number {
  const left = findNumber(a)
  const right = findNumber(b)
  if (left !== undefined && right !== undefined) return compareNumbers(left, right)
  const type = typeOf(a)
  if (type !== typeOf(b) || !ordered.has(type))
    throw wrong(`cannot order ${describe(a)} and ${describe(b)}`)
  return order(a, b, type, budget)
}

const ordered: ReadonlySet<TypeName> = new Set(['bool', 'string', 'bytes', 'timestamp', 'duration'])

/** JavaScript orders a bigint and a number by their exact mathematical values. */
function compareNumbers(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1
  if (a > b) return 1
  return a <= b ? 0 : Number.NaN
}

/** The number in a value of any number type. */
export function findNumber(value: Value): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  return is(value, 'uint') ? value.value : undefined
}

/** Order of two values of one type that is neither number nor list nor map. */
function order(a: Value, b: Value, type: TypeName, budget: Budget): number {
  if (type === 'string') {
    spendText(budget, Math.min((a as string).length, (b as string).length))
    return compareText(a as string, b as string)
  }
  if (type === 'bytes') return compareBytes(a as Uint8Array, b as Uint8Array, budget)
  const left = plain(a)
  const right = plain(b)
  return left < right ? -1 : left > right ? 1 : 0
}

/** Something that JavaScript orders the same way. */
function plain(value: Value): bigint | string {
  if (is(value, 'timestamp') || is(value, 'duration')) return value.nanoseconds
  return is(value, 'type') ? value.name : value === true ? 'true' : String(value)
}

function compareBytes(a: Uint8Array, b: Uint8Array, budget: Budget): number {
  const length = Math.min(a.length, b.length)
  spendText(budget, length)
  for (let i = 0; i < length; i++) {
    if (a[i] !== b[i]) return a[i]! - b[i]!
  }
  return a.length - b.length
}
