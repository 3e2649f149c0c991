// What happens while a drawer runs, in the order in which it happens. Every event says what is true
// from now on, so a run is its list of events: the record is a fold over them, the journal keeps
// them, the terminal shows them, and a run that was cut short goes on from the ones there are.
//
// `key` names the act and stays the same whenever the run is resumed: `build`, `each[3].greet`,
// `choose.prod-case.notify`, `sub/build`. Characters of an id that mean something in a key are
// percent-encoded. Inside the second attempt of a step its key carries a number: `each#2[3].greet`.

import type { DrawerError, DrawerStatus, Durability, RunMode, StepRecord } from './drawerPress.ts'
import type { FailurePolicy } from './press.ts'

interface EventHead {
  /** The run it belongs to: a drawer inside a drawer has its own. */
  run_id: string
  key: string
  /** Epoch milliseconds. */
  at_ms: number
}

/** `key` is what all keys of the run begin with: empty, `sub/`, or `!on_error/` for a handler. */
export interface RunStarted extends EventHead {
  type: 'run.started'
  drawer: string
  /** As given, secrets included: whoever stores or shows events takes out `secret_inputs`. */
  inputs: Record<string, unknown>
  /** What was typed for inputs that came as text. */
  texts?: Record<string, string>
  secret_inputs: string[]
  /** SHA-256 of the drawer's file as it was. */
  definition: string
  mode: RunMode
  /** Parallel mode only. */
  on_failure?: FailurePolicy
  concurrency?: number
  /** The run that this one is a step or the error handler of. */
  parent_run_id?: string
  // Of the outermost run only:
  durability?: Durability
  /** Hashes of everything it may press, by `button/NAME` and `drawer/NAME`, as it was. */
  pinned?: Record<string, string>
  /** The run that this one is another try of. */
  retry_of?: string
  /** What it takes over from that run. */
  reused?: ReusedStep[]
  /** In place of the run's id, what the idempotency keys of its steps are made of. */
  idempotency_base?: string
}

/** The first attempt begins with it. */
export interface StepStarted extends EventHead {
  type: 'step.started'
  id: string
  kind: string
  /** Its place in the drawer; absent inside a loop or branch. */
  index?: number
}

/** The second and every later attempt. */
export interface AttemptStarted extends EventHead {
  type: 'attempt.started'
  attempt: number
}

/** An attempt failed and another one will follow, not before `retry_at_ms`. */
export interface AttemptFailed extends EventHead {
  type: 'attempt.failed'
  attempt: number
  error: DrawerError
  retry_at_ms: number
}

export interface WaitStarted extends EventHead {
  type: 'wait.started'
  until_ms: number
}

/** `branch` is the number of the case, -1 for the default steps or none. */
export interface BranchChosen extends EventHead {
  type: 'branch.chosen'
  branch: number
  matched: string
}

export interface ItemStarted extends EventHead {
  type: 'item.started'
  index: number
}

export interface ItemFinished extends EventHead {
  type: 'item.finished'
  index: number
  verdict: Verdict
}

/**
 * ok: done; tolerated: failed, and the run goes on with null; failed: a real failure;
 * refused: it was written in a way that cannot work, which nothing tolerates; cancelled: ended from
 * outside before it was done.
 */
export type Verdict = 'ok' | 'tolerated' | 'failed' | 'refused' | 'cancelled'

export interface StepFinished extends EventHead {
  type: 'step.finished'
  index?: number
  verdict: Verdict
  record: StepRecord
  /** Arguments that were declared secret. */
  secret_args?: string[]
}

/** A step that an earlier run has finished. */
export type ReusedStep = Pick<StepFinished, 'key' | 'verdict' | 'record' | 'secret_args'> & {
  index: number
}

export interface RunFinished extends EventHead {
  type: 'run.finished'
  status: DrawerStatus
  failed_step?: string
  error?: DrawerError
  skipped_steps?: string[]
  /** The values of `return`. */
  output?: Record<string, unknown>
  /** Why `return` could not be evaluated. */
  output_error?: DrawerError
  /** The drawer that is to be run because this one failed. */
  handler?: string
}

/** The record file is in its place. */
export interface RunRecorded extends EventHead {
  type: 'run.recorded'
}

/** Every type of event; the compiler asks for the missing one. */
export const eventTypes: Readonly<Record<RunEvent['type'], true>> = {
  'run.started': true,
  'step.started': true,
  'attempt.started': true,
  'attempt.failed': true,
  'wait.started': true,
  'branch.chosen': true,
  'item.started': true,
  'item.finished': true,
  'step.finished': true,
  'run.finished': true,
  'run.recorded': true,
}

export type RunEvent =
  | RunStarted
  | StepStarted
  | AttemptStarted
  | AttemptFailed
  | WaitStarted
  | BranchChosen
  | ItemStarted
  | ItemFinished
  | StepFinished
  | RunFinished
  | RunRecorded
