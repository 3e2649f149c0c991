// Follows a target through objects, lists and free keys, led by the schema.

import type * as v from 'valibot'
import { type Step, stepSchema } from '#spec/steps.ts'
import { type ErrorCode, fail, type Failure } from '#spec/errors.ts'
import { setField } from '../../expr/output.ts'
import { slug } from '../../name/slug.ts'
import { suggest } from '../../text/suggest.ts'
import { freeId } from '../add.ts'
import { argsOf } from '../connect.ts'
import { type JsonObject, isObject } from '../json.ts'
import { targetsOfSteps } from '../neighbours.ts'
import { idOf } from '../refuse.ts'
import { isArraySchema, isObjectSchema, unwrap } from '../read.ts'
import { errorHandlerSchema } from '#spec/drawer.ts'
import type { SetContext } from './apply.ts'
import { readField, refuse } from './leaf.ts'
import { type Pair, textOf } from './pair.ts'

export interface Walk {
  pair: Pair
  context: SetContext
  /** What an unknown field is called here. */
  unknownCode: ErrorCode
}

interface Fields {
  entries: Readonly<Record<string, v.GenericSchema>>
}

/** Sets what `path` names inside an object of the given schema. */
export function setInside(object: JsonObject, fields: Fields, path: string, walk: Walk): void {
  const [key, rest] = splitPath(path)
  const entry = Object.hasOwn(fields.entries, key) ? fields.entries[key] : undefined
  if (!entry) throw unknownField(fields, key, walk)
  const plain = unwrap(entry)
  if (rest === undefined) return setWhole(object, key, entry, fields, walk)
  if (isObjectSchema(plain)) return setInside(childObject(object, key), plain, rest, walk)
  const item = isArraySchema(plain) ? unwrap(plain.item) : undefined
  if (item && isObjectSchema(item)) return setInList(object, key, item, rest, walk)
  if (plain.type !== 'record') throw unknownField(fields, `${key}.${rest}`, walk)
  setFree(object, key, rest, walk)
}

/** Up to the first dot; what a dot ends with is a path that says nothing. */
function splitPath(path: string): [key: string, rest: string | undefined] {
  const dot = path.indexOf('.')
  return dot < 0 ? [path, undefined] : [path.slice(0, dot), path.slice(dot + 1)]
}

function setWhole(
  object: JsonObject,
  key: string,
  entry: v.GenericSchema,
  fields: Fields,
  walk: Walk,
): void {
  const value = readField(entry, walk.pair, strictness)
  if (isStep(fields) && key === 'id' && value === '')
    throw refuse(walk.pair, 'an id cannot be empty')
  const named = isStep(fields) || fields.entries === errorHandlerSchema.entries
  const checked = named && typeof value === 'string' ? checkTarget(key, value, walk) : value
  if (Array.isArray(value)) checkBodies(key, value, walk)
  if (checked === undefined) delete object[key]
  else object[key] = checked
}

const strictness = { words: true, negative: false, texts: false }

function isStep({ entries }: Fields): boolean {
  return entries === (stepSchema as unknown as Fields).entries
}

// A body given as a whole names buttons and drawers, too.
function checkBodies(key: string, value: unknown, walk: Walk): void {
  const steps = key === 'steps' ? value : key === 'cases' ? [{ id: '', cases: value }] : []
  const { buttons, drawers } = targetsOfSteps(steps as Step[])
  for (const name of buttons) checkTarget('button', name, walk)
  for (const name of drawers) checkTarget('drawer', name, walk)
}

/** The slug of a button or drawer that a step is to name; it must exist. */
function checkTarget(key: string, value: string, { pair, context }: Walk): string {
  const { near, drawer } = context
  const name = slug(value)
  if (key === 'button') {
    if (near.findButton(name)) return name
    throw fail('BUTTON_NOT_FOUND', `Cannot set "${pair.target}": no button "${value}"`)
  }
  if (key !== 'drawer') return value
  if (name === drawer) throw refuse(pair, 'a drawer cannot include itself')
  if (near.findDrawer(name)) return name
  throw fail('DRAWER_NOT_FOUND', `Cannot set "${pair.target}": no drawer "${value}"`)
}

function childObject(object: JsonObject, key: string): JsonObject {
  if (!isObject(object[key])) object[key] = {}
  return object[key] as JsonObject
}

function setInList(object: JsonObject, key: string, item: Fields, path: string, walk: Walk): void {
  const [index, rest] = splitPath(path)
  const list = Array.isArray(object[key]) ? (object[key] as JsonObject[]) : []
  const at = /^\d{1,6}$/.test(index) ? Number(index) : -1
  const present = list[at]
  if (at < 0 || rest === undefined || rest === '') throw refuse(walk.pair, incomplete(key))
  if (!present && at > list.length) throw noElement(key, index, list.length, walk)
  const element = present ?? newElement(key, rest, list, walk)
  if (!present) object[key] = [...list, element]
  if (rest === 'id' && isStep(item)) checkSibling(list, element, walk)
  setInside(element, item, rest, walk)
}

function incomplete(key: string): string {
  return `name an element and a field of it, like ${key}.0.id`
}

/** One more element at the end: a case by any field, a step by what says which step it is. */
function newElement(
  key: string,
  rest: string,
  list: readonly JsonObject[],
  walk: Walk,
): JsonObject {
  if (key === 'cases') return { when: '' }
  if (key !== 'steps' || !['button', 'drawer', 'kind', 'id'].includes(rest))
    throw noElement(key, String(list.length), list.length, walk)
  const taken = new Set(list.map(idOf))
  const text = textOf(walk.pair)
  const id = freeId(rest === 'kind' ? text : slug(text) || 'step', taken)
  return { id, kind: rest === 'drawer' ? 'drawer' : 'button' }
}

function noElement(key: string, index: string, length: number, { pair }: Walk): Failure {
  const hint = length === 0 ? `It has no ${key}` : `Its ${key} are numbered from 0 to ${length - 1}`
  return fail('NESTED_STEP_NOT_FOUND', `Cannot set "${pair.target}": no ${key}.${index}`, { hint })
}

function checkSibling(list: readonly JsonObject[], element: JsonObject, { pair }: Walk): void {
  const id = textOf(pair)
  if (list.some((other) => other !== element && other['id'] === id))
    throw refuse(pair, 'the id is taken')
}

/** One key of an object whose keys belong to the user; it may contain dots. */
function setFree(object: JsonObject, key: string, field: string, walk: Walk): void {
  if (field === '') throw refuse(walk.pair, 'the field is empty')
  setField(childObject(object, key), field, freeValue(object, key, field, walk))
}

function freeValue(object: JsonObject, key: string, field: string, walk: Walk): unknown {
  const { pair, context } = walk
  if (key === 'bindings') return textOf(pair)
  if (key !== 'args') return pair.value
  const declared = argsOf(object as unknown as Step, context.near).find(
    ({ name }) => name === field,
  )
  return declared && ['string', 'enum'].includes(declared.type) ? textOf(pair) : pair.value
}

function unknownField({ entries }: Fields, key: string, { pair, unknownCode }: Walk): Failure {
  const near = suggest(key, Object.keys(entries))
  const hint = near ? `Did you mean "${near}"?` : `Fields: ${Object.keys(entries).join(', ')}`
  return fail(unknownCode, `Cannot set "${pair.target}": there is no field "${key}"`, { hint })
}
