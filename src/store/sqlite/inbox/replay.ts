// Running an earlier delivery again: a new one with the content of the old one (serve.md 9.4).

import type { Database } from 'bun:sqlite'
import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { Row } from './schema.ts'

export type Replay = (id: string, newId: string, nowMs: number) => void

export function openReplay(database: Database): Replay {
  const find = database.prepare<Row, [string]>('SELECT * FROM deliveries WHERE id = ?')
  const hasBody = database.prepare<{ found: number }, [string]>(
    'SELECT 1 AS found FROM bodies WHERE id = ?',
  )
  const copy = database.prepare(
    `INSERT INTO deliveries
     SELECT ?1, lane, kind, target, 'replay', path, method, query, headers, plan, body_bytes,
       provider, NULL, received_ms, client, 'accepted', 0, 
       max(1, min(${limits.retryAttempts}, CAST(coalesce(json_extract(plan, '$.retry.max_attempts'), 1)
       AS INTEGER))), 1, 0,
       ?2, NULL, 0, NULL, NULL, NULL, NULL, NULL, ?3
     FROM deliveries WHERE id = ?3`,
  )
  const copyBody = database.prepare('INSERT INTO bodies SELECT ?1, body FROM bodies WHERE id = ?2')
  return (id, newId, nowMs) => {
    const row = find.get(id)
    if (!row)
      throw fail('NOT_FOUND', `Cannot replay "${id}": no such delivery`, {
        hint: 'buttons webhook deliveries lists them',
      })
    if (row.body_bytes > 0 && !hasBody.get(id))
      throw fail('VALIDATION_ERROR', `Cannot replay "${id}": its body is no longer kept`)
    copy.run(newId, nowMs, id)
    copyBody.run(newId, id)
  }
}
