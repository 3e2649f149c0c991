// JSON files: read with their reason when they cannot be, replaced whole, changed under a lock.

import * as v from 'valibot'
import { fail } from '#spec/errors.ts'
import type { Host } from '#host/host.ts'
import { parseJson } from '#core/text/json.ts'
import { describeIssue } from '#core/text/issue.ts'
import { guard } from '#core/text/storage.ts'
import { parentOf } from './place.ts'

/** The checked content of a JSON file, or undefined when it is absent. Throws STORAGE_ERROR. */
export function findJson<S extends v.GenericSchema>(
  host: Host,
  path: string,
  schema: S,
): v.InferOutput<S> | undefined {
  const text = guard(`Cannot read "${path}"`, () => host.files.findText(path))
  if (text === undefined) return undefined
  const json = parseJson(text)
  if (!json.ok) throw unreadable(path, json.why)
  // An array would pass for an object without keys, and be replaced by one.
  if (Array.isArray(json.value)) throw unreadable(path, 'it must be an object')
  const parsed = v.safeParse(schema, json.value)
  if (!parsed.success) throw unreadable(path, describeIssue(parsed.issues[0]))
  return parsed.output
}

function unreadable(path: string, why: string) {
  return fail('STORAGE_ERROR', `Cannot read "${path}": ${why}`, {
    hint: 'Mend the file or move it away',
  })
}

/** Writes a JSON file whole, 2-space indent. Throws STORAGE_ERROR. */
export function writeJson(host: Host, path: string, value: unknown, end = ''): void {
  guard(`Cannot write "${path}"`, () =>
    host.files.replace(path, JSON.stringify(value, null, 2) + end, 0o600),
  )
}

/** Runs a read-modify-write while holding the lock of the file's directory (D52). */
export function withDirectoryLock<T>(host: Host, path: string, act: () => T): T {
  const directory = parentOf(path)
  const lock = guard(`Cannot lock "${directory}"`, () => {
    host.files.makeDirectory(directory, 0o700)
    return host.locks.lockDirectory(directory)
  })
  try {
    return act()
  } finally {
    lock.release()
  }
}
