// Reading maps, whichever of the two forms they have: objects from JSON, or maps that the
// expression itself wrote (whose keys may be numbers and booleans). Only own fields are data.

import { wrong } from './errors.ts'
import { hasKey } from './names.ts'
import { compareText } from './textOrder.ts'
import {
  type JsonMap,
  type LiteralMap,
  type MapKey,
  type Value,
  describe,
  fromJson,
  is,
} from './values.ts'

export type AnyMap = JsonMap | LiteralMap

/** The value under a key, or undefined when the map has no such key. */
export function findEntry(map: AnyMap, key: Value): Value | undefined {
  if (!(map instanceof Map)) return typeof key === 'string' ? findField(map, key) : undefined
  const identity = findMapKey(key)
  return identity === undefined ? undefined : (map as LiteralMap).get(identity)?.[1]
}

function findField(map: AnyMap, key: string): Value | undefined {
  const fields = map as JsonMap
  return hasKey(fields, key) ? fromJson(fields[key]) : undefined
}

/** The map of a literal such as `{"a": 1}`; the last of equal keys wins. */
export function makeMap(entries: readonly (readonly [key: Value, value: Value])[]): LiteralMap {
  const map = new Map<MapKey, readonly [Value, Value]>()
  for (const entry of entries) {
    const key = is(entry[0], 'double') ? undefined : findMapKey(entry[0])
    if (key === undefined)
      throw wrong(`a key must be a string, a boolean or an int, got ${describe(entry[0])}`)
    map.set(key, entry)
  }
  return map
}

/** What a key is compared by: 1, 1u and 1.0 are the same key. */
function findMapKey(key: Value): MapKey | undefined {
  if (typeof key === 'string' || typeof key === 'boolean' || typeof key === 'bigint') return key
  if (typeof key === 'number') return Number.isInteger(key) ? BigInt(key) : undefined
  return is(key, 'uint') ? key.value : undefined
}

/** The entries in stored order. */
export function entriesOf(map: AnyMap): Iterable<readonly [key: Value, value: Value]> {
  if (map instanceof Map) return (map as LiteralMap).values()
  return fieldsOf(map as JsonMap)
}

function* fieldsOf(map: JsonMap): Iterable<readonly [Value, Value]> {
  for (const key of Object.keys(map)) {
    if (map[key] !== undefined) yield [key, fromJson(map[key])]
  }
}

/** The keys as macros visit them: booleans, then numbers, then texts, each in order. */
export function sortedKeys(map: AnyMap): Value[] {
  const keys = Array.from(entriesOf(map), ([key]) => key)
  return keys.sort((a, b) => rank(a) - rank(b) || compareKeys(a, b))
}

function rank(key: Value): number {
  return typeof key === 'string' ? 2 : typeof key === 'boolean' ? 0 : 1
}

function compareKeys(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
  const left = findMapKey(a)!
  const right = findMapKey(b)!
  return left < right ? -1 : left > right ? 1 : 0
}

/** How many entries a map has. */
export function sizeOf(map: AnyMap): number {
  if (map instanceof Map) return map.size
  const fields = map as JsonMap
  return Object.keys(fields).filter((key) => fields[key] !== undefined).length
}
