// `drawer NAME set`: finds the place a target names and puts the value there. The schemas lead the
// way, so every field can be reached at any depth. Changes the file in memory only.

import { drawerFileSchema } from '#spec/drawer.ts'
import { fail } from '#spec/errors.ts'
import { type Step, stepSchema } from '#spec/steps.ts'
import { getRawStep } from '../refuse.ts'
import { type JsonObject, isObject } from '../json.ts'
import type { Neighbours } from '../neighbours.ts'
import { setFlowField } from './flow.ts'
import { type Pair } from './pair.ts'
import { type Walk, setInside } from './walk.ts'

export interface SetContext {
  /** Slug of the drawer. */
  drawer: string
  near: Neighbours
}

/** Applies pairs in order. Throws the first problem; the file is then half changed: drop it. */
export function applyPairs(file: JsonObject, pairs: readonly Pair[], context: SetContext): void {
  for (const pair of pairs) applyPair(file, pair, context)
}

function applyPair(file: JsonObject, pair: Pair, context: SetContext): void {
  const { target } = pair
  const dot = target.indexOf('.')
  const first = dot < 0 ? target : target.slice(0, dot)
  const rest = dot < 0 ? undefined : target.slice(dot + 1)
  if (first === 'flow' && rest !== undefined) return setFlowField(file, rest, pair, context.drawer)
  const walk: Walk = { pair, context, unknownCode: 'STEP_FIELD_UNKNOWN' }
  if (isDrawerField(file, first, rest))
    return setInside(file, drawerFields, target, { ...walk, unknownCode: 'VALIDATION_ERROR' })
  if (first === '' || rest === undefined || rest === '')
    throw fail('VALIDATION_ERROR', `Cannot set "${target}": the path is incomplete`, {
      hint: 'Write STEP.FIELD=VALUE, description=TEXT, return.NAME=VALUE or on_error.drawer=NAME',
    })
  const step = getRawStep(file, first, `Cannot set "${target}"`)
  if (rest === 'id') checkNewId(file, step, pair)
  setInside(step, stepSchema, rest, walk)
}

const { description, output_schema, return: returned, on_error } = drawerFileSchema.entries

/** The fields of the drawer itself that `set` reaches. */
const drawerFields = {
  entries: { description, output_schema, return: returned, on_error },
} as const

// A step of that id goes first: who has a step called "return" means the step.
function isDrawerField(file: JsonObject, first: string, rest: string | undefined): boolean {
  if (!Object.hasOwn(drawerFields.entries, first)) return false
  if (rest === undefined) return true
  const steps = Array.isArray(file['steps']) ? file['steps'] : []
  return !steps.some((step: unknown) => isObject(step) && step['id'] === first)
}

function checkNewId(file: JsonObject, step: JsonObject, pair: Pair): void {
  const id = typeof pair.value === 'string' ? pair.value : pair.raw
  const others = (file['steps'] as unknown as Step[]).filter((other) => (other as unknown) !== step)
  const why =
    id === ''
      ? 'an id cannot be empty'
      : others.some((other) => other.id === id) && 'the id is taken'
  if (why) throw fail('VALIDATION_ERROR', `Cannot set "${pair.target}": ${why}`)
}
