// What is good for one use and a short time: challenges of devices and codes of logins, by hash.

import type { AuthCode, CodeStore, NonceStore } from '../../registry.ts'
import type { Tables } from './registry.ts'

/** Whoever asks for more pushes out the oldest. */
const mostNonces = 10_000

export function openNonces({ database, now, write }: Tables): NonceStore {
  const add = database.prepare('INSERT OR REPLACE INTO nonces VALUES (?, ?)')
  const expire = database.prepare('DELETE FROM nonces WHERE expires_ms <= ?')
  const evict = database.prepare(
    `DELETE FROM nonces WHERE rowid IN
     (SELECT rowid FROM nonces ORDER BY rowid DESC LIMIT -1 OFFSET ${mostNonces})`,
  )
  const spend = database.prepare('DELETE FROM nonces WHERE hash = ? AND expires_ms > ?')
  return {
    add: (hash, expiresMs) =>
      write(() => {
        expire.run(now())
        add.run(hash, expiresMs)
        evict.run()
      }),
    spend: (hash) => write(() => spend.run(hash, now()).changes > 0),
  }
}

interface Row {
  challenge: string
  owner_id: string
  desks: string
  label: string
  expires_ms: number
}

export function openCodes({ database, now, write }: Tables): CodeStore {
  const add = database.prepare('INSERT INTO auth_codes VALUES (?, ?, ?, ?, ?, ?)')
  const expire = database.prepare('DELETE FROM auth_codes WHERE expires_ms <= ?')
  const spend = database.prepare<Row, [string]>('DELETE FROM auth_codes WHERE hash = ? RETURNING *')
  return {
    add: (hash, { challenge, owner_id, desks, label, expiresMs }) =>
      write(() => {
        expire.run(now())
        add.run(hash, challenge, owner_id, JSON.stringify(desks), label, expiresMs)
      }),
    spend: (hash) =>
      write((): AuthCode | undefined => {
        const row = spend.get(hash)
        if (!row || row.expires_ms <= now()) return undefined
        const { desks, expires_ms: expiresMs, ...rest } = row
        return { ...rest, desks: JSON.parse(desks) as string[], expiresMs }
      }),
  }
}
