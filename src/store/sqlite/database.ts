// Opening state.db, and making it anew when it cannot be trusted (buttons.md 7.6, opening and 5).

import { constants, Database } from 'bun:sqlite'
import { limits } from '#spec/limits.ts'
import type { Host } from '#host/host.ts'
import { schema, schemaObjects, userVersion } from './schema.ts'

export interface Opened {
  database: Database
  /** Which file this is: another one may have taken the path since. */
  inode: bigint
}

export function databasePath(dataDirectory: string): string {
  return `${dataDirectory}/state.db`
}

/** The database, created when it is absent. Throws when it can be neither opened nor created. */
export function openDatabase(host: Host, dataDirectory: string): Opened {
  const path = databasePath(dataDirectory)
  return (
    openExisting(host, path) ??
    withLock(host, dataDirectory, () => {
      // Whoever held the lock before us may have made it already.
      return openExisting(host, path) ?? createDatabase(host, path)
    })
  )
}

/** Makes a damaged database anew, unless somebody else has done so meanwhile. */
export function repairDatabase(host: Host, dataDirectory: string): Opened {
  const path = databasePath(dataDirectory)
  return withLock(host, dataDirectory, () => {
    const existing = openExisting(host, path)
    if (existing && isSound(existing.database)) return existing
    existing?.database.close()
    return createDatabase(host, path)
  })
}

/** Undefined when the file is absent, not a database, or one of another version. */
export function openExisting(host: Host, path: string): Opened | undefined {
  const stat = host.files.stat(path)
  if (!stat) return undefined
  const database = new Database(path, constants.SQLITE_OPEN_READWRITE)
  try {
    // Waiting comes first: every later statement may meet another writer.
    database.run(`PRAGMA busy_timeout = ${limits.indexBusyMs}; PRAGMA synchronous = NORMAL`)
    if (readVersion(database) === userVersion) return { database, inode: stat.inode }
  } catch (error) {
    if (!isDamage(error)) {
      database.close()
      throw error
    }
  }
  database.close()
  return undefined
}

function readVersion(database: Database): unknown {
  return database.prepare('PRAGMA user_version').values()[0]?.[0]
}

function withLock<T>(host: Host, dataDirectory: string, act: () => T): T {
  const lock = host.locks.lockDirectory(dataDirectory)
  try {
    return act()
  } finally {
    lock.release()
  }
}

// Some file systems have no shared memory for a write-ahead log, which shows only when one is
// written; a rollback journal does as well.
function createDatabase(host: Host, path: string): Opened {
  try {
    return createWith('WAL', host, path)
  } catch {
    return createWith('DELETE', host, path)
  }
}

// The old log goes first: a database without its log is only old, a log without its database would
// be taken for the next one's. The file exists with its mode before SQLite opens it, which gives
// the log and the shared memory the same mode.
function createWith(journal: 'WAL' | 'DELETE', host: Host, path: string): Opened {
  for (const end of ['-wal', '-shm', '']) removeIfPossible(host, path + end)
  host.files.create(path, '', 0o600)
  const database = new Database(path, constants.SQLITE_OPEN_READWRITE)
  try {
    database.run(`PRAGMA busy_timeout = ${limits.indexBusyMs}; PRAGMA synchronous = NORMAL`)
    // Every press changes a little on some ten pages: small ones make a short log.
    database.run(`PRAGMA page_size = 1024; PRAGMA journal_mode = ${journal}`)
    database.run(`BEGIN IMMEDIATE; ${schema} COMMIT`)
    return { database, inode: host.files.stat(path)!.inode }
  } catch (error) {
    database.close()
    throw error
  }
}

// A directory in its place stays; creating or opening then says what is wrong.
function removeIfPossible(host: Host, path: string): void {
  try {
    host.files.remove(path)
  } catch {}
}

function isSound(database: Database): boolean {
  try {
    const [[count] = []] = database.prepare('SELECT count(*) FROM sqlite_schema').values()
    const [[verdict] = []] = database.prepare('PRAGMA integrity_check(1)').values()
    return count === schemaObjects && verdict === 'ok'
  } catch {
    return false
  }
}

/** Whether an error says that the file is no usable index, rather than that it is out of reach. */
export function isDamage(error: unknown): boolean {
  const code = String((error as { code?: unknown }).code)
  // A plain SQLITE_ERROR is a table or index that is not there.
  return code === 'SQLITE_ERROR' || /^SQLITE_(CORRUPT|NOTADB|SCHEMA|MISMATCH)/.test(code)
}

/** Folds the log into the database once it is long: whoever opens next has to read all of it. */
export function foldLog({ database }: Opened, host: Host, dataDirectory: string): void {
  const log = host.files.stat(`${databasePath(dataDirectory)}-wal`)
  if (!log || log.size < limits.indexLogBytes) return
  // Only if nobody is in the way; the next one will do it otherwise.
  database.run('PRAGMA busy_timeout = 0')
  try {
    database.run('PRAGMA wal_checkpoint(TRUNCATE)')
  } catch {
    // Somebody reads or writes just now.
  } finally {
    database.run(`PRAGMA busy_timeout = ${limits.indexBusyMs}`)
  }
}

/** Gives the room of deleted rows back to the file system. */
export function shrinkDatabase(database: Database): void {
  const [[free] = []] = database.prepare('PRAGMA freelist_count').values()
  if (Number(free) > 0) database.run('VACUUM')
  database.run('PRAGMA wal_checkpoint(TRUNCATE)')
}
