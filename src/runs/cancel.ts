// Ending a run from outside. Its own process does it properly, so it is asked first; one that does
// not answer is ended by force, and its record written here.

import { parseTarget } from '#core/run/active.ts'
import type { StoredRun } from '#core/run/stored.ts'
import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { ActiveRun } from '#store/store.ts'
import { closeRun } from './close.ts'
import { getRun } from './find.ts'
import type { Rooms } from './rooms.ts'

export interface CancelAnswer {
  run_id: string
  target: string
  status: 'cancelled'
  /** It had been cancelled before. */
  already?: true
}

type Look = Pick<Rooms, 'host' | 'store'>

/**
 * Ends a run with everything it started; when this returns, it is over. Throws NOT_FOUND,
 * RUN_FINISHED for one that ended by itself, RUN_ACTIVE for one that cannot be reached.
 */
export async function cancelRun(runId: string, rooms: Look): Promise<CancelAnswer> {
  const found = await getRun(runId, 'cancel', rooms)
  if (found.state === 'stored') return answerEnded(found.stored, true)
  const { active } = found
  if (active.held) await stop(active, rooms)
  // Somebody may have resumed it in between: then it is ended where it runs now.
  if ((await closeIfLeft(runId, rooms)) === 'held') return cancelRun(runId, rooms)
  const stored = await rooms.store.runs.find(runId)
  if (stored) return answerEnded(stored, false)
  // Cancelled before it began, in a queue perhaps: it has left no record.
  return { run_id: runId, target: active.entry.target, status: 'cancelled' }
}

function answerEnded({ kind, name, run }: StoredRun, before: boolean): CancelAnswer {
  const { run_id = '', status } = run
  if (status === 'cancelled')
    return { run_id, target: `${kind}/${name}`, status, ...(before && { already: true }) }
  throw fail('RUN_FINISHED', `Cannot cancel run ${run_id} of "${name}": it ended (${status})`)
}

// What died without a record, by our hand or long ago.
async function closeIfLeft(runId: string, rooms: Look): Promise<'held' | undefined> {
  const left = await rooms.store.active.find(runId)
  if (!left) return undefined
  const run = await rooms.store.active.adopt(runId)
  if (run === undefined || run === 'held') return run
  await closeRun(run, left.entry, 'cancelled', rooms)
  return undefined
}

async function stop(active: ActiveRun, rooms: Look): Promise<void> {
  const { host, store } = rooms
  const { run_id: runId, shared } = active.entry
  const pid = await findHolder(active, rooms)
  if (pid === undefined) return
  if (shared) await store.active.askToStop(runId)
  host.processes.signal(pid, shared ? 'SIGUSR2' : 'SIGTERM')
  if (await endsWithin(limits.killGraceMs + limits.cancelMarginMs, runId, rooms)) return
  if (shared) throw unreachable(active, 'its process does not answer')
  if (store.active.isHeldBy(runId, pid)) host.processes.signal(pid, 'SIGKILL')
  if (!(await endsWithin(limits.cancelMarginMs, runId, rooms)))
    throw unreachable(active, `process ${pid} cannot be ended`)
}

// A process that takes over a run has it before it has said so. Undefined once nobody holds it.
async function findHolder(active: ActiveRun, { host, store }: Look): Promise<number | undefined> {
  const { run_id: runId } = active.entry
  const deadline = host.clock.monotonic() + limits.cancelMarginMs
  for (;;) {
    const now = await store.active.find(runId)
    if (!now?.held) return undefined
    const { pid } = now.entry
    if (store.active.isHeldBy(runId, pid)) return pid
    if (host.clock.monotonic() > deadline)
      throw unreachable(active, 'it runs where its process cannot be seen')
    await host.clock.sleep(limits.cancelPauseMs)
  }
}

async function endsWithin(ms: number, runId: string, { host, store }: Look): Promise<boolean> {
  const deadline = host.clock.monotonic() + ms
  const watch = await store.active.watch(runId)
  if (!watch) return true
  try {
    while (watch.isHeld()) {
      if (host.clock.monotonic() > deadline) return false
      await host.clock.sleep(limits.cancelPauseMs)
    }
    return true
  } finally {
    watch.close()
  }
}

function unreachable({ entry }: ActiveRun, why: string) {
  const { run_id: runId, target } = entry
  return fail('RUN_ACTIVE', `Cannot cancel run ${runId} of "${parseTarget(target).name}": ${why}`)
}
