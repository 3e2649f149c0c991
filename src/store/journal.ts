// The journal of a drawer's run: each event is kept in it before what it announces is done, so that
// another process can go on where this one was killed.

import type { RunEvent } from '#spec/drawerEvents.ts'
import type { Durability } from '#spec/drawerPress.ts'
import type { HeldRun } from './store.ts'

export type Kept = Exclude<Durability, 'none'>

export interface Journal {
  /** How many events it holds, those of earlier processes included. */
  readonly length: number
  /**
   * Keeps an event; without a promise it is kept when this returns. With `disk`, what a step came
   * to is on the disk when the promise resolves. Throws STORAGE_ERROR.
   */
  append(event: RunEvent): Promise<void> | void
  /** The run has its record: makes it last as the journal would have. Throws STORAGE_ERROR. */
  handOver(recordFile: string): Promise<void>
  /** Nothing more is appended by this process. */
  close(): void
}

export interface JournalStore {
  /** Begins the journal of a run that this process holds, or goes on with it. Throws STORAGE_ERROR. */
  open(run: HeldRun, durability: Kept): Promise<Journal>
  /**
   * The events of a run that is not over; undefined when it keeps no journal. What was cut short at
   * the end is not there. Throws STORAGE_ERROR when anything before the end is damaged.
   */
  read(runId: string): Promise<RunEvent[] | undefined>
}
