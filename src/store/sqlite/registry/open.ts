// Opening registry.db: every commit is on stable storage before anybody hears of it.

import { constants, Database } from 'bun:sqlite'
import { storageError } from '#core/text/storage.ts'
import { fail, Failure } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { Host } from '#host/host.ts'
import { registrySchema, registryVersion } from './schema.ts'

export function databasePath(directory: string): string {
  return `${directory}/registry.db`
}

/** Throws STORAGE_ERROR when the file cannot be used; nothing of it is ever thrown away. */
export function openRegistryDatabase(host: Host, directory: string): Database {
  const path = databasePath(directory)
  try {
    host.files.makeDirectory(directory, 0o700)
    const lock = host.locks.lockDirectory(directory)
    try {
      // With its mode before SQLite opens it: the log and the shared memory get the same.
      if (!host.files.stat(path)) host.files.create(path, '', 0o600)
      const database = prepare(path, host)
      host.files.syncDirectory(directory)
      return database
    } finally {
      lock.release()
    }
  } catch (error) {
    if (error instanceof Failure) throw error
    throw fail('STORAGE_ERROR', storageError(`Cannot open "${path}"`, error).message, {
      hint: 'Nothing in it is ever thrown away: put it right, or restore it from a copy',
      cause: error,
    })
  }
}

function prepare(path: string, { random }: Host): Database {
  const database = new Database(path, constants.SQLITE_OPEN_READWRITE)
  try {
    database.run(`PRAGMA busy_timeout = ${limits.indexBusyMs}; PRAGMA synchronous = FULL`)
    database.run('PRAGMA journal_mode = WAL')
    const version = database.prepare('PRAGMA user_version').values()[0]?.[0]
    if (version === 0) create(database, random.bytes(16).toHex())
    else if (version !== registryVersion) throw otherVersion(path, version)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function create(database: Database, id: string): void {
  database.transaction(() => {
    database.run(registrySchema)
    database.prepare('INSERT INTO registry VALUES (?, 0)').run(id)
  })()
}

function otherVersion(path: string, version: unknown) {
  const why = `its layout is ${String(version)}, this program knows ${registryVersion}`
  return fail('STORAGE_ERROR', `Cannot open "${path}": ${why}`, {
    hint: 'Use the version of buttons that made it, or move the folder away',
  })
}
