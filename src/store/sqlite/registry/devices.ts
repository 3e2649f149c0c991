// Devices of a registry in SQLite, the tokens by which they enrol, and the nonces of their requests.

import { formatTime } from '#core/time/format.ts'
import type { Device, RegistryDeviceStore } from '../../registry.ts'
import type { Tables } from './registry.ts'

interface Row {
  device_id: string
  pubkey: string
  owner_id: string
  namespace: string | null
  host_kind: string
  enrolled_ms: number
  revoked_ms: number | null
  last_seen_ms: number | null
  slug: string | null
}

interface TokenRow {
  owner_id: string
  namespace: string | null
  expires_ms: number
  device_id: string | null
}

const select = `SELECT devices.*,
  (SELECT slug FROM agents WHERE agents.device_id = devices.device_id LIMIT 1) AS slug FROM devices`

export function openDevices({ database, now, read, write }: Tables): RegistryDeviceStore {
  const addToken = database.prepare(
    'INSERT INTO enroll_tokens (hash, owner_id, namespace, expires_ms) VALUES (?, ?, ?, ?)',
  )
  const token = database.prepare<TokenRow, [string]>('SELECT * FROM enroll_tokens WHERE hash = ?')
  const spend = database.prepare(
    'UPDATE enroll_tokens SET used_ms = ?, device_id = ? WHERE hash = ? AND device_id IS NULL',
  )
  const add = database.prepare(
    `INSERT OR IGNORE INTO devices (device_id, pubkey, owner_id, namespace, host_kind, enrolled_ms)
     VALUES (?, ?, ?, ?, ?, ?)`,
  )
  const byId = database.prepare<Row, [string]>(`${select} WHERE device_id = ?`)
  const all = database.prepare<Row, []>(`${select} ORDER BY enrolled_ms, device_id`)
  const revoke = database.prepare(
    'UPDATE devices SET revoked_ms = ? WHERE device_id = ? AND revoked_ms IS NULL',
  )
  const seen = database.prepare('UPDATE devices SET last_seen_ms = ? WHERE device_id = ?')
  const note = database.prepare('INSERT OR IGNORE INTO request_nonces VALUES (?, ?, ?)')
  const forget = database.prepare('DELETE FROM request_nonces WHERE expires_ms < ?')
  const find = (deviceId: string) => {
    const row = byId.get(deviceId)
    return row ? toDevice(row) : undefined
  }
  return {
    addToken: (hash, { owner_id, namespace, expiresMs }) =>
      write(() => void addToken.run(hash, owner_id, namespace ?? null, expiresMs)),
    findToken: (hash) =>
      read(() => {
        const row = token.get(hash)
        if (!row) return undefined
        const { owner_id, namespace, expires_ms: expiresMs, device_id } = row
        return {
          owner_id,
          namespace: namespace ?? undefined,
          expiresMs,
          device_id: device_id ?? undefined,
        }
      }),
    enroll: (tokenHash, { device_id, pubkey, owner_id, namespace, host_kind }) =>
      write(() => {
        if (token.get(tokenHash)?.device_id !== null || byId.get(device_id)) return false
        add.run(device_id, pubkey, owner_id, namespace ?? null, host_kind, now())
        spend.run(now(), device_id, tokenHash)
        return true
      }),
    find: (deviceId) => read(() => find(deviceId)),
    list: () =>
      read(() =>
        all.all().map((row) => {
          const { pubkey: _, ...device } = toDevice(row)
          return device
        }),
      ),
    revoke: (deviceId) =>
      write(() => {
        revoke.run(now(), deviceId)
        return find(deviceId)
      }),
    seen: (deviceId) => write(() => void seen.run(now(), deviceId)),
    noteRequest: (deviceId, nonce, keptMs) =>
      write(() => {
        forget.run(now())
        seen.run(now(), deviceId)
        return note.run(deviceId, nonce, now() + keptMs).changes > 0
      }),
  }
}

function toDevice(row: Row): Device {
  const { device_id, pubkey, owner_id, namespace, host_kind, slug } = row
  const { enrolled_ms, last_seen_ms, revoked_ms } = row
  return {
    device_id,
    pubkey,
    owner_id,
    ...(namespace !== null && { namespace }),
    host_kind,
    ...(slug !== null && { slug }),
    enrolled_at: formatTime(enrolled_ms),
    ...(last_seen_ms !== null && { last_seen_at: formatTime(last_seen_ms) }),
    ...(revoked_ms !== null && { revoked_at: formatTime(revoked_ms) }),
  }
}
