// Opening inbox.db: every commit is on stable storage before anybody hears of it.

import { constants, Database } from 'bun:sqlite'
import { storageError } from '#core/text/storage.ts'
import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { Host } from '#host/host.ts'
import { inboxSchema, inboxVersion } from './schema.ts'

/** Throws STORAGE_ERROR when the file cannot be used; nothing of it is ever thrown away. */
export function openInboxDatabase(host: Host, dataDirectory: string): Database {
  const path = `${dataDirectory}/inbox.db`
  const lock = host.locks.lockDirectory(dataDirectory)
  try {
    // With its mode before SQLite opens it: the log and the shared memory get the same.
    if (!host.files.stat(path)) host.files.create(path, '', 0o600)
    return prepare(path)
  } catch (error) {
    throw storageError(`Cannot open "${path}"`, error)
  } finally {
    lock.release()
  }
}

function prepare(path: string): Database {
  const database = new Database(path, constants.SQLITE_OPEN_READWRITE)
  try {
    database.run(`PRAGMA busy_timeout = ${limits.indexBusyMs}; PRAGMA synchronous = FULL`)
    database.run('PRAGMA journal_mode = WAL')
    const version = database.prepare('PRAGMA user_version').values()[0]?.[0]
    if (version === 0) database.run(`BEGIN IMMEDIATE; ${inboxSchema} COMMIT`)
    else if (version !== inboxVersion) throw otherVersion(path, version)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function otherVersion(path: string, version: unknown) {
  const why = `its layout is ${String(version)}, this program knows ${inboxVersion}`
  return fail('STORAGE_ERROR', `Cannot open "${path}": ${why}`, {
    hint: 'Use the version of buttons that made it, or move the file away',
  })
}
