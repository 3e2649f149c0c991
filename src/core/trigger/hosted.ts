// A trigger as the host works with it: those of buttons and of drawers in one form.

import type { Target } from '#spec/run.ts'
import type { TriggerSettings } from '#spec/webhook.ts'

export const hostedKinds = ['webhook', 'cron', 'watch'] as const
export type HostedKind = (typeof hostedKinds)[number]

export interface HostedTrigger {
  /** Names the trigger across restarts: dedupe, concurrency and last fires are kept under it. */
  lane: string
  target: Target
  /** What commands call it; drawers' webhooks have none. */
  id: string | undefined
  kind: HostedKind
  /** webhook: the URL path; watch: what is watched; '' for cron. */
  path: string
  settings: TriggerSettings
  /** webhook of a button: the shared secret. */
  token: string | undefined
  /** Of a button. */
  args: Readonly<Record<string, string>>
  /** webhook of a button: the arguments take values from the body. */
  mapBody: boolean
  /** Of a drawer, for cron and watch. */
  inputs: Readonly<Record<string, unknown>>
}

/** A trigger that is on disk and cannot work. */
export interface TriggerProblem {
  target: Target
  id: string | undefined
  why: string
}
