// Which names an expression sees at its place in a drawer: the steps before it at its own level and
// at every level around it, and the loop variables on the way (drawers.md 4.3).

import type { Step } from '#spec/steps.ts'
import { normalizeName } from '../../expr/names.ts'

export interface Scope {
  readonly outer: Scope | undefined
  readonly steps: LevelSteps
  /** Index of the step that is looked at; those before it have run. */
  readonly position: number
  /** The loop variable of the body this level belongs to. */
  readonly variable: string | undefined
}

interface Placed {
  readonly step: Step
  readonly index: number
}

interface LevelSteps {
  readonly exact: ReadonlyMap<string, Placed>
  readonly normalized: ReadonlyMap<string, Placed>
}

/** A level of steps, before the first of them; move on with `at`. */
export function openScope(steps: readonly Step[], outer?: Scope, variable?: string): Scope {
  const exact = new Map<string, Placed>()
  const normalized = new Map<string, Placed>()
  for (const [index, step] of steps.entries()) {
    // Of two steps with one id the later one is what references mean.
    exact.set(step.id, { step, index })
    const name = normalizeName(step.id)
    if (!normalized.has(name)) normalized.set(name, { step, index })
  }
  const local = variable === undefined ? undefined : normalizeName(variable)
  return { outer, steps: { exact, normalized }, position: 0, variable: local }
}

export function at(scope: Scope, position: number): Scope {
  return { ...scope, position }
}

export type Found =
  | { kind: 'step'; step: Step }
  | { kind: 'variable' }
  /** A step of that name exists but has not run yet. */
  | { kind: 'later'; step: Step }

/** What a root name means here, or undefined. */
export function findName(scope: Scope, name: string): Found | undefined {
  let later: Found | undefined
  for (let level: Scope | undefined = scope; level; level = level.outer) {
    const placed = findPlaced(level, name)
    if (placed && placed.index < level.position) return { kind: 'step', step: placed.step }
    if (placed) later ??= { kind: 'later', step: placed.step }
    if (level.variable === normalizeName(name)) return { kind: 'variable' }
  }
  return later
}

/** A step by its very id, as `steps["id"]` names it. */
export function findStepById(scope: Scope, id: string): Found | undefined {
  let later: Found | undefined
  for (let level: Scope | undefined = scope; level; level = level.outer) {
    const placed = level.steps.exact.get(id)
    if (placed && placed.index < level.position) return { kind: 'step', step: placed.step }
    if (placed) later ??= { kind: 'later', step: placed.step }
  }
  return later
}

function findPlaced({ steps }: Scope, name: string): Placed | undefined {
  return steps.exact.get(name) ?? steps.normalized.get(normalizeName(name))
}

/** Every name that could be meant, for suggestions. */
export function namesIn(scope: Scope): string[] {
  const names: string[] = []
  for (let level: Scope | undefined = scope; level; level = level.outer) {
    names.push(...level.steps.exact.keys())
    if (level.variable !== undefined) names.push(level.variable)
  }
  return names
}
