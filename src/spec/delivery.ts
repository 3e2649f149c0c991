// What waits to be run, is run, or was run without a person: webhooks, fires of schedules and
// watches, presses accepted for later, replays (serve.md 9.4).

import type { ErrorCode } from './errors.ts'
import type { RunMode } from './drawerPress.ts'
import type { FailurePolicy } from './press.ts'
import type { Target } from './run.ts'

export const deliveryStatuses = [
  'accepted',
  'running',
  'ok',
  'failed',
  'cancelled',
  'dead',
] as const
export type DeliveryStatus = (typeof deliveryStatuses)[number]

export const deliverySources = ['webhook', 'cron', 'watch', 'api', 'replay'] as const
export type DeliverySource = (typeof deliverySources)[number]

/** What is pressed and how, as it was decided when the delivery came. */
export interface DeliveryPlan {
  /** Of a button: fixed, or templates over the webhook. */
  args?: Record<string, string>
  map_body?: boolean
  /** Of a drawer that no webhook starts. */
  inputs?: Record<string, unknown>
  /** The same as texts, to be read as the drawer declares them. */
  texts?: Record<string, string>
  mode?: RunMode
  on_failure?: FailurePolicy
  concurrency?: number
  /** Of a button: fail when the output does not fit. */
  check_output?: boolean
  /** Whether the inputs hold the text of the body. */
  keep_raw?: boolean
  timeout_seconds?: number
  idempotency_key?: string
  retry?: unknown
}

/** A delivery without its body, as lists show it. Times are UTC texts. */
export interface Delivery {
  id: string
  kind: Target['kind']
  target: string
  source: DeliverySource
  path: string
  method: string
  query: Record<string, string>
  headers: Record<string, string>
  provider?: string
  received_at: string
  client?: string
  status: DeliveryStatus
  /** How often it was begun. */
  attempt: number
  max_attempts: number
  next_attempt_at?: string
  run_id?: string
  error_code?: string
  error_message?: string
  finished_at?: string
  replay_of?: string
  body_bytes: number
}

/** What a delivery that is over came to. */
export interface DeliveryOutcome {
  status: Exclude<DeliveryStatus, 'accepted' | 'running'>
  errorCode?: ErrorCode | string
  errorMessage?: string
}
