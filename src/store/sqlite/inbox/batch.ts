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
  let waiting: Waiting[] = []

  /** Values of all acts once they are committed; throws when one of them cannot be done. */
  const commitAll = (acts: readonly Waiting[]): void => {
    const start = monotonic()
    begin.run()
    const values = acts.map(({ act }) => act())
    commit.run()
    onCommit(monotonic() - start, acts.length)
    acts.forEach(({ resolve }, index) => resolve(values[index] as never))
  }
  const tryAll = (acts: readonly Waiting[]): void => {
    try {
      commitAll(acts)
    } catch (error) {
      if (database.inTransaction) rollback.run()
      // One act that cannot be done must not take the others with it.
      if (acts.length > 1 && !isBroken(error)) for (const act of acts) tryAll([act])
      else for (const { reject } of acts) reject(translate(error))
    }
  }
  const flush = () => {
    const acts = waiting
    waiting = []
    if (acts.length > 0) tryAll(acts)
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

/** The disk or the file is at fault, not an act: trying one by one would only take longer. */
function isBroken(error: unknown): boolean {
  const code = String((error as { code?: unknown }).code)
  return /^SQLITE_(BUSY|FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB)/.test(code)
}

function translate(error: unknown): unknown {
  if (error instanceof Failure) return error
  return storageError('Cannot write the inbox', error)
}
