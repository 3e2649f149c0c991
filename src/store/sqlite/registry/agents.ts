// Registered agents in SQLite: who holds which name, and where they are woken.

import { everyDesk } from '#spec/registry.ts'
import type { RegisteredAgent, RegisteredAgentStore, Wakeable } from '../../registry.ts'
import type { Tables } from './registry.ts'

type Row = RegisteredAgent & { failing: number }

export function openAgents({ database, now, read, write }: Tables): RegisteredAgentStore {
  const bySlug = database.prepare<Row, [string]>('SELECT * FROM agents WHERE slug = ?')
  const isRevoked = database.prepare(
    'SELECT 1 FROM devices WHERE device_id = ? AND revoked_ms IS NOT NULL',
  )
  const save = database.prepare(
    'INSERT OR REPLACE INTO agents VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?)',
  )
  const fails = database.prepare('UPDATE agents SET failing = 1 WHERE slug = ?')
  const forget = database.prepare('DELETE FROM wake_queue WHERE slug = ?')
  return {
    find: (slug) => read(() => bySlug.get(slug) ?? undefined),
    save: (agent) =>
      write(() => {
        const { slug, device_id, owner_id } = agent
        const holder = bySlug.get(slug)
        const same = holder?.device_id === device_id
        const freed = holder?.owner_id === owner_id && isRevoked.get(holder.device_id) !== null
        if (holder && !same && !freed) return 'taken'
        // A receiver keeps the token it was given once; another device gets its own.
        const token = same ? holder.wake_token : agent.wake_token
        const { tunnel_id, agent_id, principal, wake_url } = agent
        const values = [tunnel_id, agent_id, principal, wake_url, token]
        save.run(slug, device_id, owner_id, ...values, now())
        return same ? 'updated' : 'created'
      }),
    markFailing: (slug) =>
      write(() => {
        fails.run(slug)
        forget.run(slug)
      }),
  }
}

/** Agents that can be woken, with the desks their owners may read; for use within a transaction. */
export function openWakeables({ database }: Tables): () => Wakeable[] {
  const live = database.prepare<
    { slug: string; owner_id: string; namespace: string | null },
    []
  >(`SELECT slug, agents.owner_id, namespace FROM agents JOIN devices USING (device_id)
     WHERE failing = 0 AND wake_url != '' AND revoked_ms IS NULL`)
  const desks = database.prepare<{ desks: string }, [string]>(
    'SELECT desks FROM keys WHERE owner_id = ? AND revoked_ms IS NULL',
  )
  return () =>
    live.all().map(({ slug, owner_id, namespace }) => ({
      slug,
      owner_id,
      namespace: namespace ?? undefined,
      // A token without a desk lets its device belong to all of them.
      desks:
        namespace === null
          ? [everyDesk]
          : [namespace, ...desks.all(owner_id).flatMap((row) => JSON.parse(row.desks) as string[])],
    }))
}
