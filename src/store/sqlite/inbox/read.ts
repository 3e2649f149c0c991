// Looking into the inbox, without bodies: lists, one delivery, how much waits.

import type { Database } from 'bun:sqlite'
import { formatTime } from '#core/time/format.ts'
import type { Delivery, DeliverySource, DeliveryStatus } from '#spec/delivery.ts'
import type { DeliveryQuery, InboxStats } from '../../inbox.ts'
import type { Row } from './schema.ts'

export interface Read {
  list(query: DeliveryQuery): Delivery[]
  find(id: string): Delivery | undefined
  findByRun(runId: string): Delivery | undefined
  listPromised(limit: number): Delivery[]
  stats(): InboxStats
  lastFires(): ReadonlyMap<string, number>
  isBusy(lane: string): boolean
}

export function openRead(database: Database): Read {
  const find = database.prepare<Row, [string]>('SELECT * FROM deliveries WHERE id = ?')
  const findByRun = database.prepare<Row, [string]>(
    'SELECT * FROM deliveries WHERE run_id = ? ORDER BY id DESC LIMIT 1',
  )
  const promised = database.prepare<Row, [number]>(
    `SELECT * FROM deliveries WHERE run_id IS NOT NULL AND status = 'accepted' AND attempt = 0
     ORDER BY id DESC LIMIT ?`,
  )
  const list = database.prepare<Row, [string | null, string | null, string | null, number]>(
    `SELECT * FROM deliveries WHERE (?1 IS NULL OR status = ?1) AND (?2 IS NULL OR target = ?2)
     AND (?3 IS NULL OR id < ?3) ORDER BY id DESC LIMIT ?4`,
  )
  const pending = database.prepare<
    { count: number; bytes: number | null; oldest: number | null },
    []
  >(
    `SELECT count(*) AS count, sum(body_bytes) AS bytes, min(received_ms) AS oldest
     FROM deliveries WHERE status = 'accepted'`,
  )
  const running = database.prepare<{ count: number }, []>(
    `SELECT count(*) AS count FROM deliveries WHERE status = 'running'`,
  )
  const fires = database.prepare<{ lane: string; last_ms: number }, []>('SELECT * FROM lanes')
  const busy = database.prepare<{ busy: number }, [string]>(
    `SELECT EXISTS (SELECT 1 FROM deliveries WHERE status = 'accepted' AND lane = ?1)
     OR EXISTS (SELECT 1 FROM deliveries WHERE status = 'running' AND lane = ?1) AS busy`,
  )
  return {
    isBusy: (lane) => busy.get(lane)!.busy === 1,
    list: ({ status, target, before, limit }) =>
      list.all(status ?? null, target ?? null, before ?? null, limit).map(toDelivery),
    find: (id) => describe(find.get(id)),
    findByRun: (runId) => describe(findByRun.get(runId)),
    listPromised: (limit) => promised.all(limit).map(toDelivery),
    stats: () => {
      const { count, bytes, oldest } = pending.get()!
      return {
        pending: count,
        running: running.get()!.count,
        bytes: bytes ?? 0,
        ...(oldest !== null && { oldestMs: oldest }),
      }
    },
    lastFires: () => new Map(fires.all().map(({ lane, last_ms }) => [lane, last_ms])),
  }
}

function describe(row: Row | null): Delivery | undefined {
  return row ? toDelivery(row) : undefined
}

function toDelivery(row: Row): Delivery {
  return {
    id: row.id,
    kind: row.kind,
    target: row.target,
    source: row.source as DeliverySource,
    path: row.path,
    method: row.method,
    query: JSON.parse(row.query) as Record<string, string>,
    headers: JSON.parse(row.headers) as Record<string, string>,
    ...(row.provider !== null && { provider: row.provider }),
    received_at: formatTime(row.received_ms),
    ...(row.client !== null && { client: row.client }),
    status: row.status as DeliveryStatus,
    attempt: row.attempt,
    max_attempts: row.max_attempts,
    ...(row.status === 'accepted' && { next_attempt_at: formatTime(row.next_attempt_ms) }),
    ...(row.run_id !== null && { run_id: row.run_id }),
    ...(row.error_code !== null && { error_code: row.error_code }),
    ...(row.error_message !== null && { error_message: row.error_message }),
    ...(row.finished_ms !== null && { finished_at: formatTime(row.finished_ms) }),
    ...(row.replay_of !== null && { replay_of: row.replay_of }),
    body_bytes: row.body_bytes,
  }
}
