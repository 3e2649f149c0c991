// What is known about the output of a step before it runs: a declared schema, or the shape that
// the engine itself gives it. Validation and `connect` read it.

import type { Step } from '#spec/steps.ts'
import { slug } from '../name/slug.ts'
import { fieldsOf } from './jsonSchema.ts'
import { type Neighbours, kindOf } from './neighbours.ts'
import { isObject } from './json.ts'

export interface KnownOutput {
  schema: unknown
  /** Somebody declared it, so what it does not name is wrong; else it is only doubtful. */
  declared: boolean
}

/** The schema of a step's output, or undefined when nothing is known. */
export function knownOutput(step: Step, near: Neighbours): KnownOutput | undefined {
  const kind = kindOf(step)
  if (kind === 'button') {
    const schema = near.findButton(slug(step.button ?? ''))?.output_schema
    return fieldsOf(schema) && { schema, declared: true }
  }
  if (kind === 'drawer') return drawerOutput(step, near)
  if (kind === 'transform' && step.fields) return { schema: objectOf(step.fields), declared: false }
  const schema = Object.hasOwn(engineOutputs, kind) ? engineOutputs[kind] : undefined
  return schema === undefined ? undefined : { schema, declared: false }
}

// What a parent gets is exactly what `return` names; `output_schema` says more about it.
function drawerOutput(step: Step, near: Neighbours): KnownOutput | undefined {
  const child = near.findDrawer(slug(step.drawer ?? ''))
  if (!child) return undefined
  const schema = fieldsOf(child.output_schema) ? child.output_schema : objectOf(child.return ?? {})
  return { schema, declared: false }
}

function objectOf(fields: Readonly<Record<string, unknown>>) {
  return { properties: Object.fromEntries(Object.keys(fields).map((key) => [key, {}])) }
}

const integer = { type: 'integer' }
const list = { type: 'array' }

const engineOutputs: Readonly<Record<string, unknown>> = {
  for_each: { properties: { results: list, total: integer, completed: integer } },
  switch: { properties: { matched: { type: 'string' }, steps: { type: 'object' } } },
  aggregate: { properties: { values: list, count: integer } },
  wait: { properties: { waited_ms: integer, until: { type: 'string' } } },
  split: { properties: { chunks: list, count: integer } },
  batch: { properties: { batches: list, count: integer } },
}

/**
 * The schema behind a path, `undefined` when the path leads beyond what the schema describes, or
 * `missing` when an object that lists its fields has no such field.
 */
export function schemaAt(
  schema: unknown,
  path: readonly (string | number)[],
): { schema: unknown } | 'missing' | undefined {
  let current = schema
  for (const key of path) {
    const next = stepInto(current, key)
    if (next === 'missing' || next === undefined) return next
    current = next.schema
  }
  return { schema: current }
}

function stepInto(
  schema: unknown,
  key: string | number,
): { schema: unknown } | 'missing' | undefined {
  if (typeof key === 'number')
    return isObject(schema) && 'items' in schema ? { schema: schema['items'] } : undefined
  const fields = fieldsOf(schema)
  if (!fields) return undefined
  const name = [key, key.replaceAll('-', '_')].find((one) => Object.hasOwn(fields, one))
  return name === undefined ? 'missing' : { schema: fields[name] }
}
