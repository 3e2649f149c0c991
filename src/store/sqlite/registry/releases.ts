// Published versions in SQLite. What decides between two who publish the same version is the
// constraint of the table, within one transaction.

import { formatTime } from '#core/time/format.ts'
import type { PackageKind } from '#spec/package.ts'
import type { Release } from '#spec/registry.ts'
import type { NewWake, ReleaseStore } from '../../registry.ts'
import { openWakeables } from './agents.ts'
import type { Tables } from './registry.ts'
import { openQueue } from './wakes.ts'

interface Row {
  name: string
  kind: PackageKind
  version: number
  description: string
  tags: string
  sha256: string
  content_hash: string
  size: number
  files: number
  drawer_kind: string | null
  flow_definition_sha256: string
  requires: string
  requires_batteries: string
  publisher_key: string
  signature: string
  published_by: string
  published_ms: number
  yanked_ms: number | null
}

export function openReleases(tables: Tables, hasBlob: (sha256: string) => boolean): ReleaseStore {
  const { database, now, read, write } = tables
  const findRow = database.prepare<Row, [string, number]>(
    'SELECT * FROM packages WHERE name = ? AND version = ?',
  )
  const latest = database.prepare<{ version: number | null }, [string]>(
    'SELECT max(version) AS version FROM packages WHERE name = ?',
  )
  const kindOf = database.prepare<{ kind: PackageKind }, [string]>(
    'SELECT kind FROM names WHERE name = ?',
  )
  const addName = database.prepare('INSERT OR IGNORE INTO names VALUES (?, ?)')
  const add = database.prepare(`INSERT INTO packages
    (name, kind, version, description, tags, sha256, content_hash, size, files, drawer_kind,
     flow_definition_sha256, requires, requires_batteries, publisher_key, signature, published_by,
     published_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const yank = database.prepare('UPDATE packages SET yanked_ms = ? WHERE name = ? AND version = ?')
  const list = database.prepare<Row, []>('SELECT * FROM packages')
  const change = database.prepare('UPDATE registry SET changes = changes + 1')
  const mark = database.prepare<{ mark: string }, []>(
    `SELECT id || '.' || changes AS mark FROM registry`,
  )
  const wakeables = openWakeables(tables)
  const enqueue = openQueue(tables)

  const insert = (release: Release) => {
    addName.run(release.name, release.kind)
    add.run(
      release.name,
      release.kind,
      release.version,
      release.description,
      JSON.stringify(release.tags),
      release.sha256,
      release.content_hash,
      release.size,
      release.files,
      release.flow ? 'flow' : null,
      release.flow_definition_sha256,
      JSON.stringify(release.requires),
      JSON.stringify(release.requires_batteries),
      release.publisher_key,
      release.signature,
      release.published_by,
      Date.parse(release.published_at),
    )
    change.run()
  }
  return {
    add: (release, tell) =>
      write(() => {
        const { name, version, kind, sha256 } = release
        if (findRow.get(name, version)) return 'exists'
        const known = kindOf.get(name)?.kind
        if (known !== undefined && known !== kind) return 'other-kind'
        if (!hasBlob(sha256)) return 'no-blob'
        insert(release)
        for (const wake of tell(wakeables()) satisfies NewWake[]) enqueue(wake)
        return 'added'
      }),
    find: (name, version) =>
      read(() => {
        const row = findRow.get(name, version)
        return row ? toRelease(row) : undefined
      }),
    findLatest: (name) => read(() => latest.get(name)?.version ?? undefined),
    findKind: (name) => read(() => kindOf.get(name)?.kind),
    list: () =>
      read(() => list.all().map((row) => ({ ...toRelease(row), yanked: row.yanked_ms !== null }))),
    mark: () => read(() => mark.get()!.mark),
    setYanked: (name, version, yanked) =>
      write(() => {
        const row = findRow.get(name, version)
        if (!row) return false
        if ((row.yanked_ms !== null) === yanked) return true
        yank.run(yanked ? now() : null, name, version)
        change.run()
        return true
      }),
  }
}

function toRelease(row: Row): Release {
  const { tags, requires, requires_batteries, drawer_kind, published_ms, ...rest } = row
  const { yanked_ms: _, seq: __, ...plain } = rest as typeof rest & { seq?: number }
  return {
    ...plain,
    flow: drawer_kind === 'flow',
    tags: JSON.parse(tags) as string[],
    requires: JSON.parse(requires) as Record<string, string>,
    requires_batteries: JSON.parse(requires_batteries) as string[],
    published_at: formatTime(published_ms),
  }
}
