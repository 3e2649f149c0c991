// Lists where an object belongs. To the schemas a list is an object with numbers for keys and odd
// fields such as "at" and "with", so they let it pass or complain about what nobody has written.

import * as v from 'valibot'
import { isObject } from './json.ts'
import { isArraySchema, isObjectSchema, unwrap } from './read.ts'

/** The dotted path of the first one in a value; what else is wrong with it is left to the schema. */
export function findMisplacedList(schema: v.GenericSchema, value: unknown): string | undefined {
  return find(unwrap(schema), value)?.join('.')
}

function find(schema: v.GenericSchema, value: unknown): (string | number)[] | undefined {
  if (Array.isArray(value)) {
    if (!isArraySchema(schema)) return isObjectSchema(schema) || isRecord(schema) ? [] : undefined
    const item = unwrap(schema.item)
    return findInside(value.entries(), () => item)
  }
  if (!isObject(value) || !isObjectSchema(schema)) return undefined
  const { entries } = schema
  return findInside(Object.entries(value), (key) =>
    Object.hasOwn(entries, key) ? unwrap(entries[key]!) : undefined,
  )
}

function findInside<K extends string | number>(
  values: Iterable<[K, unknown]>,
  schemaOf: (key: K) => v.GenericSchema | undefined,
): (string | number)[] | undefined {
  for (const [key, value] of values) {
    const schema = schemaOf(key)
    const path = schema && find(schema, value)
    if (path) return [key, ...path]
  }
  return undefined
}

function isRecord({ type }: v.GenericSchema): boolean {
  return type === 'record'
}
