// Which top-level steps a top-level step reads, found from the roots of its parsed expressions:
// bodies and bare fields included, names that are local to a body left out (drawers.md B32).

import type { Step } from '#spec/steps.ts'
import { normalizeName } from '../expr/names.ts'
import { findReferences, type References } from '../expr/references.ts'

/** Ids by id, in the order of the file; a step never depends on itself. */
export function findDependencies(steps: readonly Step[]): Map<string, string[]> {
  const ids = steps.map(({ id }) => id)
  const dependencies = new Map<string, string[]>()
  for (const [index, step] of steps.entries()) {
    const read = new Set<string>()
    for (const found of readsOf(step, new Set()))
      for (const id of resolve(found, ids, index)) if (id !== step.id) read.add(id)
    dependencies.set(
      step.id,
      ids.filter((id) => read.has(id)),
    )
  }
  return dependencies
}

interface Read {
  root: string
  /** What follows `steps`, when that is the root. */
  key: string | number | undefined
}

const builtIns = ['inputs', 'env', 'webhooks']

function resolve({ root, key }: Read, ids: readonly string[], index: number): string[] {
  if (builtIns.includes(root)) return []
  const direct = ids.includes(root)
    ? root
    : ids.find((id) => normalizeName(id) === normalizeName(root))
  if (direct !== undefined) return [direct]
  if (root !== 'steps') return []
  // Which step `steps[expression]` means shows only when it is evaluated: those before it, then.
  return typeof key === 'string' ? ids.filter((id) => id === key) : ids.slice(0, index)
}

/** What a step reads from outside itself; `locals` are normalised names bound around it. */
function* readsOf(step: Step, locals: ReadonlySet<string>): Generator<Read> {
  for (const { references } of referencesOf(step))
    for (const { root, path } of references)
      if (!locals.has(normalizeName(root))) yield { root, key: path[0] }
  const inner = new Set(locals)
  if (step.kind === 'for_each') inner.add(normalizeName(step.as || 'item'))
  yield* readsOfBody(step.steps ?? [], inner)
  for (const branch of step.cases ?? []) yield* readsOfBody(branch.steps ?? [], locals)
}

function* readsOfBody(steps: readonly Step[], locals: ReadonlySet<string>): Generator<Read> {
  const known = new Set(locals)
  for (const step of steps) {
    yield* readsOf(step, known)
    known.add(normalizeName(step.id))
  }
}

/** The references of a step's own fields, bodies left out. */
export function referencesOf(step: Step): References[] {
  const { args, duration, until, within, inputs, fields, over, from, pluck, at, cases = [] } = step
  const templates = [args, duration, until, within, inputs, fields]
  const bare = [over, from, ...cases.map(({ when }) => when)]
  const perItem = [pluck, at]
  return [
    findReferences(present(templates)),
    findReferences(present(bare), { bare: true }),
    findReferences(present(perItem), { bare: true, locals: ['item'] }),
  ]
}

function present(values: readonly unknown[]): unknown[] {
  return values.filter((value) => value !== undefined && value !== '')
}
