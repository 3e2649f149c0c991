// Changes of a drawer's steps: add, connect, set, remove, move.

import { type NewStep, planSteps, readAddTarget } from '#core/drawer/add.ts'
import { planWires, type Wire } from '#core/drawer/connect.ts'
import { moveStep, removeStep } from '#core/drawer/edit.ts'
import type { JsonObject } from '#core/drawer/json.ts'
import { targetsOf, targetsOfSteps } from '#core/drawer/neighbours.ts'
import { readDrawerFile } from '#core/drawer/read.ts'
import { getRawStep, idOf, rawSteps, requireAction } from '#core/drawer/refuse.ts'
import { applyPairs } from '#core/drawer/set/apply.ts'
import { type Pair, parsePair, textOf } from '#core/drawer/set/pair.ts'
import { setField } from '#core/expr/output.ts'
import { slug } from '#core/name/slug.ts'
import type { Drawer } from '#spec/drawer.ts'
import { fail } from '#spec/errors.ts'
import type { Step } from '#spec/steps.ts'
import type { AuthorContext } from './context.ts'
import { type Act, editDrawer, type Edited } from './edit.ts'
import { getDrawer, loadTargets } from './find.ts'

/** Throws DRAWER_KIND_MISMATCH, BUTTON_NOT_FOUND, DRAWER_NOT_FOUND or VALIDATION_ERROR. */
export async function addSteps(
  name: string,
  words: readonly string[],
  act: Act,
  context: AuthorContext,
): Promise<Edited<NewStep[]>> {
  const { drawer } = await getDrawer(name, context.store)
  requireAction(drawer, `Cannot add steps to "${drawer.name}"`)
  const targets = words.map(readAddTarget)
  const named = (kinds: readonly string[]) =>
    new Set(targets.filter(({ kind }) => kinds.includes(kind)).map(({ value }) => value))
  const wanted = { buttons: named(['button', 'for_each']), drawers: named(['drawer']) }
  const near = await loadTargets(wanted, context.store)
  return editDrawer(name, act, context, (file) => {
    const present = rawSteps(file)
    const steps = planSteps(drawer.name, targets, present.map(idOf), near)
    file['steps'] = [...present, ...steps]
    return steps
  })
}

/** Throws STEP_NOT_FOUND, AMBIGUOUS, DRAWER_KIND_MISMATCH or VALIDATION_ERROR. */
export async function connectSteps(
  name: string,
  from: string,
  to: string,
  act: Act,
  context: AuthorContext,
): Promise<Edited<Wire[]>> {
  const { drawer } = await getDrawer(name, context.store)
  const near = await loadTargets(targetsOf(drawer), context.store)
  return editDrawer(name, act, context, (file) => {
    const wires = planWires(drawerOf(file, drawer.name), from, to, near)
    for (const { step, to: arg, value } of wires) putArg(getRawStep(file, step, ''), arg, value)
    return wires
  })
}

function drawerOf(file: JsonObject, name: string): Drawer {
  const read = readDrawerFile(file, name)
  if (read.ok) return read.value.drawer
  throw fail('INTERNAL_ERROR', `Cannot read drawer "${name}": ${read.why}`)
}

function putArg(step: JsonObject, arg: string, value: string): void {
  step['args'] ??= {}
  setField(step['args'] as JsonObject, arg, value)
}

/** All pairs are checked and written together. Throws the first problem. */
export async function setFields(
  name: string,
  words: readonly string[],
  act: Act,
  context: AuthorContext,
): Promise<Edited<Pair[]>> {
  const pairs = words.map(parsePair)
  const { drawer } = await getDrawer(name, context.store)
  const near = await loadTargets(targetsOfPairs(drawer, pairs), context.store)
  return editDrawer(name, act, context, (file) => {
    applyPairs(file, pairs, { drawer: drawer.name, near })
    return pairs
  })
}

// What the drawer names already, and what the new values name.
function targetsOfPairs(drawer: Drawer, pairs: readonly Pair[]) {
  const targets = targetsOf(drawer)
  for (const pair of pairs) {
    const field = pair.target.slice(pair.target.lastIndexOf('.') + 1)
    if (field === 'button') targets.buttons.add(slug(textOf(pair)))
    if (field === 'drawer') targets.drawers.add(slug(textOf(pair)))
    for (const step of stepsInValue(pair.value)) {
      const inner = targetsOfSteps([step])
      for (const button of inner.buttons) targets.buttons.add(button)
      for (const child of inner.drawers) targets.drawers.add(child)
    }
  }
  return targets
}

// A value may be whole steps or cases; one that has another shape is refused later.
function stepsInValue(value: unknown): Step[] {
  const read = readDrawerFile({ steps: value }, '')
  const cases = readDrawerFile({ steps: [{ id: 'x', cases: value }] }, '')
  return [read, cases].flatMap((one) => (one.ok ? (one.value.drawer.steps ?? []) : []))
}

/** Throws STEP_NOT_FOUND or DRAWER_KIND_MISMATCH. */
export function removeOneStep(name: string, id: string, act: Act, context: AuthorContext) {
  return editDrawer(name, act, context, (file) => removeStep(file, slug(name), id))
}

/** Throws STEP_NOT_FOUND, DRAWER_KIND_MISMATCH or VALIDATION_ERROR. */
export function moveOneStep(
  name: string,
  id: string,
  position: number,
  act: Act,
  context: AuthorContext,
) {
  return editDrawer(name, act, context, (file) => moveStep(file, slug(name), id, position))
}
