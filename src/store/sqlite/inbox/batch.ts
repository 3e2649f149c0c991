// Group commit: acts that arrive together share one transaction, and nobody hears of an act before
// it is on stable storage. While a commit is waiting for the disk, the next ones gather.

import type { Database } from 'bun:sqlite'
import { storageError } from '#core/text/storage.ts'
import { fail, Failure } from '#spec/errors.ts'

export interface Batch {
  /** Runs an act inside a transaction; resolves once that is committed. Throws STORAGE_ERROR. */
  write<T>(act: () => T): Promise<T>
  /** Commits what has gathered; whatever comes later is refused. */
  close(): void
}

interface Waiting {
  act: () => unknown
  resolve: (value: never) => void
  reject: (error: unknown) => void
}

export function openBatch(
  database: Database,
  onCommit: (ms: number, acts: number) => void,
  monotonic: () => number,
): Batch {
  const step = (sql: string) => database.prepare(sql)
  const [begin, commit, rollback] = [step('BEGIN IMMEDIATE'), step('COMMIT'), step('ROLLBACK')]
  const [mark, keep, undo] = [step('SAVEPOINT act'), step('RELEASE act'), step('ROLLBACK TO act')]
  let waiting: Waiting[] = []

  // One act that cannot be done must not take the others with it.
  const perform = ({ act, reject, resolve }: Waiting): (() => void) => {
    mark.run()
    try {
      const value = act()
      keep.run()
      return () => resolve(value as never)
    } catch (error) {
      undo.run()
      keep.run()
      return () => reject(translate(error))
    }
  }
  const flush = () => {
    const acts = waiting
    waiting = []
    if (acts.length === 0) return
    const start = monotonic()
    try {
      begin.run()
      const answers = acts.map(perform)
      commit.run()
      onCommit(monotonic() - start, acts.length)
      for (const answer of answers) answer()
    } catch (error) {
      if (database.inTransaction) rollback.run()
      for (const { reject } of acts) reject(translate(error))
    }
  }
  let closed = false
  return {
    write: (act) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(fail('STORAGE_ERROR', 'Cannot write the inbox: it is closed'))
        waiting.push({ act, resolve, reject })
        // After the sockets have been read once more: whoever else has come by then is in it.
        if (waiting.length === 1) setImmediate(flush)
      }),
    close: () => {
      flush()
      closed = true
    },
  }
}

function translate(error: unknown): unknown {
  if (error instanceof Failure) return error
  return storageError('Cannot write the inbox', error)
}
