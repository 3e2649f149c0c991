// The run index in state.db. Opened on first use and kept open; never closed on purpose, since the
// last one to close would have to write the whole log back, and leaving does no harm.

import type { Host } from '#host/host.ts'
import type { RunIndex } from '../runIndex.ts'
import type { StoredRunQuery } from '../store.ts'
import { apply, gather } from './apply.ts'
import { choose, chooseById } from './choose.ts'
import {
  databasePath,
  foldLog,
  isDamage,
  type Opened,
  openDatabase,
  openExisting,
  repairDatabase,
  shrinkDatabase,
} from './database.ts'
import { type Index, reconcile } from './reconcile.ts'

export function openRunIndex(host: Host, dataDirectory: string): RunIndex {
  let opened: Opened | undefined
  const current = () => {
    if (opened && !isStillThere(host, dataDirectory, opened)) opened = undefined
    return (opened ??= openDatabase(host, dataDirectory))
  }
  // Damage may show only when a page is read: then the file is made anew, and the act repeated.
  const use = <T>(act: (index: Index) => T): T => {
    try {
      return act({ ...current(), host, dataDirectory })
    } catch (error) {
      if (!isDamage(error)) throw error
      opened?.database.close()
      opened = undefined
      opened = repairDatabase(host, dataDirectory)
      return act({ ...opened, host, dataDirectory })
    }
  }
  return {
    warm: () => void (opened ??= openExisting(host, databasePath(dataDirectory))),
    write: (list) => {
      const changes = gather(list)
      use(({ database }) => apply(database, changes))
      foldLog(current(), host, dataDirectory)
    },
    list: (query) => {
      const runs = use((index) => listRuns(index, query))
      foldLog(current(), host, dataDirectory)
      return runs
    },
    find: (runId) => use((index) => findRun(index, runId)),
    shrink: () => {
      use((index) => reconcile(index, {}))
      use(({ database }) => shrinkDatabase(database))
    },
  }
}

// Deleted by hand or made anew by another process: what we hold open is no longer the index.
function isStillThere(host: Host, dataDirectory: string, { database, inode }: Opened): boolean {
  if (host.files.stat(databasePath(dataDirectory))?.inode === inode) return true
  database.close()
  return false
}

function listRuns(index: Index, query: StoredRunQuery) {
  reconcile(index, query)
  const first = choose(index, query)
  if (!first.mended) return first.runs
  reconcile(index, query)
  return choose(index, query).runs
}

// Most runs that somebody asks for are known already: only else all folders are looked at.
function findRun(index: Index, runId: string) {
  const known = chooseById(index, runId)
  if (known) return known
  reconcile(index, {})
  return chooseById(index, runId)
}
