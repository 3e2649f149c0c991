// Refusals that several verbs share.

import { fail, type Failure } from '#spec/errors.ts'
import type { Drawer } from '#spec/drawer.ts'
import { suggest } from '../text/suggest.ts'
import { type JsonObject, isObject } from './json.ts'

/** Throws DRAWER_KIND_MISMATCH for a flow drawer; `what` is like `Cannot add steps to "x"`. */
export function requireAction(drawer: Pick<Drawer, 'drawer_kind'>, what: string): void {
  if (drawer.drawer_kind !== 'flow') return
  throw fail('DRAWER_KIND_MISMATCH', `${what}: it is a flow drawer`, {
    hint: 'A flow drawer has stages: drawer NAME stage add ID',
  })
}

/** Throws DRAWER_KIND_MISMATCH for an action drawer. */
export function requireFlow(drawer: Pick<Drawer, 'drawer_kind'>, what: string): void {
  if (drawer.drawer_kind === 'flow') return
  throw fail('DRAWER_KIND_MISMATCH', `${what}: it is an action drawer, not a flow drawer`, {
    hint: 'Create a flow drawer with: drawer create NAME --kind flow',
  })
}

/** The raw steps of a file or body; an absent list is made so that it can be added to. */
export function rawSteps(holder: JsonObject): JsonObject[] {
  if (!Array.isArray(holder['steps'])) holder['steps'] = []
  return (holder['steps'] as unknown[]).filter(isObject)
}

/** The raw top-level step of an id. Throws STEP_NOT_FOUND. */
export function getRawStep(file: JsonObject, id: string, what: string): JsonObject {
  const steps = rawSteps(file)
  const found = steps.find((step) => step['id'] === id)
  if (found) return found
  throw noStep(
    what,
    id,
    steps.map((step) => idOf(step)),
  )
}

export function noStep(what: string, id: string, ids: readonly string[]): Failure {
  const near = suggest(id, ids)
  const hint = near === undefined ? `Steps: ${ids.join(', ') || 'none'}` : `Did you mean "${near}"?`
  return fail('STEP_NOT_FOUND', `${what}: no step "${id}"`, { hint })
}

/** The id of a raw step; '' when it has none. */
export function idOf(step: JsonObject): string {
  return typeof step['id'] === 'string' ? step['id'] : ''
}
