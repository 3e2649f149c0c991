// A registry in SQLite and files: see ../../registry.ts for what it promises.

import type { Database } from 'bun:sqlite'
import { guard } from '#core/text/storage.ts'
import { fail } from '#spec/errors.ts'
import type { Host } from '#host/host.ts'
import type { RegistryStore } from '../../registry.ts'
import { openAgents } from './agents.ts'
import { openBlobs } from './blobs.ts'
import { openCodes, openNonces } from './once.ts'
import { openDevices } from './devices.ts'
import { openKeys } from './keys.ts'
import { databasePath, openRegistryDatabase } from './open.ts'
import { openReleases } from './releases.ts'
import { openWakes } from './wakes.ts'

/** What the tables share. */
export interface Tables {
  database: Database
  /** Epoch milliseconds. */
  now(): number
  /** Reads; what goes wrong is a STORAGE_ERROR. */
  read<T>(act: () => T): Promise<T>
  /** One transaction that nobody else writes beside; on stable storage when it resolves. */
  write<T>(act: () => T): Promise<T>
}

/** Throws STORAGE_ERROR, NOT_FOUND when there is none and none is to be made. */
export function openRegistryStore(host: Host, directory: string, make: boolean): RegistryStore {
  if (!make && !host.files.stat(databasePath(directory)))
    throw fail('NOT_FOUND', `There is no registry in "${directory}"`, {
      hint: 'buttons registry key create makes one',
    })
  const database = openRegistryDatabase(host, directory)
  const tables = openTables(database, host)
  const blobs = openBlobs(host, directory, tables)
  return {
    directory,
    releases: openReleases(tables, blobs.has),
    blobs,
    keys: openKeys(tables),
    devices: openDevices(tables),
    agents: openAgents(tables),
    nonces: openNonces(tables),
    codes: openCodes(tables),
    wakes: openWakes(tables),
    close: async () => {
      foldLog(database)
      database.close()
    },
  }
}

// So that a copy of the one file is all there is.
function foldLog(database: Database): void {
  try {
    database.run('PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)')
  } catch {
    // Another process uses it just now.
  }
}

function openTables(database: Database, { clock }: Host): Tables {
  return {
    database,
    now: clock.now,
    read: async (act) => guard('Cannot read the registry', act),
    write: async (act) =>
      guard('Cannot write to the registry', () => database.transaction(act).immediate()),
  }
}
