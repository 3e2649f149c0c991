// Reading inside of values: `x.name`, `x[i]`, `has(x.name)`, `k in x`. What is not there is an
// error of kind absent, the one that `??` replaces; nothing is ever silently empty.

import { spend } from './budget.ts'
import { equals, findNumber } from './compare.ts'
import { type Scope, findHeaderKey } from './context.ts'
import { type ExpressionError, absent, wrong } from './errors.ts'
import { type AnyMap, findEntry } from './maps.ts'
import { normalizeName } from './names.ts'
import { type Value, describe, fromJson, is } from './values.ts'

/** `value.name`. A hyphenated name also finds the key with underscores, unless it is exact. */
export function selectField(value: Value, name: string, exact: boolean, scope: Scope): Value {
  const found = is(value, 'map') ? findField(value, name, exact, scope) : undefined
  if (found === undefined) throw noKey(name)
  return found
}

/** Whether `value.name` is there. A value that can have no fields is an error, not false. */
export function hasField(value: Value, name: string, exact: boolean, scope: Scope): boolean {
  if (!is(value, 'map')) throw noKey(name)
  return findField(value, name, exact, scope) !== undefined
}

/** null is a value like any other here; only undefined means that nothing is there. */
function findField(map: AnyMap, name: string, exact: boolean, scope: Scope): Value | undefined {
  const found = findEntry(map, name)
  if (found !== undefined || exact) return found
  const underscored = findEntry(map, normalizeName(name))
  return underscored === undefined ? findHeaderEntry(map, name, scope) : underscored
}

function findHeaderEntry(map: AnyMap, name: string, scope: Scope): Value | undefined {
  const header = findHeaderKey(scope, map, name)
  return header === undefined ? undefined : findEntry(map, header)
}

/** `value[index]` */
export function readIndex(value: Value, index: Value, scope: Scope): Value {
  if (is(value, 'list')) return readItem(value, index)
  if (!is(value, 'map')) throw noIndex(value, index)
  const found = findIndexed(value, index, scope)
  if (found === undefined) throw noKey(describeKey(index))
  return found
}

function findIndexed(map: AnyMap, index: Value, scope: Scope): Value | undefined {
  const found = findEntry(map, index)
  if (found !== undefined || typeof index !== 'string') return found
  return findHeaderEntry(map, index, scope)
}

function readItem(list: readonly unknown[], index: Value): Value {
  if (typeof index === 'string') throw noKey(index)
  const position = Number(findNumber(index) ?? Number.NaN)
  if (!Number.isInteger(position))
    throw wrong(`a list is indexed by whole numbers, got ${describeKey(index)}`)
  if (position < 0 || position >= list.length)
    throw absent(`index out of range: ${position} of ${list.length} items`)
  return fromJson(list[position])
}

/** `item in container` */
export function contains(item: Value, container: Value, scope: Scope): boolean {
  if (is(container, 'list'))
    return container.some((other) => equals(item, fromJson(other), scope.budget))
  if (is(container, 'map')) {
    spend(scope.budget, 1)
    return findIndexed(container, item, scope) !== undefined
  }
  throw wrong(`"in" needs a list or a map, got ${describe(container)}`)
}

function noKey(key: string): ExpressionError {
  return absent(`no such key: ${key}`)
}

function noIndex(value: Value, index: Value): ExpressionError {
  if (typeof index === 'string') return noKey(index)
  return absent(`${describe(value)} has no items: [${describeKey(index)}]`)
}

function describeKey(key: Value): string {
  if (typeof key === 'string') return key
  if (is(key, 'uint')) return `${key.value}u`
  return key === null || typeof key !== 'object' ? String(key) : describe(key)
}
