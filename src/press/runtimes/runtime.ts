// What a runtime is: the way one kind of button is carried out.

import type { HttpPlan } from '#core/http/plan.ts'
import type { Outcome } from '#core/press/classify.ts'
import type { Failure } from '#spec/errors.ts'
import type { PressPlan, OutputListener } from '#spec/press.ts'
import type { Host } from '#host/host.ts'
import type { Store, StoredButton } from '#store/store.ts'

export interface Job {
  plan: PressPlan
  stored: StoredButton
  host: Host
  store: Store
  batteries: Readonly<Record<string, string>>
  /** For HTTP buttons: what to send, or why nothing must be sent. */
  http?: HttpPlan | Failure | undefined
  runId: string
  signal?: AbortSignal | undefined
  /** Ends the grace that `signal` leaves. */
  hurry?: AbortSignal | undefined
  onOutput?: OutputListener | undefined
  /** `onOutput` wants everything as it comes. */
  live?: boolean
  /** Creates the progress file of this press; undefined when it cannot be created. */
  claimProgress(): Promise<string | undefined>
  /** A remark for people, on stderr. */
  warn(message: string): void
}

export interface Runtime {
  /** Carries the job out. What ran and failed is an outcome; nothing is thrown for it. */
  run(job: Job): Promise<Outcome>
  /** Where the interpreter is, for a dry run; undefined when there is none or none is needed. */
  locate?(host: Host): string | undefined
}
