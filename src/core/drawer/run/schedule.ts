// Which step may start when: a state machine that knows nothing of presses, clocks or processes.
// A sequential run is the same machine without dependencies and with one step at a time.

import type { Verdict } from '#spec/drawerEvents.ts'
import type { Dependencies } from './plan.ts'

export interface ScheduleOptions {
  /** Steps at once, at least 1. */
  readonly concurrency: number
  /** Whether a real failure ends the run; else it ends only what depends on it. */
  readonly stopOnFailure: boolean
}

type State = 'waiting' | 'ready' | 'running' | 'done' | 'failed' | 'skipped'

export interface Schedule {
  readonly options: ScheduleOptions
  readonly states: State[]
  /** How many dependencies of a step have not ended yet. */
  readonly missing: number[]
  readonly dependents: readonly (readonly number[])[]
  running: number
  /** Why nothing starts any more. */
  stopped: 'failure' | 'cancelled' | undefined
  /** The first step in time that really failed. */
  culprit: number | undefined
  /** The first step in time that was ended from outside. */
  cancelled: number | undefined
}

/** A schedule for an acyclic graph; nothing has started yet. */
export function openSchedule(dependencies: Dependencies, options: ScheduleOptions): Schedule {
  const dependents = dependencies.map((): number[] => [])
  for (const [place, needed] of dependencies.entries())
    for (const other of needed) dependents[other]!.push(place)
  return {
    options,
    states: dependencies.map((needed) => (needed.length === 0 ? 'ready' : 'waiting')),
    missing: dependencies.map((needed) => needed.length),
    dependents,
    running: 0,
    stopped: undefined,
    culprit: undefined,
    cancelled: undefined,
  }
}

/** The steps to start now, in the order of the file; they count as running from here on. */
export function takeReady(schedule: Schedule): number[] {
  const taken: number[] = []
  const { states, options } = schedule
  for (let place = firstReady(schedule); place >= 0; place = states.indexOf('ready', place)) {
    if (schedule.stopped || schedule.running >= options.concurrency) break
    start(schedule, place)
    taken.push(place)
  }
  return taken
}

function firstReady({ states }: Schedule): number {
  return states.indexOf('ready')
}

/** Says that a step runs which an earlier process had started. */
export function start(schedule: Schedule, place: number): void {
  schedule.states[place] = 'running'
  schedule.running++
}

/** Says how a running step ended, and finds out what that means for the others. */
export function finish(schedule: Schedule, place: number, verdict: Verdict): void {
  schedule.running--
  const fine = verdict === 'ok' || verdict === 'tolerated'
  schedule.states[place] = fine ? 'done' : 'failed'
  if (fine) return release(schedule, place)
  skipDependents(schedule, place)
  if (verdict === 'cancelled') {
    schedule.cancelled ??= place
    return cancelSchedule(schedule)
  }
  schedule.culprit ??= place
  if (schedule.options.stopOnFailure) schedule.stopped ??= 'failure'
}

/** Starts nothing any more; what runs must still be finished. */
export function cancelSchedule(schedule: Schedule): void {
  schedule.stopped ??= 'cancelled'
}

/** Whether every step has ended or will never start. */
export function isOver(schedule: Schedule): boolean {
  if (schedule.running > 0) return false
  return schedule.stopped !== undefined || !schedule.states.includes('ready')
}

/** Steps that were not run because one they depend on, however far, did not succeed. */
export function skippedSteps({ states }: Schedule): number[] {
  return [...states.keys()].filter((place) => states[place] === 'skipped')
}

/** Whether the run was cut short from outside: cancelled before everything that could run had. */
export function wasInterrupted({ states, stopped, cancelled }: Schedule): boolean {
  if (stopped !== 'cancelled') return false
  return cancelled !== undefined || states.includes('ready') || states.includes('waiting')
}

function release({ states, missing, dependents }: Schedule, place: number): void {
  for (const dependent of dependents[place]!) {
    missing[dependent]!--
    if (missing[dependent] === 0 && states[dependent] === 'waiting') states[dependent] = 'ready'
  }
}

function skipDependents({ states, dependents }: Schedule, place: number): void {
  const open = [...dependents[place]!]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (states[next] !== 'waiting') continue
    states[next] = 'skipped'
    open.push(...dependents[next]!)
  }
}
