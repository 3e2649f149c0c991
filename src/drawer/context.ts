// What the engine that runs drawers is handed.

import type { RunEvent } from '#spec/drawerEvents.ts'
import type { Environment } from '#spec/env.ts'
import type { PressRequest } from '#spec/press.ts'
import type { PressResult, Target } from '#spec/run.ts'
import type { Clock, Random } from '#host/host.ts'
import type { Store, StoredButton } from '#store/store.ts'

export interface DrawerContext {
  store: Store
  clock: Clock
  random: Random
  env: Environment
  cpus: number
  /** Presses a button by the one pipeline. */
  press(request: PressRequest, known: KnownToRun): Promise<PressResult>
  /** Lower-case hex SHA-256 of a text. */
  hash(text: string): string
  /**
   * Takes each event before what it announces is done, in order; the engine waits for it. When it
   * fails the run ends: nothing is done that nobody could find again.
   */
  emit(event: RunEvent): Promise<void> | void
  /** The hash of what pressing a target does; for runs that somebody may go on with. */
  pin?: ((target: Target) => Promise<string>) | undefined
  /** Hears when the run begins to wait, and when it works again. */
  onWaiting?: (waiting: boolean) => void
  /** A remark for people, on stderr; never a failure. */
  warn(message: string): void
}

/** What a run has read once for all its steps. */
export interface KnownToRun {
  batteries: Readonly<Record<string, string>>
  findButton(name: string): Promise<StoredButton | undefined>
}
