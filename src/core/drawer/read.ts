// From the text of a drawer.json to a Drawer: JSON types checked, nulls gone. What the values mean
// is judged by validation; the version is not looked at here, so that any file can be shown.

import * as v from 'valibot'
import { parseJson, type ReadResult } from '#core/text/json.ts'
import { describeIssue } from '#core/text/issue.ts'
import { type Drawer, drawerFileSchema } from '#spec/drawer.ts'
import { limits } from '#spec/limits.ts'
import { setField } from '../expr/output.ts'
import { isWithinDepth } from '../text/depth.ts'
import { type JsonObject, isObject } from './json.ts'
import { findMisplacedList } from './lists.ts'

export interface ReadDrawer {
  drawer: Drawer
  /** The JSON of the file as it is, with keys nobody knows. */
  file: JsonObject
}

/** The drawer a file's text describes; `folder` is its identity. */
export function readDrawer(text: string, folder: string): ReadResult<ReadDrawer> {
  const json = parseJson(text)
  return json.ok ? readDrawerFile(json.value, folder) : json
}

/** As `readDrawer`, from JSON. */
export function readDrawerFile(json: unknown, folder: string): ReadResult<ReadDrawer> {
  if (!isObject(json)) return { ok: false, why: 'it must be an object' }
  if (!isWithinDepth(json, limits.drawerDepth))
    return { ok: false, why: `it is nested more than ${limits.drawerDepth} levels deep` }
  const list = findMisplacedList(drawerFileSchema, json)
  if (list !== undefined) return { ok: false, why: `"${list}" must be Object` }
  const parsed = v.safeParse(drawerFileSchema, json)
  if (!parsed.success) return { ok: false, why: describeIssue(parsed.issues[0]) }
  const drawer = complete(drawerFileSchema, json) as Drawer
  return { ok: true, value: { drawer: { ...drawer, name: folder }, file: json } }
}

/**
 * A checked value without the nulls of keys that the schema knows, and with its defaults. Built
 * from the JSON itself since valibot's own output leaves out names such as "constructor", which a
 * user may well choose for an argument.
 */
export function complete(schema: v.GenericSchema, value: unknown): unknown {
  const plain = unwrap(schema)
  if (Array.isArray(value) && isArraySchema(plain))
    return value.map((item) => complete(plain.item, item))
  if (!isObject(value) || !isObjectSchema(plain)) return value
  const completed: JsonObject = {}
  for (const [key, inner] of Object.entries(value)) {
    if (!Object.hasOwn(plain.entries, key)) setField(completed, key, inner)
    else if (inner !== null) completed[key] = complete(plain.entries[key]!, inner)
  }
  for (const [key, entry] of Object.entries(plain.entries)) {
    const standard = v.getDefault(entry as v.NullishSchema<v.GenericSchema, unknown>)
    if (completed[key] === undefined && standard !== undefined) completed[key] = standard
  }
  return completed
}

type ArraySchema = v.GenericSchema & { item: v.GenericSchema }
type ObjectSchema = v.GenericSchema & { entries: Record<string, v.GenericSchema> }

/** The schema behind optionality, laziness and annotations. */
export function unwrap(schema: v.GenericSchema): v.GenericSchema {
  if ('wrapped' in schema) return unwrap(schema.wrapped as v.GenericSchema)
  if (schema.type === 'lazy' && 'getter' in schema)
    return unwrap((schema.getter as (input: unknown) => v.GenericSchema)(undefined))
  return schema
}

export function isArraySchema(schema: v.GenericSchema): schema is ArraySchema {
  return schema.type === 'array'
}

export function isObjectSchema(schema: v.GenericSchema): schema is ObjectSchema {
  return schema.type === 'loose_object'
}
