// What a list of the runs of one target is asked for, in the store's terms.

import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { RunPlace, StoredRunQuery } from '#store/store.ts'

interface Asked {
  limit?: string | undefined
  status?: string | undefined
  before?: string | undefined
}

/** Throws VALIDATION_ERROR for a `before` that is no time. */
export function toStoredQuery({ limit, status, before }: Asked): StoredRunQuery {
  return {
    limit: limit === undefined ? limits.apiRuns : Number(limit),
    ...(status !== undefined && { status }),
    ...(before !== undefined && { before: readCursor(before) }),
  }
}

// Records have the time they started, and nothing else that says where to go on.
function readCursor(text: string): RunPlace {
  const startedMs = Date.parse(text)
  if (!Number.isNaN(startedMs)) return { startedMs, key: '' }
  throw fail('VALIDATION_ERROR', `Cannot read the query: "before" is no time`)
}
