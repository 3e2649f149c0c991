// Waiting for runs to end. The kernel wakes us when the process of a run lets go of it, also by
// dying; nobody polls.

import { outcomeOfInterrupted } from '#core/run/outcome.ts'
import { fail } from '#spec/errors.ts'
import type { RunOutcome } from '#spec/runs.ts'
import type { RunWatch } from '#store/store.ts'
import { getRun } from './find.ts'
import { readOutcome } from './outcome.ts'
import type { Rooms } from './rooms.ts'

export interface WaitRequest {
  runIds: readonly string[]
  /** `any`: only the first that ends. */
  mode: 'all' | 'any'
  timeoutMs?: number
  /** Sleep in this thread: costs least, and is only for a process that does nothing else. */
  alone?: boolean
  signal?: AbortSignal
}

type Look = Pick<Rooms, 'host' | 'store'>

/**
 * The outcomes in the order of the ids, or the first one. Throws NOT_FOUND, TIMEOUT when it takes
 * longer than allowed, CANCELLED when the signal comes first; the runs are not touched.
 */
export async function waitForRuns(request: WaitRequest, rooms: Look): Promise<RunOutcome[]> {
  const { runIds, mode, timeoutMs, alone } = request
  const unique = [...new Set(runIds)]
  // Unknown ids are told at once, not after an hour.
  for (const runId of unique) await getRun(runId, 'wait for', rooms)
  if (alone && timeoutMs === undefined && (mode === 'all' || unique.length === 1)) {
    for (const runId of unique) await sleepThrough(runId, rooms)
    return readAll(runIds, rooms)
  }
  const limit = openLimit(request, rooms)
  try {
    const waits = unique.map((runId) => waitForOne(runId, limit.signal, rooms))
    if (mode === 'any') return await readAll([await Promise.race(waits)], rooms)
    await Promise.all(waits)
    return await readAll(runIds, rooms)
  } catch (error) {
    throw limit.late() ? tooLate(unique, timeoutMs!) : error
  } finally {
    limit.close()
  }
}

async function readAll(runIds: readonly string[], rooms: Look): Promise<RunOutcome[]> {
  const outcomes: RunOutcome[] = []
  for (const runId of runIds) outcomes.push(await readEnded(runId, rooms))
  return outcomes
}

async function readEnded(runId: string, rooms: Look): Promise<RunOutcome> {
  const active = await rooms.store.active.find(runId)
  // Also when somebody has resumed it in this very moment.
  if (active) return outcomeOfInterrupted(active.entry)
  const stored = await rooms.store.runs.find(runId)
  return stored ? readOutcome(stored, rooms) : withoutRecord(runId)
}

// A press that gave up in a queue was never begun and is not recorded.
function withoutRecord(runId: string): RunOutcome {
  const message = `Run ${runId} ended before it began: whoever pressed it was told why`
  const error = { code: 'NOT_FOUND', message }
  return { run_id: runId, target: '', status: 'error', ok: false, error }
}

async function sleepThrough(runId: string, { host, store }: Look): Promise<void> {
  for (
    let watch = await store.active.watch(runId);
    watch;
    watch = await store.active.watch(runId)
  ) {
    try {
      watch.waitHere()
      if (watch.entry) return
    } finally {
      watch.close()
    }
    await host.clock.sleep(1)
  }
}

/** Its id, once it has ended. Rejects when the signal comes first. */
async function waitForOne(runId: string, signal: AbortSignal, rooms: Look): Promise<string> {
  const { host, store } = rooms
  for (
    let watch = await store.active.watch(runId);
    watch;
    watch = await store.active.watch(runId)
  ) {
    if (await hasEnded(watch, signal)) return runId
    // Somebody has made its file this very instant and not locked it yet.
    await host.clock.sleep(1, signal)
  }
  return runId
}

async function hasEnded(watch: RunWatch, signal: AbortSignal): Promise<boolean> {
  try {
    if (watch.isHeld()) await watch.wait(signal)
    if (signal.aborted && watch.isHeld()) throw fail('CANCELLED', 'Cancelled waiting')
    return watch.entry !== undefined
  } finally {
    watch.close()
  }
}

interface Limit {
  signal: AbortSignal
  late(): boolean
  close(): void
}

function openLimit({ timeoutMs, signal }: WaitRequest, { host }: Look): Limit {
  const own = new AbortController()
  let late = false
  const cancel =
    timeoutMs === undefined
      ? () => {}
      : host.clock.after(timeoutMs, () => {
          late = true
          own.abort()
        })
  return {
    signal: signal ? AbortSignal.any([own.signal, signal]) : own.signal,
    late: () => late,
    close: () => {
      cancel()
      // Threads that still wait for others need not.
      own.abort()
    },
  }
}

function tooLate(runIds: readonly string[], timeoutMs: number) {
  const what = runIds.length === 1 ? `run ${runIds[0]}` : `${runIds.length} runs`
  const verb = runIds.length === 1 ? 'is' : 'are'
  return fail('TIMEOUT', `Stopped waiting for ${what} after ${timeoutMs / 1000} s`, {
    hint: `What ${verb} running goes on: buttons runs --status running`,
  })
}
