// Closing a run whose process died: from then on it is a record like any other.

import { parseTarget } from '#core/run/active.ts'
import { recordOfPast } from '#core/drawer/run/pastRecord.ts'
import { formatSecond, formatTime } from '#core/time/format.ts'
import { truncate } from '#core/text/truncate.ts'
import { limits } from '#spec/limits.ts'
import { Failure } from '#spec/errors.ts'
import type { RunEvent } from '#spec/drawerEvents.ts'
import type { DrawerRun } from '#spec/drawerRun.ts'
import type { Run } from '#spec/run.ts'
import type { ActiveEntry } from '#spec/runs.ts'
import type { HeldRun } from '#store/store.ts'
import { endOrphans } from './orphans.ts'
import type { Rooms } from './rooms.ts'

type Look = Pick<Rooms, 'host' | 'store'>

export type Closing = 'cancelled' | 'interrupted'

/**
 * Ends what is left of the run and records it; the caller has taken it over. Throws STORAGE_ERROR,
 * and then the run stays as it was.
 */
export async function closeRun(
  run: HeldRun,
  entry: ActiveEntry,
  status: Closing,
  { host, store }: Look,
): Promise<void> {
  try {
    await endOrphans(entry, { host, store })
    // All that was left to do was to have its failure handled.
    if (entry.record !== undefined) return run.end()
    const startedMs = Date.parse(entry.started_at)
    const target = parseTarget(entry.target)
    const record =
      target.kind === 'button'
        ? buttonRecord(entry, target.name, status, outputOf(run, { host }), host.clock.now())
        : await drawerRecord(entry, target.name, status, { host, store })
    await store.runs.record(target, { startedMs }, record)
  } catch (error) {
    run.note({ status: 'interrupted' })
    run.release()
    throw error
  }
  run.end()
}

// Of a detached run there is what it had printed by then, without secrets.
function outputOf({ directory }: HeldRun, { host }: Pick<Rooms, 'host'>) {
  const read = (stream: string) => {
    const bytes = host.files.find(`${directory}/${stream}`, limits.spilledBytes * 2)
    return bytes ? truncate(new TextDecoder().decode(bytes), limits.recordStreamBytes) : ''
  }
  return { stdout: read('stdout'), stderr: read('stderr') }
}

const codes: Readonly<Record<Closing, string>> = {
  cancelled: 'CANCELLED',
  interrupted: 'INTERRUPTED',
}

const messages: Readonly<Record<Closing, string>> = {
  cancelled: 'Cancelled while it was interrupted',
  interrupted: 'Its process died',
}

function times(entry: ActiveEntry, now: number) {
  const startedMs = Date.parse(entry.started_at)
  const endedMs = Math.max(startedMs, Date.parse(entry.interrupted_at ?? '') || now)
  return { finished_at: formatTime(endedMs), duration_ms: endedMs - startedMs }
}

function lineage({ parent_run_id, retry_of }: ActiveEntry) {
  return {
    ...(parent_run_id !== undefined && { parent_run_id }),
    ...(retry_of !== undefined && { retry_of }),
  }
}

function buttonRecord(
  entry: ActiveEntry,
  name: string,
  status: Closing,
  output: { stdout: string; stderr: string },
  now: number,
): Run {
  const { started_at, run_id, args, idempotency_key } = entry
  const { finished_at, duration_ms } = times(entry, now)
  return {
    button: name,
    pressed_at: formatSecond(Date.parse(started_at)),
    ...(args && { args: args as Record<string, string> }),
    exit_code: -1,
    ...output,
    duration_ms,
    button_name: name,
    started_at,
    finished_at,
    status,
    error_type: codes[status],
    run_id,
    ...lineage(entry),
    ...(idempotency_key !== undefined && { idempotency_key }),
  }
}

async function drawerRecord(
  entry: ActiveEntry,
  name: string,
  status: Closing,
  rooms: Look,
): Promise<DrawerRun> {
  const { started_at, run_id, args } = entry
  const now = rooms.host.clock.now()
  const events = await readEvents(run_id, rooms)
  const [started] = events
  if (started?.type === 'run.started') {
    const error = { code: codes[status], message: messages[status] }
    const atMs = Date.parse(entry.interrupted_at ?? '') || now
    const batteries = Object.values(await rooms.store.batteries.effective())
    return recordOfPast(started, events, { status, error, atMs }, batteries)
  }
  return {
    drawer_name: name,
    run_id,
    started_at,
    ...times(entry, now),
    status,
    ...(args && { inputs: args }),
    steps: [],
    error_type: codes[status],
    ...lineage(entry),
  }
}

// A journal that is damaged is no reason to keep its run for ever.
async function readEvents(runId: string, { store }: Look): Promise<RunEvent[]> {
  try {
    return (await store.journal.read(runId)) ?? []
  } catch (error) {
    if (error instanceof Failure) return []
    throw error
  }
}
