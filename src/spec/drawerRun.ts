// What one press of a drawer leaves on disk, as drawers.md 7.2 describes it. Readers take what
// older releases wrote, so nothing is required here.

import * as v from 'valibot'
import type { DrawerError } from './drawerPress.ts'
import type { FailurePolicy } from './press.ts'

const text = v.nullish(v.string())
const whole = v.nullish(v.number())

const stepRunSchema = v.looseObject({
  id: text,
  status: text,
  error: v.nullish(v.looseObject({ code: text, message: text })),
})

const innerPressSchema = v.object({
  step: v.string(),
  button: v.string(),
  status: v.string(),
  exit_code: v.number(),
  duration_ms: v.number(),
  error_type: v.optional(v.string()),
})

/** What a step inside a loop or branch pressed; what it gave is in the output of the step around. */
export type InnerPress = v.InferOutput<typeof innerPressSchema>

export const drawerRunFileSchema = v.looseObject({
  drawer_name: text,
  run_id: text,
  started_at: text,
  finished_at: text,
  duration_ms: whole,
  status: text,
  inputs: v.nullish(v.record(v.string(), v.unknown())),
  steps: v.nullish(v.array(stepRunSchema)),
  inner_presses: v.nullish(v.array(innerPressSchema)),
  error_type: text,
  error: v.nullish(v.looseObject({ code: v.string(), message: v.string() })),
  failed_step: text,
  skipped_steps: v.nullish(v.array(v.string())),
  output: v.optional(v.unknown()),
  parent_run_id: text,
  retry_of: text,
  idempotency_base: text,
  mode: text,
  on_failure: text,
  concurrency: whole,
})

/** The record of one step; whatever else the step kind stores is in it as well. */
export interface StepRun {
  id: string
  status: string
  error?: { code?: string; message?: string }
  [key: string]: unknown
}

/** A stored press of a drawer as read back, keys in writing order. */
export interface DrawerRun {
  drawer_name: string
  run_id?: string
  started_at: string
  finished_at: string
  duration_ms: number
  /** `ok`, `failed`, `cancelled` */
  status: string
  inputs?: Record<string, unknown>
  steps: StepRun[]
  /** In the order in which they ended; the newest when there are very many. */
  inner_presses?: InnerPress[]
  error_type?: string
  /** Why it failed, whole. */
  error?: DrawerError
  failed_step?: string
  skipped_steps?: string[]
  /** The values of `return`. */
  output?: unknown
  /** The run that this one was a step or the error handler of. */
  parent_run_id?: string
  /** The run that this one was another try of. */
  retry_of?: string
  /** What the idempotency keys of its steps were made of, when that was not its id. */
  idempotency_base?: string
  /** Only when it was not sequential, with the two that go with it. */
  mode?: 'parallel'
  on_failure?: FailurePolicy
  concurrency?: number
}
