// Pressing a button under an id that a process which died may have begun with: nothing of that is at
// work any more, and what its script had finished as steps is not done again.

import { parseTarget } from '#core/run/active.ts'
import type { StoredRun } from '#core/run/stored.ts'
import { fail } from '#spec/errors.ts'
import type { PressRequest } from '#spec/press.ts'
import type { PressResult } from '#spec/run.ts'
import { findRun } from './find.ts'
import { endOrphans } from './orphans.ts'
import { readOutcome } from './outcome.ts'
import type { Rooms } from './rooms.ts'

/**
 * The result of the press, or of the earlier one when that came to its end. Throws what a press
 * throws, and RUN_ACTIVE while somebody runs it.
 */
export async function pressButtonAgain(
  request: PressRequest & { runId: string },
  rooms: Rooms,
): Promise<PressResult> {
  const { runId } = request
  const found = await findRun(runId, rooms)
  if (!found) return rooms.press(request)
  if (found.state === 'stored') return tell(found.stored, rooms)
  const { entry } = found.active
  if (parseTarget(entry.target).kind === 'drawer') throw active(runId, 'it is one of a drawer')
  const held = await rooms.store.active.adopt(runId)
  if (held === 'held') throw active(runId, 'it is running')
  // Ended between two looks.
  if (held === undefined) return pressButtonAgain(request, rooms)
  try {
    await endOrphans(entry, rooms)
    return await rooms.press(request)
  } finally {
    held.end()
  }
}

async function tell(stored: StoredRun, rooms: Rooms): Promise<PressResult> {
  const { data, error } = await readOutcome(stored, rooms)
  if (data) return data as PressResult
  const why = error?.message ?? stored.run.status
  throw fail('RUN_FINISHED', `Cannot press again under run ${stored.run.run_id}: it ended: ${why}`)
}

function active(runId: string, why: string) {
  return fail('RUN_ACTIVE', `Cannot press again under run ${runId}: ${why}`, {
    hint: `buttons wait ${runId}`,
  })
}
