// One run of one drawer: what is to be run, and what its steps share while it runs.

import type { Fold } from '#core/drawer/run/fold.ts'
import type { GivenInputs } from '#core/drawer/run/inputs.ts'
import type { RunMode } from '#spec/drawerPress.ts'
import type { Drawer } from '#spec/drawer.ts'
import type { RunEvent } from '#spec/drawerEvents.ts'
import type { FailurePolicy } from '#spec/press.ts'
import type { StoredDrawer } from '#store/store.ts'
import type { Tree } from './tree.ts'

export interface RunJob {
  stored: StoredDrawer
  given: GivenInputs
  /** What all keys of this run begin with. */
  prefix: string
  /** The drawers around it, outermost first, itself last. */
  stack: readonly string[]
  signal: AbortSignal
  mode: RunMode
  onFailure: FailurePolicy
  concurrency: number
  parentRunId?: string
}

/** A run under way. */
export interface Run {
  readonly tree: Tree
  readonly job: RunJob
  readonly runId: string
  readonly drawer: Drawer
  /** Inputs checked and typed as the drawer declares them. */
  readonly given: GivenInputs
  readonly fold: Fold
  /** Announces what is about to be true, and waits until that is kept. */
  emit(event: Announcement): Promise<void>
}

type Announced<Event> = Event extends RunEvent ? Omit<Event, 'run_id' | 'at_ms'> : never

/** An event without what every event of a run has. */
export type Announcement = Announced<RunEvent>
