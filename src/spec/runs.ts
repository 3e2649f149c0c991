// Runs by their handle: what is kept of one while it is in progress, and what lists, waiters and
// people are told of any of them. Finished runs are their records (spec/run.ts, spec/drawerRun.ts).

import * as v from 'valibot'
import type { DrawerRequest } from './drawerPress.ts'
import type { PressRequest } from './press.ts'

/** What a list of runs may say and be filtered by. Buttons end as `error`, drawers as `failed`. */
export const runStates = [
  'running',
  'waiting',
  'interrupted',
  'ok',
  'error',
  'timeout',
  'cancelled',
  'failed',
] as const

export const activeStates = ['running', 'waiting', 'interrupted'] as const
export type ActiveState = (typeof activeStates)[number]

const text = v.nullish(v.string())

/** The entry of a run in progress: lines of JSON, later ones change what earlier ones said. */
export const activeFileSchema = v.looseObject({
  run_id: v.string(),
  target: v.pipe(v.string(), v.regex(/^(button|drawer)\/./)),
  started_at: v.string(),
  pid: v.number(),
  status: v.picklist(activeStates),
  parent_run_id: text,
  retry_of: text,
  detached: v.nullish(v.boolean()),
  shared: v.nullish(v.boolean()),
  idempotency_key: text,
  args: v.nullish(v.record(v.string(), v.unknown())),
  sent: v.nullish(v.boolean()),
  groups: v.array(v.number()),
  group_steps: v.optional(v.record(v.string(), v.optional(v.string()))),
  durability: text,
  cwd: text,
  unfinished: v.nullish(v.boolean()),
  record: text,
  cancel_requested: text,
  interrupted_at: text,
})

export interface ActiveEntry {
  run_id: string
  /** `button/<name>`, `drawer/<name>` */
  target: string
  started_at: string
  /** Of the process that holds the run. */
  pid: number
  status: ActiveState
  /** The run whose script or step pressed this one. */
  parent_run_id?: string
  /** The run whose finished steps this one takes over. */
  retry_of?: string
  /** It lives apart from whoever pressed it. */
  detached?: boolean
  /** Its process does other things as well: it is asked to stop, never signalled to death. */
  shared?: boolean
  /** Without secrets. */
  args?: Record<string, unknown>
  idempotency_key?: string
  /** The process groups that worked for it lately. */
  groups: number[]
  /** Which step of a drawer each of them was started for. */
  group_steps?: Record<string, string | undefined>
  /** The request of an HTTP button was sent. */
  sent?: boolean
  /** There is something left to do once it has its record: it failed, and that is to be handled. */
  unfinished?: boolean
  /** Where the scripts of a drawer run, also when it is resumed from elsewhere. */
  cwd?: string
  /** What it survives; absent when it keeps no journal. */
  durability?: string
  /** The record's file relative to the data directory, once there is one. */
  record?: string
  cancel_requested?: string
  /** When somebody noticed that its process was gone. */
  interrupted_at?: string
}

/** One line of a list of runs. */
export interface RunHandle {
  /** Absent in records of older releases. */
  run_id?: string
  target: string
  status: string
  started_at: string
  finished_at?: string
  duration_ms?: number
  exit_code?: number
  error_type?: string
  failed_step?: string
  parent_run_id?: string
  retry_of?: string
  pid?: number
  detached?: boolean
  args?: Record<string, unknown>
}

export interface RunsQuery {
  target?: string
  status?: string
  /** Epoch milliseconds: runs that started then or later. */
  sinceMs?: number
  parent?: string
  limit: number
  /** The `next` of the page before. */
  cursor?: string
  /** Those that were accepted and have not begun, which only a host knows. */
  accepted?: readonly RunHandle[]
}

export interface RunPage {
  runs: RunHandle[]
  /** Absent runs are older: pass it on to get them. */
  next: string | null
}

/** What a detached process is to do. It travels in a private file, never in an argument. */
export type DetachedRequest =
  | { kind: 'button'; request: Omit<PressRequest, 'signal' | 'hurry' | 'onOutput' | 'onQueue'> }
  | { kind: 'drawer'; request: Omit<DrawerRequest, 'signal' | 'hurry' | 'past'> }

/** The same, of a run that an earlier process has begun. */
export interface DetachedResume {
  kind: 'resume'
  name: string
}

/** What whoever detached a run is told at once. */
export interface DetachedRun {
  run_id: string
  target: string
  /** Of its process; absent for one on another host. */
  pid?: number
  started_at: string
}

/** How a run ended: what the press itself would have printed. */
export interface RunOutcome {
  run_id: string
  target: string
  status: string
  ok: boolean
  /** A press result or drawer result; absent when the run never began. */
  data?: unknown
  error?: { code: string; message: string; hint?: string }
  /** It was an answer from the idempotency cache. */
  cached?: boolean
}

export interface ScriptStep {
  key: string
  exit_code: number
  started_at: string
  duration_ms: number
}
