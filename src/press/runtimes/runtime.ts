// What a runtime is: the way one kind of button is carried out.

import type { HttpPlan } from '#core/http/plan.ts'
import type { Outcome } from '#core/press/classify.ts'
import type { Failure } from '#spec/errors.ts'
import type { PressPlan, OutputListener } from '#spec/press.ts'
import type { Host } from '#host/host.ts'
import type { RunClaim, Store, StoredButton } from '#store/store.ts'

export interface Job {
  plan: PressPlan
  stored: StoredButton
  host: Host
  store: Store
  batteries: Readonly<Record<string, string>>
  /** For HTTP buttons: what to send, or why nothing must be sent. */
  http?: HttpPlan | Failure | undefined
  runId: string
  /** What an effect of this run is known by, also when the run is tried again. */
  idempotencyKey: string
  /** Where the script's own steps are kept. */
  stepsPath: string
  signal?: AbortSignal | undefined
  /** Ends the grace that `signal` leaves. */
  hurry?: AbortSignal | undefined
  onOutput?: OutputListener | undefined
  /** `onOutput` wants everything as it comes. */
  live?: boolean
  /** Hears which process group works for this press. */
  onStart?: (group: number) => void
  /** Hears that the request of an HTTP button leaves. */
  onSend?: (() => void) | undefined
  /** Creates the progress file of this press and with it takes its place among the records. */
  claimProgress(): Promise<Pick<RunClaim, 'progressPath' | 'artifactsPath'>>
  /** A remark for people, on stderr. */
  warn(message: string): void
}

export interface Runtime {
  /** Carries the job out. What ran and failed is an outcome; nothing is thrown for it. */
  run(job: Job): Promise<Outcome>
  /** Where the interpreter is, for a dry run; undefined when there is none or none is needed. */
  locate?(host: Host): string | undefined
}
