// Which results of an earlier try a new one takes over: those of steps that stand before the first
// one that is to be done again, or, where order means nothing, that do not depend on it.

import { redactedText } from '#spec/limits.ts'
import type { Drawer } from '#spec/drawer.ts'
import type { ReusedStep } from '#spec/drawerEvents.ts'
import type { StepRecord } from '#spec/drawerPress.ts'
import type { Step } from '#spec/steps.ts'
import { stepKeys } from './keys.ts'
import { findDependencies } from './plan.ts'

export interface ReuseRequest {
  drawer: Pick<Drawer, 'steps' | 'return'>
  /** What the earlier try finished. */
  finished: readonly ReusedStep[]
  /** In a sequential run every step depends on all before it. */
  sequential: boolean
  /** The place of the step to begin with; without it, the first that is not finished. */
  from?: number
  /** What else must be done again: steps that read what has changed. */
  isStale(step: Step): boolean
}

export interface Reuse {
  /** In the order of time. */
  reused: ReusedStep[]
  /** A reused step whose output was not kept, and is needed by one that is not reused. */
  lost?: { id: string; why: 'secret' | 'length' }
}

export function planReuse(request: ReuseRequest): Reuse {
  const { drawer, finished } = request
  const steps = drawer.steps ?? []
  const keys = stepKeys('', steps)
  const again = stepsToDoAgain(request, steps, keys)
  const reused = finished.flatMap((step) => {
    const index = keys.indexOf(step.key)
    return index >= 0 && !again.has(index) ? [{ ...step, index }] : []
  })
  const needed = outputsNeeded(drawer, steps, again)
  for (const { index, record } of reused) {
    const why = needed.has(index) ? whyLost(record) : undefined
    if (why) return { reused, lost: { id: record.id, why } }
  }
  return { reused }
}

function stepsToDoAgain(
  { finished, sequential, from, isStale }: ReuseRequest,
  steps: readonly Step[],
  keys: readonly string[],
): Set<number> {
  const done = new Set(finished.map(({ key }) => key))
  const isFirst = (place: number) =>
    place === from || !done.has(keys[place]!) || isStale(steps[place]!)
  const dependencies = sequential ? chain(steps) : findDependencies(steps)
  const again = new Set<number>()
  // Until nothing more depends on what is done again: the order in the file need not be that of time.
  for (let before = -1; again.size > before;) {
    before = again.size
    for (const place of steps.keys())
      if (isFirst(place) || dependencies[place]!.some((other) => again.has(other))) again.add(place)
  }
  return again
}

function chain(steps: readonly Step[]): number[][] {
  return steps.map((_, place) => (place === 0 ? [] : [place - 1]))
}

/** Places whose outputs are read by steps that are done again, or by `return`. */
function outputsNeeded(
  { return: fields }: ReuseRequest['drawer'],
  steps: readonly Step[],
  again: ReadonlySet<number>,
): Set<number> {
  const last: Step = { id: '', kind: 'transform', fields: fields ?? {} }
  const reads = findDependencies([...steps, last])
  return new Set(
    reads.flatMap((places, place) => (place === steps.length || again.has(place) ? places : [])),
  )
}

function whyLost(record: StepRecord): 'secret' | 'length' | undefined {
  if ('output_truncated' in record) return 'length'
  return JSON.stringify(record.output ?? null).includes(redactedText) ? 'secret' : undefined
}
