// Taking back what dead hosts had claimed: it waits again, until it was cut short too often. What its
// host had not come to begin was not cut short, or a delivery could be given up without ever running.

import type { Database } from 'bun:sqlite'
import { limits } from '#spec/limits.ts'
import type { Recovered } from '../../inbox.ts'
import type { Hosts } from './hosts.ts'
import type { Row } from './schema.ts'

export type Recover = (hosts: Hosts, nowMs: number) => Recovered

export function openRecover(database: Database, hasBegun: (runId: string) => boolean): Recover {
  const owners = database.prepare<{ owner: string; heartbeat: number }, []>(
    `SELECT owner, max(heartbeat_ms) AS heartbeat FROM deliveries WHERE status = 'running'
     GROUP BY owner`,
  )
  const claimed = database.prepare<Row, [string]>(
    `SELECT * FROM deliveries WHERE status = 'running' AND owner = ?`,
  )
  const bury = database.prepare(
    `UPDATE deliveries SET status = 'dead', interrupted = ?, owner = NULL,
     error_code = 'INTERRUPTED', error_message = 'Its host ended while it was running',
     finished_ms = ? WHERE id = ?`,
  )
  const again = database.prepare(
    `UPDATE deliveries SET status = 'accepted', interrupted = ?, owner = NULL,
     error_code = 'INTERRUPTED', next_attempt_ms = ? WHERE id = ?`,
  )
  const takeBack = (row: Row, nowMs: number): keyof Recovered => {
    const begun = row.run_id !== null && hasBegun(row.run_id)
    const interrupted = row.interrupted + (begun ? 1 : 0)
    const fate = isLast(row, interrupted) ? 'dead' : 'again'
    ;(fate === 'dead' ? bury : again).run(interrupted, nowMs, row.id)
    return fate
  }
  return (hosts, nowMs) => {
    const recovered: Recovered = { again: 0, dead: 0 }
    for (const { owner, heartbeat } of owners.all()) {
      if (owner === hosts.self || !hosts.isGone(owner, heartbeat)) continue
      for (const row of claimed.all(owner)) recovered[takeBack(row, nowMs)]++
    }
    return recovered
  }
}

// Whoever brings hosts down before anything begins is not tried for ever either.
function isLast({ rerun, attempt, max_attempts }: Row, interrupted: number): boolean {
  return (
    rerun === 0 ||
    interrupted >= limits.interruptedAttempts ||
    attempt >= max_attempts + limits.unbegunAttempts
  )
}
