// The line of events for agents in SQLite. Only the newest event of a package waits for an agent.

import type { PublishedEvent } from '#spec/registry.ts'
import type { NewWake, Wake, WakeStore } from '../../registry.ts'
import type { Tables } from './registry.ts'

/** Puts an event into the line; for use within a transaction. */
export function openQueue({ database, now }: Tables): (wake: NewWake) => void {
  const forget = database.prepare('DELETE FROM wake_queue WHERE slug = ? AND package = ?')
  const add = database.prepare(
    'INSERT INTO wake_queue (slug, package, event, attempts, next_ms) VALUES (?, ?, ?, 0, ?)',
  )
  return ({ slug, event }) => {
    forget.run(slug, event.button.name)
    add.run(slug, event.button.name, JSON.stringify(event), now())
  }
}

interface Row {
  id: number
  slug: string
  event: string
  attempts: number
  wake_url: string
  wake_token: string
}

export function openWakes({ database, now, read, write }: Tables): WakeStore {
  const due = database.prepare<Row, [number, number]>(
    `SELECT id, slug, event, attempts, wake_url, wake_token FROM wake_queue JOIN agents USING (slug)
     WHERE next_ms <= ? ORDER BY next_ms, id LIMIT ?`,
  )
  const lease = database.prepare(
    'UPDATE wake_queue SET attempts = attempts + 1, next_ms = ? WHERE id = ?',
  )
  const done = database.prepare('DELETE FROM wake_queue WHERE id = ?')
  const later = database.prepare('UPDATE wake_queue SET next_ms = ? WHERE id = ?')
  const next = database.prepare<{ next: number | null }, []>(
    'SELECT min(next_ms) AS next FROM wake_queue',
  )
  return {
    claim: async (leaseMs, most) => {
      if ((await read(() => next.get()?.next ?? Infinity)) > now()) return []
      return write(() => {
        const rows = due.all(now(), most)
        for (const { id } of rows) lease.run(now() + leaseMs, id)
        return rows.map(toWake)
      })
    },
    done: (id) => write(() => void done.run(id)),
    retry: (id, afterMs) => write(() => void later.run(now() + afterMs, id)),
    nextInMs: () =>
      read(() => {
        const ms = next.get()?.next
        return typeof ms === 'number' ? Math.max(0, ms - now()) : undefined
      }),
  }
}

function toWake({ id, slug, event, attempts, wake_url, wake_token }: Row): Wake {
  return {
    id,
    slug,
    event: JSON.parse(event) as PublishedEvent,
    attempts: attempts + 1,
    url: wake_url,
    token: wake_token,
  }
}
