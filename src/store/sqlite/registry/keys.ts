// Keys of a registry in SQLite: their hashes, never themselves. Read for every request, so that one
// that is revoked, by whichever process, is refused at once.

import { formatTime } from '#core/time/format.ts'
import type { RegistryKey, RegistryRole } from '#spec/registry.ts'
import type { KeyStore } from '../../registry.ts'
import type { Tables } from './registry.ts'

interface Row {
  id: string
  hash: string
  role: RegistryRole
  desks: string
  label: string
  owner_id: string
  created_ms: number
  revoked_ms: number | null
  last_used_ms: number | null
}

const touchPauseMs = 60_000

export function openKeys({ database, now, read, write }: Tables): KeyStore {
  const add = database.prepare(
    'INSERT INTO keys (id, hash, role, desks, label, owner_id, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const byHash = database.prepare<Row, [string]>('SELECT * FROM keys WHERE hash = ?')
  const byId = database.prepare<Row, [string]>('SELECT * FROM keys WHERE id = ?')
  const all = database.prepare<Row, []>('SELECT * FROM keys ORDER BY created_ms, id')
  const first = database.prepare('SELECT 1 FROM keys LIMIT 1')
  const revoke = database.prepare(
    'UPDATE keys SET revoked_ms = ? WHERE id = ? AND revoked_ms IS NULL',
  )
  const touch = database.prepare('UPDATE keys SET last_used_ms = ? WHERE id = ?')
  const touched = new Map<string, number>()
  return {
    add: ({ id, hash, role, desks, label, owner_id }) =>
      write(() => void add.run(id, hash, role, JSON.stringify(desks), label, owner_id, now())),
    findByHash: (hash) =>
      read(() => {
        const row = byHash.get(hash)
        return row ? { ...toKey(row), hash: row.hash } : undefined
      }),
    list: () => read(() => all.all().map(toKey)),
    any: () => read(() => first.get() !== null),
    revoke: (id) =>
      write(() => {
        revoke.run(now(), id)
        const row = byId.get(id)
        return row ? toKey(row) : undefined
      }),
    touch: async (id) => {
      if (now() - (touched.get(id) ?? 0) < touchPauseMs) return
      touched.set(id, now())
      try {
        await write(() => void touch.run(now(), id))
      } catch {
        // On a full disk packages can still be read.
      }
    },
  }
}

function toKey(row: Row): RegistryKey {
  const { id, role, desks, label, owner_id, created_ms, last_used_ms, revoked_ms } = row
  return {
    id,
    role,
    desks: JSON.parse(desks) as string[],
    label,
    owner_id,
    created_at: formatTime(created_ms),
    ...(last_used_ms !== null && { last_used_at: formatTime(last_used_ms) }),
    ...(revoked_ms !== null && { revoked_at: formatTime(revoked_ms) }),
  }
}
