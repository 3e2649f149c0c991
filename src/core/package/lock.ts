// buttons-lock.json: which versions are installed (registry 2.2). Keys nobody knows survive, at the
// top and in every entry.

import * as v from 'valibot'
import { type Lock, type LockEntry, lockEntrySchema, lockFileSchema } from '#spec/package.ts'
import { describeIssue } from '../text/issue.ts'
import { formatPackageFile, readPackageFile, unreadable } from './manifest.ts'
import { splitPackageName, unscoped } from './name.ts'
import { isExactVersion, isRequest } from './version.ts'

const file = 'buttons-lock.json'

export const emptyLock: Lock = { dependencies: {}, others: {} }

/** Throws VALIDATION_ERROR: one bad entry is a bad file. */
export function readLock(text: string): Lock {
  const { schema_version: _, dependencies, ...others } = readPackageFile(file, text)
  const parsed = v.safeParse(lockFileSchema, { dependencies })
  if (!parsed.success) throw unreadable(file, describeIssue(parsed.issues[0]))
  const entries = (parsed.output.dependencies ?? {}) as Record<string, LockEntry>
  for (const [name, entry] of Object.entries(entries)) checkEntry(name, entry)
  return { dependencies: entries, others }
}

function checkEntry(name: string, { requested, version }: LockEntry): void {
  if (!splitPackageName(name)) throw unreadable(file, unscoped(name).message)
  const words = (key: string, value: string) => `"${key}" of "${name}" must be ${value}`
  if (!isRequest(requested))
    throw unreadable(file, words('requested', `latest or a whole number, got "${requested}"`))
  if (!isExactVersion(version))
    throw unreadable(file, words('version', `a whole number, got "${version}"`))
}

export function formatLock({ dependencies, others }: Lock): string {
  const entries = Object.entries(dependencies).map(([name, entry]) => [name, orderEntry(entry)])
  return formatPackageFile(Object.fromEntries(entries) as object, others)
}

const known = Object.keys(lockEntrySchema.entries) as (keyof LockEntry)[]

function orderEntry(entry: LockEntry): Record<string, unknown> {
  const ordered = known.filter((key) => entry[key] !== undefined).map((key) => [key, entry[key]])
  return { ...Object.fromEntries(ordered), ...unknownKeys(entry) }
}

/** The keys of an entry that nobody here knows; they stay with a package through its versions. */
export function unknownKeys(entry: LockEntry | undefined): Record<string, unknown> {
  const others = Object.entries(entry ?? {}).filter(
    ([key]) => !known.includes(key as keyof LockEntry),
  )
  return Object.fromEntries(others)
}
