// What the history needs of an index: it follows the record files and chooses among them. Whoever
// implements it may lose everything it holds; the files bring it back.

import type { FileMark } from '#core/run/row.ts'
import type { StoredRun } from '#core/run/stored.ts'
import type { Target } from '#spec/run.ts'
import type { StoredRunQuery } from './store.ts'

export interface RunIndex {
  /** Opens what is there, so that `write` finds it open. Creates nothing, never throws. */
  warm(): void
  /** Follows what was done to the files, all in one transaction. Throws when it cannot. */
  write(changes: readonly IndexChange[]): void
  /** Brings the folders in scope up to date and answers. Throws when only a scan can answer. */
  list(query: StoredRunQuery): StoredRun[]
  /** The run of an id. Throws when only a scan can answer. */
  find(runId: string): StoredRun | undefined
  /** Follows the files and gives back the room of what is gone. Throws when it cannot. */
  shrink(): void
}

export type IndexChange =
  | {
      kind: 'recorded'
      target: Target
      /** Absent when the new record had to make room itself. */
      record?: { stored: StoredRun; mark: FileMark }
      /** Record files that are gone, relative to the data directory. */
      pruned: string[]
    }
  /** The target is gone with its files. */
  | { kind: 'forgotten'; target: Target }
