// The steps of a drawer from the first to the last: which may start when is decided by the
// schedule, here they are started and listened to (drawers.md 6.1, 6.10).

import { stepKeys } from '#core/drawer/run/keys.ts'
import type { PastRun } from '#core/drawer/run/past.ts'
import { type Dependencies, findCycle, findDependencies } from '#core/drawer/run/plan.ts'
import {
  cancelSchedule,
  finish,
  openSchedule,
  type Schedule,
  skippedSteps,
  start,
  takeReady,
  wasInterrupted,
} from '#core/drawer/run/schedule.ts'
import { expose, openScope, type Scope } from '#core/drawer/run/scope.ts'
import { ExpressionError, formatExpressionError } from '#core/expr/errors.ts'
import { prepareExpressions } from '#core/expr/pattern.ts'
import { resolveValue } from '#core/expr/resolve.ts'
import type { RunFinished } from '#spec/drawerEvents.ts'
import type { Step } from '#spec/steps.ts'
import { contextOf, goesOn, type StepEnd, visibleOutput } from './act.ts'
import type { Run } from './job.ts'
import { type Link, linkSignal } from './signals.ts'
import { runStep } from './step.ts'

export type Ending = Omit<RunFinished, 'type' | 'run_id' | 'key' | 'at_ms'>

/** Runs what an earlier process has left to run. Rejects only when events cannot be kept. */
export async function runSteps(run: Run, past: PastRun | undefined): Promise<Ending> {
  const steps = run.drawer.steps ?? []
  const parallel = run.job.mode === 'parallel'
  const dependencies = parallel ? findDependencies(steps) : steps.map(() => [])
  const cycle = findCycle(dependencies)
  if (cycle) return deadlock(cycle.map((place) => steps[place]!.id))
  await prepareExpressions(run.job.stored.file)
  const work = await openWork(run, dependencies)
  replay(work, past)
  await drive(work, past)
  work.siblings.close()
  return endingOf(work)
}

function deadlock(ids: readonly string[]): Ending {
  const message = `steps wait for each other: ${[...ids, ids[0]].join(' → ')}`
  return { status: 'failed', error: { code: 'PARALLEL_DEADLOCK', message } }
}

interface Work {
  run: Run
  steps: readonly Step[]
  keys: readonly string[]
  dependencies: Dependencies
  schedule: Schedule
  /** Stops what still runs when one step has failed for all. */
  siblings: Link
  ends: (StepEnd | undefined)[]
  /** Sees every step that has ended; for a sequential run, and for `return`. */
  scope: Scope
  openScope(): Scope
}

async function openWork(run: Run, dependencies: Dependencies): Promise<Work> {
  const { job, drawer, tree, given } = run
  const steps = drawer.steps ?? []
  const parallel = job.mode === 'parallel'
  const webhooks = JSON.stringify(job.stored.file).includes('webhooks') ? await tree.webhooks() : {}
  const open = () => openScope(given.inputs, webhooks)
  return {
    run,
    steps,
    keys: stepKeys(job.prefix, steps),
    dependencies,
    schedule: openSchedule(dependencies, {
      concurrency: parallel ? job.concurrency : 1,
      stopOnFailure: !parallel || job.onFailure === 'stop',
    }),
    siblings: linkSignal(job.signal),
    ends: [],
    scope: open(),
    openScope: open,
  }
}

// What has ended already, in the order in which it did: the first failure is still the first.
function replay(work: Work, past: PastRun | undefined): void {
  for (const event of past?.steps ?? []) {
    const place = work.keys.indexOf(event.key)
    if (place < 0 || work.ends[place]) continue
    start(work.schedule, place)
    settle(work, place, event)
  }
}

function settle(work: Work, place: number, end: StepEnd): void {
  const { schedule, steps, scope, siblings } = work
  work.ends[place] = end
  finish(schedule, place, end.verdict)
  if (goesOn(end.verdict)) expose(scope, steps[place]!.id, visibleOutput(end))
  if (schedule.stopped) siblings.abort()
}

function drive(work: Work, past: PastRun | undefined): Promise<void> {
  const { schedule, run } = work
  let trouble: { error: unknown } | undefined
  return new Promise((resolve, reject) => {
    const launch = (place: number) => {
      runPlace(work, place)
        .catch((error: unknown) => {
          trouble ??= { error }
          cancelSchedule(schedule)
          finish(schedule, place, 'cancelled')
        })
        .finally(advance)
    }
    const advance = () => {
      if (run.job.signal.aborted) cancelSchedule(schedule)
      for (const place of takeReady(schedule)) launch(place)
      if (schedule.running > 0) return
      if (trouble) reject(trouble.error as Error)
      else resolve()
    }
    // Begun by an earlier process, and everything stopped since: they end as cancelled.
    for (const place of schedule.stopped ? begunBefore(work, past) : []) {
      start(schedule, place)
      launch(place)
    }
    advance()
  })
}

function begunBefore({ keys, ends }: Work, past: PastRun | undefined): number[] {
  const begun = new Set(past?.begun ?? [])
  return [...keys.keys()].filter((place) => begun.has(keys[place]!) && !ends[place])
}

async function runPlace(work: Work, place: number): Promise<void> {
  const { run, steps, keys, siblings } = work
  const site = {
    key: keys[place]!,
    index: place,
    scope: run.job.mode === 'parallel' ? scopeFor(work, place) : work.scope,
    signal: siblings.signal,
  }
  settle(work, place, await runStep(steps[place]!, site, run))
}

// Exactly what the step waited for, so that it sees the same however fast the others are.
function scopeFor({ dependencies, steps, ends, openScope: open }: Work, place: number): Scope {
  const scope = open()
  for (const needed of dependencies[place]!)
    expose(scope, steps[needed]!.id, visibleOutput(ends[needed]!))
  return scope
}

function endingOf(work: Work): Ending {
  const { schedule, steps, ends } = work
  const skipped = skippedSteps(schedule).map((place) => steps[place]!.id)
  const skippedSome = skipped.length > 0 && { skipped_steps: skipped }
  if (wasInterrupted(schedule)) {
    const place = schedule.cancelled
    const message = `Cancelled drawer "${work.run.drawer.name}"`
    return {
      status: 'cancelled',
      ...(place !== undefined && { failed_step: steps[place]!.id }),
      error: { code: 'CANCELLED', message },
      ...skippedSome,
    }
  }
  const { culprit } = schedule
  if (culprit === undefined) return { status: 'ok', ...returned(work) }
  const { error } = ends[culprit]!.record
  return { status: 'failed', failed_step: steps[culprit]!.id, error: error!, ...skippedSome }
}

// A `return` that cannot be evaluated does not undo what the steps have done (B36).
function returned({ run, scope }: Work): Pick<Ending, 'output' | 'output_error'> {
  const { return: fields = {} } = run.drawer
  if (Object.keys(fields).length === 0) return {}
  try {
    return { output: resolveValue(fields, contextOf({ run, scope })) as Record<string, unknown> }
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    const { hint } = error
    const message = formatExpressionError(error)
    const remediation = hint === undefined ? {} : { remediation: hint }
    return { output_error: { code: 'RETURN_ERROR', message, ...remediation } }
  }
}
