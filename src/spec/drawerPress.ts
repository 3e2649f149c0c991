// What a surface asks for when it wants a drawer pressed, and what it gets (drawers.md 3.8, 7.1).

import type { ReusedStep, RunEvent } from './drawerEvents.ts'
import type { FailurePolicy } from './press.ts'

export const runModes = ['sequential', 'parallel'] as const
export type RunMode = (typeof runModes)[number]

/**
 * What a run survives. `none`: nothing, it keeps no journal. `process`: the death of its process at
 * any instant. `disk`: that of the machine as well.
 */
export const durabilities = ['none', 'process', 'disk'] as const
export type Durability = (typeof durabilities)[number]

export interface DrawerRequest {
  /** The name as typed; lookup slugs it. */
  name: string
  inputs: Record<string, unknown>
  /** What was typed, for inputs that came as text: long numbers and versions keep their digits. */
  texts?: Record<string, string>
  /** Default sequential. */
  mode?: RunMode
  /** Parallel mode: what a failed step means for the others, default stop. */
  onFailure?: FailurePolicy
  /** Parallel mode: steps at once; 0 or absent for the number of CPUs. */
  concurrency?: number
  /** Ends the run early: children get TERM, grace, KILL; the status is `cancelled`. */
  signal?: AbortSignal
  /** After `signal`: ends the grace, KILL at once. */
  hurry?: AbortSignal
  /** Chosen by whoever must know it before the run starts. */
  runId?: string
  /** The run whose script or step asked for this one. */
  parentRunId?: string
  /** This process does nothing else: `cancel` may end it. Else it is asked to end the run. */
  ownsProcess?: boolean
  /** Default process. */
  durability?: Durability
  /** The run that this one is another try of. */
  retryOf?: string
  /** What it need not do, since that run has done it. */
  reused?: readonly ReusedStep[]
  /** What the keys of steps are made of in place of the run's own id: an earlier try's. */
  idempotencyBase?: string
  /** Where its scripts run, when that is not where the caller is. */
  cwd?: string
  /** What an earlier process did of this run: it is not done again. */
  past?: readonly RunEvent[]
}

/** What went wrong, as it stands in results and records. */
export interface DrawerError {
  code: string
  message: string
  remediation?: string
  /** The error inside: of an iteration, of a step of a drawer inside. */
  cause?: DrawerError
}

export type StepStatus = 'ok' | 'error' | 'timeout' | 'failed'

export interface StepRecord {
  id: string
  button?: string
  status: StepStatus
  /** 0 where it does not apply, -1 when nothing was started or it was killed. */
  exit_code: number
  /** Of the last attempt. */
  duration_ms: number
  queue_wait_ms?: number
  args?: Record<string, unknown>
  /** Absent when null. */
  output?: unknown
  stdout?: string
  stderr?: string
  error?: DrawerError
  /** Only above 1. */
  attempts?: number
  /** The run of a drawer inside. */
  nested_run_id?: string
  /** The run that did it, when that was an earlier try at this one. */
  reused_from?: string
}

export type DrawerStatus = 'ok' | 'failed' | 'cancelled'

/** The outcome of one run, as printed: whole and with secrets; the record on disk has neither. */
export interface DrawerResult {
  run_id: string
  drawer: string
  status: DrawerStatus
  started_at: string
  finished_at: string
  duration_ms: number
  inputs?: Record<string, unknown>
  /** Those that ran, in the order of the file. */
  steps: StepRecord[]
  failed_step?: string
  error?: DrawerError
  /** Not run, because a step they depend on failed. */
  skipped_steps?: string[]
  /** The values of `return`; absent when there is none. */
  output?: Record<string, unknown>
  /** Why `return` could not be evaluated; the run itself is no worse for it. */
  output_error?: DrawerError
}
