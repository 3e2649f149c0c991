// What becomes of a claim, and of what is cancelled before there is one. Only the latest claim of a delivery counts: the fencing token tells.

import type { Database } from 'bun:sqlite'
import type { DeliveryOutcome } from '#spec/delivery.ts'
import type { Claim } from '../../inbox.ts'

export interface Settle {
  finish(owner: string, claim: Claim, outcome: DeliveryOutcome, nowMs: number): boolean
  retry(owner: string, claim: Claim, dueMs: number, outcome: DeliveryOutcome): boolean
  release(owner: string, claim: Claim, nowMs: number): boolean
  withdraw(runId: string, nowMs: number): boolean
}

export function openSettle(database: Database): Settle {
  const mine = `WHERE id = ? AND owner = ? AND fence = ? AND status = 'running'`
  const finish = database.prepare(`UPDATE deliveries SET status = ?, error_code = ?,
    error_message = ?, finished_ms = ?, owner = NULL ${mine}`)
  const again = database.prepare(`UPDATE deliveries SET status = 'accepted', error_code = ?,
    error_message = ?, next_attempt_ms = ?, owner = NULL ${mine}`)
  const withdraw = database.prepare(`UPDATE deliveries SET status = 'cancelled', finished_ms = ?
    WHERE run_id = ? AND status = 'accepted' AND attempt = 0`)
  return {
    finish: (owner, { id, fence }, { status, errorCode, errorMessage }, nowMs) =>
      finish.run(status, errorCode ?? null, errorMessage ?? null, nowMs, id, owner, fence)
        .changes === 1,
    retry: (owner, { id, fence }, dueMs, { errorCode, errorMessage }) =>
      again.run(errorCode ?? null, errorMessage ?? null, dueMs, id, owner, fence).changes === 1,
    release: (owner, { id, fence }, nowMs) =>
      again.run(null, null, nowMs, id, owner, fence).changes === 1,
    withdraw: (runId, nowMs) => withdraw.run(nowMs, runId).changes === 1,
  }
}
