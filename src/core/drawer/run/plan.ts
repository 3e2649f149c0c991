// Which steps of a drawer wait for which others when it runs in parallel: exactly those whose
// outputs their expressions read (drawers.md 6.10, B32). Found by parsing, so a word in a text or
// an input of the same name is no dependency.

import type { Step } from '#spec/steps.ts'
import { findRoot } from '../../expr/names.ts'
import { findReferences, type ReferenceOptions } from '../../expr/references.ts'
import type { Reference } from '../../expr/walk.ts'
import { kindOf } from '../neighbours.ts'

/** For each step, by place in the file, the places of the steps it waits for; sorted. */
export type Dependencies = readonly (readonly number[])[]

export function findDependencies(steps: readonly Step[]): Dependencies {
  // A record, since findRoot is what expressions use to find a root by name.
  const places: Record<string, number> = Object.create(null)
  for (const [index, { id }] of steps.entries()) places[id] = index
  return steps.map((step, index) => {
    const found = new Set<number>()
    for (const reference of readsOf(step, [])) {
      for (const place of placesOf(reference, places, index)) found.add(place)
    }
    found.delete(index)
    return [...found].sort((a, b) => a - b)
  })
}

/** Whether the expressions of a step may read one of these inputs. */
export function readsInputs(step: Step, names: ReadonlySet<string>): boolean {
  for (const { root, path } of readsOf(step, [])) {
    const [name] = path
    if (root === 'inputs' && (typeof name !== 'string' || names.has(name))) return true
  }
  return false
}

const builtIn: ReadonlySet<string> = new Set(['inputs', 'env', 'webhooks'])

function placesOf(
  { root, path }: Reference,
  places: Readonly<Record<string, number>>,
  self: number,
): number[] {
  if (builtIn.has(root)) return []
  const id = findRoot(places, root)
  if (id !== undefined) return [places[id]!]
  if (root !== 'steps') return []
  const [key] = path
  if (typeof key === 'string') {
    const named = findRoot(places, key)
    return named === undefined ? [] : [places[named]!]
  }
  // A computed id may be any; those that stand before are the ones a sequential run would have.
  return Array.from({ length: self }, (_, place) => place)
}

/** What a step reads from around it; `bound` are the names that mean something inside. */
function* readsOf(step: Step, bound: readonly string[]): Generator<Reference> {
  const kind = kindOf(step)
  const read = Object.hasOwn(readers, kind) ? readers[kind]! : () => []
  for (const { value, bare = false, locals = [] } of read(step)) {
    const options: ReferenceOptions = { bare, locals: [...locals] }
    for (const reference of findReferences(value, options).references)
      if (!isBound(reference, bound)) yield reference
  }
  if (kind === 'for_each') yield* readsOfBody(step.steps ?? [], [...bound, step.as || 'item'])
  if (kind !== 'switch') return
  for (const branch of [...(step.cases ?? []), step]) yield* readsOfBody(branch.steps ?? [], bound)
}

// The steps of a body run in order: each one sees the ids of those before it.
function* readsOfBody(steps: readonly Step[], bound: readonly string[]): Generator<Reference> {
  const inside = [...bound]
  for (const step of steps) {
    yield* readsOf(step, inside)
    inside.push(step.id)
  }
}

function isBound({ root, path }: Reference, bound: readonly string[]): boolean {
  if (bound.length === 0) return false
  const names = Object.fromEntries(bound.map((name) => [name, true]))
  if (findRoot(names, root) !== undefined) return true
  return root === 'steps' && typeof path[0] === 'string' && bound.includes(path[0])
}

interface Read {
  value: unknown
  bare?: boolean
  locals?: readonly string[]
}

const bare = (value: unknown, ...locals: string[]): Read => ({ value, bare: true, locals })

const readers: Readonly<Record<string, (step: Step) => Read[]>> = {
  button: ({ args }) => [{ value: args }],
  drawer: ({ args }) => [{ value: args }],
  for_each: ({ over }) => [bare(over)],
  switch: ({ cases = [] }) => cases.map(({ when }) => bare(when)),
  aggregate: ({ from, pluck }) => [bare(from), bare(pluck, 'item')],
  wait: ({ duration, until }) => [{ value: duration || until }],
  split: ({ over }) => [bare(over)],
  batch: ({ over, within, at }) => [bare(over), { value: within }, bare(at, 'item')],
  merge: ({ inputs }) => [{ value: inputs }],
  transform: ({ fields }) => [{ value: fields }],
}

/** The places of steps that wait for each other in a circle, in its order; undefined without one. */
export function findCycle(dependencies: Dependencies): number[] | undefined {
  const state: ('open' | 'done' | undefined)[] = []
  for (const start of dependencies.keys()) {
    const cycle = state[start] ? undefined : findCycleFrom(start, dependencies, state)
    if (cycle) return cycle
  }
  return undefined
}

// By hand instead of recursion: a chain may be as long as the drawer.
function findCycleFrom(
  start: number,
  dependencies: Dependencies,
  state: ('open' | 'done' | undefined)[],
): number[] | undefined {
  const path = [{ place: start, next: 0 }]
  state[start] = 'open'
  for (let top = path.at(-1); top; top = path.at(-1)) {
    const place = dependencies[top.place]![top.next++]
    if (place === undefined) {
      state[top.place] = 'done'
      path.pop()
    } else if (state[place] === 'open') {
      const places = path.map((one) => one.place)
      return places.slice(places.indexOf(place))
    } else if (!state[place]) {
      state[place] = 'open'
      path.push({ place, next: 0 })
    }
  }
  return undefined
}
