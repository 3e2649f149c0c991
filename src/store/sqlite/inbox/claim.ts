// Handing out what is due: lane by lane in turn, the oldest of each lane, never more of a lane at
// once than it may have. Every claim counts an attempt before anything is run.

import type { Database } from 'bun:sqlite'
import type { DeliveryPlan, DeliverySource } from '#spec/delivery.ts'
import type { Claim, ClaimRequest } from '../../inbox.ts'
import type { Row } from './schema.ts'

// The id that was promised when it was accepted; that of a run which was cut short by the death of
// its host.
const keepsRun = `run_id IS NOT NULL AND (attempt = 0 OR error_code = 'INTERRUPTED')`

export type ClaimDue = (owner: string, nowMs: number, request: ClaimRequest) => Claim[]

export function openClaim(database: Database): ClaimDue {
  const nextLane = database.prepare<{ lane: string }, [string]>(
    `SELECT lane FROM deliveries WHERE status = 'accepted' AND lane > ? ORDER BY lane LIMIT 1`,
  )
  const oldest = database.prepare<{ id: string }, [string, number]>(
    `SELECT id FROM deliveries WHERE status = 'accepted' AND lane = ? AND next_attempt_ms <= ?
     ORDER BY next_attempt_ms, id LIMIT 1`,
  )
  const countRunning = database.prepare<{ count: number }, [string]>(
    `SELECT count(*) AS count FROM deliveries WHERE status = 'running' AND lane = ?`,
  )
  const take = database.prepare<Row, [string, number, string, string]>(
    `UPDATE deliveries SET status = 'running', attempt = attempt + 1, fence = fence + 1, owner = ?,
     heartbeat_ms = ?, run_id = CASE WHEN ${keepsRun} THEN run_id ELSE ? END,
     error_code = NULL, error_message = NULL, finished_ms = NULL WHERE id = ? RETURNING *`,
  )
  const readBody = database.prepare<{ body: Uint8Array }, [string]>(
    'SELECT body FROM bodies WHERE id = ?',
  )
  /** The lane served last: the next turn begins behind it. */
  let last = ''

  const waitingLanes = () => {
    const lanes: string[] = []
    for (let lane = nextLane.get(''); lane; lane = nextLane.get(lane.lane)) lanes.push(lane.lane)
    const from = lanes.findIndex((lane) => lane > last)
    return from <= 0 ? lanes : [...lanes.slice(from), ...lanes.slice(0, from)]
  }
  return (owner, nowMs, { slots, newRunId, concurrencyOf }) => {
    const claims: Claim[] = []
    let lanes = slots > 0 ? waitingLanes() : []
    while (lanes.length > 0 && claims.length < slots) {
      // Those that gave something are asked again in the next round.
      const giving: string[] = []
      for (const lane of lanes) {
        if (claims.length >= slots) break
        const most = concurrencyOf(lane)
        if (most !== undefined && countRunning.get(lane)!.count >= most) continue
        const found = oldest.get(lane, nowMs)
        if (!found) continue
        const row = take.get(owner, nowMs, newRunId(), found.id)!
        claims.push(toClaim(row, readBody.get(row.id)?.body))
        giving.push(lane)
        last = lane
      }
      lanes = giving
    }
    return claims
  }
}

function toClaim(row: Row, body: Uint8Array | undefined): Claim {
  return {
    id: row.id,
    lane: row.lane,
    target: { kind: row.kind, name: row.target },
    source: row.source as DeliverySource,
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    runId: row.run_id!,
    fence: row.fence,
    path: row.path,
    method: row.method,
    query: JSON.parse(row.query) as Record<string, string>,
    headers: JSON.parse(row.headers) as Record<string, string>,
    body: body ?? new Uint8Array(),
    receivedMs: row.received_ms,
    replayed: row.replay_of !== null,
    plan: JSON.parse(row.plan) as DeliveryPlan,
  }
}
