// Taking in a delivery: once per delivery id and lane. A sender that repeats one that failed gets a
// further attempt (serve.md 9.5).

import type { Database } from 'bun:sqlite'
import type { DeliveryPlan } from '#spec/delivery.ts'
import type { Acceptance, NewDelivery } from '../../inbox.ts'

export type Accept = (id: string, delivery: NewDelivery) => Acceptance

export function openAccept(database: Database): Accept {
  const insert = database.prepare(`INSERT INTO deliveries
    (id, lane, kind, target, source, path, method, query, headers, plan, body_bytes, provider,
     dedupe_key, received_ms, client, status, attempt, max_attempts, rerun, interrupted,
     next_attempt_ms, fence, run_id, replay_of)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'accepted', 0, ?, ?, 0, ?, 0, ?, NULL)`)
  const insertBody = database.prepare('INSERT INTO bodies VALUES (?, ?)')
  const noteFire = database.prepare('INSERT OR REPLACE INTO lanes VALUES (?, ?)')
  const findSame = database.prepare<{ id: string; status: string }, [string, string]>(
    'SELECT id, status FROM deliveries WHERE lane = ? AND dedupe_key = ?',
  )
  const again = database.prepare(`UPDATE deliveries SET status = 'accepted', interrupted = 0,
    max_attempts = attempt + ?, next_attempt_ms = ?, owner = NULL, finished_ms = NULL,
    error_code = NULL, error_message = NULL WHERE id = ?`)

  /** Lanes of webhooks are noted to the second: a flood must not write the same row all the time. */
  const noted = new Map<string, number>()
  const note = ({ lane, source, receivedMs }: NewDelivery) => {
    if (source === 'webhook' && receivedMs - (noted.get(lane) ?? -Infinity) < 1000) return
    noteFire.run(lane, receivedMs)
    noted.set(lane, receivedMs)
  }

  /** The plan of a webhook is one object for all that come while its trigger stays as it is. */
  const texts = new WeakMap<DeliveryPlan, string>()
  const textOf = (plan: DeliveryPlan): string => {
    const known = texts.get(plan)
    if (known !== undefined) return known
    const text = JSON.stringify(plan)
    texts.set(plan, text)
    return text
  }

  return (id, delivery) => {
    const { lane, dedupeKey, receivedMs, dueMs = receivedMs, maxAttempts, body } = delivery
    note(delivery)
    const same = dedupeKey === undefined ? null : findSame.get(lane, dedupeKey)
    if (same) {
      // What failed may be tried again; what runs or went well is not.
      if (['failed', 'dead', 'cancelled'].includes(same.status)) {
        again.run(maxAttempts, dueMs, same.id)
        return { kind: 'accepted', id: same.id }
      }
      return { kind: 'duplicate', id: same.id }
    }
    insert.run(
      id,
      lane,
      delivery.target.kind,
      delivery.target.name,
      delivery.source,
      delivery.path,
      delivery.method,
      JSON.stringify(delivery.query),
      JSON.stringify(delivery.headers),
      textOf(delivery.plan),
      body.length,
      delivery.provider ?? null,
      dedupeKey ?? null,
      receivedMs,
      delivery.client ?? null,
      maxAttempts,
      delivery.rerun ? 1 : 0,
      dueMs,
      delivery.runId ?? null,
    )
    if (body.length > 0) insertBody.run(id, body)
    return { kind: 'accepted', id }
  }
}
