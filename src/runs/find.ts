// One run by its id, wherever it is by now.

import type { StoredRun } from '#core/run/stored.ts'
import { findRunId } from '#core/run/id.ts'
import { fail } from '#spec/errors.ts'
import type { ActiveRun } from '#store/store.ts'
import type { Rooms } from './rooms.ts'

export type FoundRun =
  { state: 'active'; active: ActiveRun } | { state: 'stored'; stored: StoredRun }

/** Throws NOT_FOUND. */
export async function getRun(
  runId: string,
  what: string,
  { store }: Pick<Rooms, 'store'>,
): Promise<FoundRun> {
  // A run that ends while we look is first in one place, then in the other, never in neither.
  const known = findRunId(runId) !== undefined
  const active = known ? await store.active.find(runId) : undefined
  if (active) return { state: 'active', active }
  const stored = known ? await store.runs.find(runId) : undefined
  if (stored) return { state: 'stored', stored }
  throw fail('NOT_FOUND', `Cannot ${what} run "${runId}": no such run`, {
    hint: 'buttons runs lists the newest',
  })
}
