// Taking back what dead hosts had claimed: it waits again, until it was cut short too often.

import type { Database } from 'bun:sqlite'
import { limits } from '#spec/limits.ts'
import type { Recovered } from '../../inbox.ts'
import type { Hosts } from './hosts.ts'

export type Recover = (hosts: Hosts, nowMs: number) => Recovered

export function openRecover(database: Database): Recover {
  const owners = database.prepare<{ owner: string; heartbeat: number }, []>(
    `SELECT owner, max(heartbeat_ms) AS heartbeat FROM deliveries WHERE status = 'running'
     GROUP BY owner`,
  )
  const lastAttempt = `rerun = 0 OR interrupted + 1 >= ${limits.interruptedAttempts}`
  const bury = database.prepare(
    `UPDATE deliveries SET status = 'dead', interrupted = interrupted + 1, owner = NULL,
     error_code = 'INTERRUPTED', error_message = 'Its host ended while it was running',
     finished_ms = ? WHERE status = 'running' AND owner = ? AND (${lastAttempt})`,
  )
  const again = database.prepare(
    `UPDATE deliveries SET status = 'accepted', interrupted = interrupted + 1, owner = NULL,
     next_attempt_ms = ? WHERE status = 'running' AND owner = ?`,
  )
  return (hosts, nowMs) => {
    const recovered: Recovered = { again: 0, dead: 0 }
    for (const { owner, heartbeat } of owners.all()) {
      if (owner === hosts.self || !hosts.isGone(owner, heartbeat)) continue
      recovered.dead += bury.run(nowMs, owner).changes
      recovered.again += again.run(nowMs, owner).changes
    }
    return recovered
  }
}
