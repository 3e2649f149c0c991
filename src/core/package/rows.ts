// The index of a registry: one row per published version, and which of them a request means
// (registry 5). The last row of a name is its newest version, whatever the numbers say.

import * as v from 'valibot'
import { fail } from '#spec/errors.ts'
import { type IndexRow, indexRowSchema, type PackageKind, packageKinds } from '#spec/package.ts'
import { parseJson } from '../text/json.ts'
import { describeIssue } from '../text/issue.ts'

/** Throws VALIDATION_ERROR for anything but a list of rows. */
export function readIndex(text: string): IndexRow[] {
  const json = parseJson(text)
  if (!json.ok) throw unreadable(json.why)
  const parsed = v.safeParse(v.nullable(v.array(indexRowSchema)), json.value)
  if (!parsed.success) throw unreadable(describeIssue(parsed.issues[0]))
  return (parsed.output ?? []).map((row) => ({
    name: row.name,
    kind: row.kind || 'button',
    version: row.version,
    tags: row.tags ?? [],
    sha256: (row.sha256 ?? '').toLowerCase(),
    content_hash: row.content_hash ?? '',
    yanked: row.yanked ?? false,
    publisher_key: row.publisher_key ?? '',
    signature: row.signature ?? '',
  }))
}

function unreadable(why: string) {
  return fail('VALIDATION_ERROR', `Cannot read the index of the registry: ${why}`)
}

/** The index by name, for many questions. */
export interface PackageIndex {
  /** The row of a version, or of the newest one. Throws NOT_FOUND or VALIDATION_ERROR. */
  get(name: string, version?: string): IndexRow & { kind: PackageKind }
  /** The newest row of every name, in the order of the index. */
  latest(): IndexRow[]
}

export function openIndex(rows: readonly IndexRow[]): PackageIndex {
  const byName = Map.groupBy(rows, ({ name }) => name)
  return {
    get: (name, version) => {
      const versions = byName.get(name) ?? []
      const row =
        version === undefined ? versions.at(-1) : versions.find((one) => one.version === version)
      if (!row) throw notFound(name, version)
      const { kind } = row
      if (!isKind(kind))
        throw fail(
          'VALIDATION_ERROR',
          `Cannot install "${name}": installing packages of kind "${kind}" is not implemented`,
        )
      return { ...row, kind }
    },
    latest: () => [...byName.values()].map((versions) => versions.at(-1)!),
  }
}

function isKind(kind: string): kind is PackageKind {
  return (packageKinds as readonly string[]).includes(kind)
}

function notFound(name: string, version: string | undefined) {
  const shown = version === undefined ? name : `${name}@${version}`
  return fail('NOT_FOUND', `package "${shown}" not found in registry`)
}
