// One run by its id, wherever it is by now.

import type { StoredRun } from '#core/run/stored.ts'
import { findRunId } from '#core/run/id.ts'
import { fail } from '#spec/errors.ts'
import type { ActiveRun } from '#store/store.ts'
import type { Rooms } from './rooms.ts'

export type FoundRun =
  { state: 'active'; active: ActiveRun } | { state: 'stored'; stored: StoredRun }

export async function findRun(
  runId: string,
  { store }: Pick<Rooms, 'store'>,
): Promise<FoundRun | undefined> {
  if (findRunId(runId) === undefined) return undefined
  // A run that ends while we look is first in one place, then in the other, never in neither.
  const active = await store.active.find(runId)
  if (active) return { state: 'active', active }
  const stored = await store.runs.find(runId)
  return stored && { state: 'stored', stored }
}

/** Throws NOT_FOUND. */
export async function getRun(
  runId: string,
  what: string,
  rooms: Pick<Rooms, 'store'>,
): Promise<FoundRun> {
  const found = await findRun(runId, rooms)
  if (found) return found
  throw fail('NOT_FOUND', `Cannot ${what} run "${runId}": no such run`, {
    hint: 'buttons runs lists the newest',
  })
}
