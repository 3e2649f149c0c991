// Changes of a file in memory that are no `set`: stages, inputs, the order of steps, names.

import { fail } from '#spec/errors.ts'
import { stageIdPattern } from '#spec/flow.ts'
import { parseArgDef } from '../args/declare.ts'
import { slug } from '../name/slug.ts'
import { type JsonObject, isObject } from './json.ts'
import { getRawStep, rawSteps, requireAction, requireFlow } from './refuse.ts'

type Kind = { drawer_kind?: string }

/** Adds a stage at the end. Throws DRAWER_KIND_MISMATCH or VALIDATION_ERROR. */
export function addStage(
  file: JsonObject,
  drawer: string,
  stage: { id: string; title?: string | undefined; systemPrompt?: string | undefined },
): void {
  const { id, systemPrompt } = stage
  const what = `Cannot add stage "${id}" to "${drawer}"`
  requireFlow(file as Kind, what)
  if (!stageIdPattern.test(id))
    throw fail('VALIDATION_ERROR', `${what}: an id is lower-case words joined by dashes`)
  if (!isObject(file['flow'])) file['flow'] = { initial_stage: '', manager: { agent: '' } }
  const flow = file['flow'] as JsonObject
  const stages = Array.isArray(flow['stages']) ? (flow['stages'] as JsonObject[]) : []
  if (stages.some((other) => other['id'] === id))
    throw fail('VALIDATION_ERROR', `${what}: a stage of that id already exists`)
  const title = stage.title || titleOf(id)
  flow['stages'] = [...stages, { id, title, ...(systemPrompt && { system_prompt: systemPrompt }) }]
}

/** `code-review` → `Code Review` */
function titleOf(id: string): string {
  return id
    .split('-')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join(' ')
}

/** Declares an input as `--arg` does. Throws VALIDATION_ERROR; gives its name. */
export function addInput(file: JsonObject, drawer: string, spec: string): string {
  const what = `Cannot add an input to "${drawer}"`
  requireAction(file as Kind, what)
  const { name, required, ...rest } = parseArgDef(spec)
  const inputs = rawInputs(file)
  if (inputs.some((input) => input['name'] === name))
    throw fail('VALIDATION_ERROR', `${what}: "${name}" is declared already`, {
      hint: `Remove it first: drawer ${drawer} input remove ${name}`,
    })
  file['inputs'] = [...inputs, { name, ...rest, ...(required && { required }) }]
  return name
}

/** Throws NOT_FOUND. */
export function removeInput(file: JsonObject, drawer: string, name: string): void {
  const inputs = rawInputs(file)
  const left = inputs.filter((input) => input['name'] !== name)
  if (left.length === inputs.length)
    throw fail('NOT_FOUND', `Cannot remove input "${name}" of "${drawer}": no such input`, {
      hint: `Inputs: ${inputs.map((input) => String(input['name'])).join(', ') || 'none'}`,
    })
  if (left.length > 0) file['inputs'] = left
  else delete file['inputs']
}

function rawInputs(file: JsonObject): JsonObject[] {
  return Array.isArray(file['inputs']) ? file['inputs'].filter(isObject) : []
}

/** Throws STEP_NOT_FOUND or DRAWER_KIND_MISMATCH. */
export function removeStep(file: JsonObject, drawer: string, id: string): void {
  const what = `Cannot remove step "${id}" of "${drawer}"`
  requireAction(file as Kind, what)
  const step = getRawStep(file, id, what)
  file['steps'] = rawSteps(file).filter((other) => other !== step)
}

/** Moves a step so that it stands at `position`, counted from 0. */
export function moveStep(file: JsonObject, drawer: string, id: string, position: number): void {
  const what = `Cannot move step "${id}" of "${drawer}"`
  requireAction(file as Kind, what)
  const step = getRawStep(file, id, what)
  const steps = rawSteps(file)
  if (position < 0 || position >= steps.length)
    throw fail('VALIDATION_ERROR', `${what}: there is no position ${position}`, {
      hint: `Positions are 0 to ${steps.length - 1}`,
    })
  const others = steps.filter((other) => other !== step)
  file['steps'] = others.toSpliced(position, 0, step)
}

/** Makes a file that names drawer `from` name `to`; false when it does not. */
export function renameReferences(file: JsonObject, from: string, to: string): boolean {
  let changed = false
  const rewrite = (holder: unknown) => {
    if (!isObject(holder) || typeof holder['drawer'] !== 'string') return
    if (slug(holder['drawer']) !== from) return
    holder['drawer'] = to
    changed = true
  }
  for (const step of rawStepsWithin(file)) if (step['kind'] === 'drawer') rewrite(step)
  rewrite(file['on_error'])
  return changed
}

function* rawStepsWithin(holder: JsonObject): Generator<JsonObject> {
  const steps = Array.isArray(holder['steps']) ? holder['steps'].filter(isObject) : []
  for (const step of steps) {
    yield step
    yield* rawStepsWithin(step)
    const cases = Array.isArray(step['cases']) ? step['cases'].filter(isObject) : []
    for (const branch of cases) yield* rawStepsWithin(branch)
  }
}
