// What a list of runs is asked for, in the store's terms, and the cursor that continues it.

import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { StoredRun } from '#core/run/stored.ts'
import type { RunPlace, StoredRunQuery } from '#store/store.ts'

interface Asked {
  limit?: string | undefined
  status?: string | undefined
  before?: string | undefined
}

/** Throws VALIDATION_ERROR for a cursor that is none. */
export function toStoredQuery({ limit, status, before }: Asked): StoredRunQuery {
  return {
    limit: limit === undefined ? limits.apiRuns : Number(limit),
    ...(status !== undefined && { status }),
    ...(before !== undefined && { before: readCursor(before) }),
  }
}

/** Continues a list behind this run. */
export function cursorOf({ run, file }: StoredRun): string {
  return `${Date.parse(run.started_at)}.${Buffer.from(file).toString('base64url')}`
}

// A time alone will do as well: whoever pages by hand has nothing else.
function readCursor(text: string): RunPlace {
  const match = /^(\d{1,15})\.([A-Za-z0-9_-]+)$/.exec(text)
  if (match)
    return { startedMs: Number(match[1]), key: Buffer.from(match[2]!, 'base64url').toString() }
  const startedMs = Date.parse(text)
  if (!Number.isNaN(startedMs)) return { startedMs, key: '' }
  throw fail('VALIDATION_ERROR', `Cannot read the query: "before" is neither a cursor nor a time`)
}
