// `flow.<path>` targets of `drawer NAME set`: stages are named by their id. Types are checked here,
// meaning by validation, so that a board can be filled in any order (drawers.md 3.6).

import type * as v from 'valibot'
import { fail, type Failure } from '#spec/errors.ts'
import { flowSchema, flowStageSchema } from '#spec/flow.ts'
import { suggest } from '../../text/suggest.ts'
import { type JsonObject, isObject } from '../json.ts'
import { isObjectSchema, unwrap } from '../read.ts'
import { requireFlow } from '../refuse.ts'
import { readField } from './leaf.ts'
import type { Pair } from './pair.ts'

/** Throws DRAWER_KIND_MISMATCH, STAGE_NOT_FOUND, FLOW_FIELD_UNKNOWN or VALIDATION_ERROR. */
export function setFlowField(file: JsonObject, path: string, pair: Pair, drawer: string): void {
  requireFlow(file as { drawer_kind?: string }, `Cannot set "${pair.target}" of "${drawer}"`)
  if (!isObject(file['flow']))
    file['flow'] = { initial_stage: '', manager: { agent: '' }, stages: [] }
  const flow = file['flow'] as JsonObject
  const parts = path.split('.')
  if (parts[0] === 'stages' && parts.length >= 3)
    return setTyped(getStage(flow, parts[1]!, pair), stageFields, parts.slice(2), pair)
  setTyped(flow, flowFields, parts, pair)
}

type Entries = Readonly<Record<string, v.GenericSchema>>

const { stages: _, ...flowFields } = flowSchema.entries
const { id: __, ...stageFields } = flowStageSchema.entries

function getStage(flow: JsonObject, id: string, pair: Pair): JsonObject {
  const stages = (Array.isArray(flow['stages']) ? flow['stages'] : []) as JsonObject[]
  const found = stages.find((stage) => stage['id'] === id)
  if (found) return found
  const ids = stages.map((stage) => String(stage['id']))
  const near = suggest(id, ids)
  const hint = near ? `Did you mean "${near}"?` : `Stages: ${ids.join(', ') || 'none'}`
  throw fail('STAGE_NOT_FOUND', `Cannot set "${pair.target}": no stage "${id}"`, { hint })
}

function setTyped(object: JsonObject, entries: Entries, parts: string[], pair: Pair): void {
  const [key = '', ...rest] = parts
  const entry = Object.hasOwn(entries, key) ? entries[key] : undefined
  if (!entry) throw unknown(entries, key, pair)
  const plain = unwrap(entry)
  if (isObjectSchema(plain)) {
    if (rest.length === 0) throw unknown(plain.entries, '', pair)
    if (!isObject(object[key])) object[key] = emptyOf(plain.entries)
    return setTyped(object[key] as JsonObject, plain.entries, rest, pair)
  }
  if (rest.length > 0) throw unknown({}, rest.join('.'), pair)
  const value = readField(entry, pair, { words: false, negative: true, texts: true })
  if (value === undefined) delete object[key]
  else object[key] = value
}

// A manager or worker is always written with its agent.
function emptyOf(entries: Entries): JsonObject {
  return 'agent' in entries ? { agent: '' } : {}
}

function unknown(entries: Entries, key: string, pair: Pair): Failure {
  const names = Object.keys(entries)
  const hint = names.length > 0 ? `Fields here: ${names.join(', ')}` : 'It has no fields of its own'
  return fail('FLOW_FIELD_UNKNOWN', `Cannot set "${pair.target}": there is no field "${key}"`, {
    hint,
  })
}
