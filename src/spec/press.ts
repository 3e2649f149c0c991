// What a surface asks for when it wants a button pressed, and the plan made of it.

import type { Button } from './button.ts'
import type { PressResult } from './run.ts'

export interface PressRequest {
  /** The name as typed; lookup slugs it. */
  name: string
  /** Argument values by name, as text. */
  args: Record<string, string>
  /** Instead of `args`: `key=value` texts as typed, read once the button is known. */
  argTexts?: readonly string[]
  /** Overrides the button's own timeout when above 0. */
  timeoutSeconds?: number
  idempotencyKey?: string
  idempotencyTtlMs?: number
  /** Drawer steps are recorded by their drawer. */
  record?: boolean
  /** Check stdout against output_schema and fail the press when it does not fit. */
  checkOutput?: boolean
  /** Keep the queue slot until the app settles, when the answer is out; else until it is recorded. */
  holdSlot?: boolean
  /** Ends the press early: TERM, grace, KILL; the result is `cancelled`. */
  signal?: AbortSignal
  /** Makes `signal` abort, for who wants that from another process. */
  cancel?: () => void
  /** After `signal`: ends the grace, KILL at once. */
  hurry?: AbortSignal
  /** Receives the child's output as it comes. */
  onOutput?: OutputListener
  /** Whoever listens is in no hurry: a script that is over at once need not hand over piece by piece. */
  unhurried?: boolean
  /** Hears where the child writes its progress, before it starts. */
  onProgressPath?: (path: string) => void
  /** Hears when it begins to wait for a slot of its queue, and when that is over. */
  onQueue?: (waits: boolean) => void
  /** Chosen by whoever must know it before the run starts. */
  runId?: string
  /** The run whose script asked for this one; by default what the environment says. */
  parentRunId?: string
  /** The run that this one is another try of. */
  retryOf?: string
  /** This process does nothing else: `cancel` may end it. Else it is asked to end the press. */
  ownsProcess?: boolean
  /** Hand `onOutput` only what may be stored: without secrets. */
  redactOutput?: boolean
  /** Keep in the record what is needed to answer whoever asks later as this press answers now. */
  keepAnswer?: boolean
  /** Variables for the child that the caller adds, by full name; they beat the button's own. */
  variables?: Readonly<Record<string, string>>
}

export type StreamName = 'stdout' | 'stderr'
export type OutputListener = (stream: StreamName, bytes: Uint8Array) => void

export interface QueuePlan {
  name: string
  concurrency: number
  /** The key with its arguments filled in; empty when presses share one pool. */
  key: string
  /** Arguments the key refers to and nobody gave. */
  absent?: string[]
}

/** What people may see of a request: header values are masked, other secrets taken out. */
export interface RequestDescription {
  /** After substitution, with its fragment. */
  url: string
  method: string
  headers: Record<string, string>
  body?: string
}

/** Everything decided before anything happens; `--dry-run` prints it, a press carries it out. */
export interface PressPlan {
  button: Button
  /** Canonical runtime name, or the unknown word the button carries. */
  runtime: string
  timeoutMs: number
  args: Record<string, string>
  /** Arguments nobody declared: passed on, but worth a warning. */
  undeclared: string[]
  /** The button's own variables and BUTTONS_ARG_*; without batteries and progress path. */
  env: Record<string, string>
  /** Values of arguments declared secret. */
  secrets: string[]
  queue?: QueuePlan
  missingBatteries: string[]
  /** For HTTP buttons: the request, without what is secret in it. */
  http?: RequestDescription
}

/** What a dry run prints. */
export interface PressDescription {
  button: string
  runtime: string
  /** Seconds. */
  timeout: number
  /** Values declared secret read `[redacted]`. */
  args: Record<string, string>
  /** Of everything but HTTP buttons. */
  env?: Record<string, string>
  url?: string
  method?: string
  /** Values masked. */
  headers?: Record<string, string>
  body?: string
  queue?: { name: string; concurrency: number; key: string }
  /** Keys only. */
  batteries: string[]
  missing_batteries?: string[]
  /** Absolute path; absent when it is missing or nothing runs. */
  interpreter?: string
}

export const failurePolicies = ['continue', 'stop'] as const
export type FailurePolicy = (typeof failurePolicies)[number]

/** Several buttons pressed side by side, without arguments. */
export interface SmashRequest {
  /** As typed. */
  names: readonly string[]
  /** How many at once. */
  concurrency: number
  onFailure: FailurePolicy
  timeoutSeconds?: number
  signal?: AbortSignal
}

/** What came of one of them: a result, why it could not be pressed, or that it was not begun. */
export type SmashItem =
  | { button: string; result: PressResult }
  | { button: string; error: string }
  | { button: string; skipped: true }

export interface SmashResult {
  /** In the order of the names. */
  results: SmashItem[]
  total: number
  failures: number
}
