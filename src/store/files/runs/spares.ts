// Files of pruned records, kept by a host for the records that come next: on many file systems making
// and removing files costs more than everything else about a record.

import { limits } from '#spec/limits.ts'
import type { Host } from '#host/host.ts'

export interface Spares {
  /** Takes a file out of its folder's sight instead of removing it; false: it is still there. */
  keep(directory: string, path: string): boolean
  /** Whether a name in a folder is that of a kept file. */
  holds(directory: string, name: string): boolean
  /** Puts content at a path that must be free: false when it is taken, undefined without a spare. */
  place(directory: string, path: string, content: string): boolean | undefined
  /** Removes what nobody has used since the last time; whether some are left. */
  dropUnused(): boolean
  /** Removes all, and keeps nothing more. */
  close(): void
}

/** What is kept of one folder. */
interface Pool {
  /** Names, the oldest first. */
  names: Set<string>
  /** The fewest there were since the last look: those had no use. */
  unused: number
}

/** `onKeep`: something is there to be dropped when nobody uses it. */
export function openSpares(host: Host, onKeep: () => void): Spares {
  const pools = new Map<string, Pool>()
  let made = 0
  let closed = false
  const remove = (directory: string, { names }: Pool, count: number) => {
    for (const name of [...names].slice(0, count)) {
      names.delete(name)
      removeQuietly(host, `${directory}/${name}`)
    }
  }
  const take = (pool: Pool): string | undefined => {
    const [name] = pool.names
    if (name === undefined) return undefined
    pool.names.delete(name)
    pool.unused = Math.min(pool.unused, pool.names.size)
    return name
  }
  return {
    keep: (directory, path) => {
      const pool = pools.get(directory) ?? { names: new Set(), unused: 0 }
      if (closed || pool.names.size >= limits.spareFiles) return false
      // Prune takes it for what a killed press has left, should nobody come back for it.
      const name = `.tmp-${process.pid}-${made++}-5a`
      try {
        host.files.rename(path, `${directory}/${name}`)
      } catch {
        return false
      }
      pool.names.add(name)
      pools.set(directory, pool)
      onKeep()
      return true
    },
    holds: (directory, name) => pools.get(directory)?.names.has(name) === true,
    place: (directory, path, content) => {
      const pool = pools.get(directory)
      if (!pool) return undefined
      for (let name = take(pool); name !== undefined; name = take(pool)) {
        const spare = `${directory}/${name}`
        const reused = host.files.reuse(spare, path, content)
        if (reused === 'done') return true
        if (reused === 'taken') {
          pool.names.add(name)
          return false
        }
        removeQuietly(host, spare)
      }
      return undefined
    },
    dropUnused: () => {
      for (const [directory, pool] of pools) {
        remove(directory, pool, pool.unused)
        pool.unused = pool.names.size
        if (pool.names.size === 0) pools.delete(directory)
      }
      return pools.size > 0
    },
    close: () => {
      closed = true
      for (const [directory, pool] of pools) remove(directory, pool, pool.names.size)
      pools.clear()
    },
  }
}

/** Removes what hosts that were killed have kept in a folder; never throws. */
export function removeLeftSpares(host: Host, directory: string): void {
  try {
    for (const { name, kind } of host.files.list(directory)) {
      const pid = kind === 'file' ? spareName.exec(name)?.[1] : undefined
      if (pid !== undefined && !host.processes.isAlive(Number(pid)))
        removeQuietly(host, `${directory}/${name}`)
    }
  } catch {
    // They are in nobody's way.
  }
}

const spareName = /^\.tmp-(\d+)-\d+-5a$/

function removeQuietly(host: Host, path: string): void {
  try {
    host.files.remove(path)
  } catch {
    // Pruning finds it an hour later, and the next host before.
  }
}
