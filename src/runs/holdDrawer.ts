// The run of a drawer while it is in progress, registered like that of a button. Its steps and the
// drawers inside belong to it. Its journal is its only memory until it has a record: without one
// the run stays, to be gone on with.

import { slug } from '#core/name/slug.ts'
import { findRunId } from '#core/run/id.ts'
import { formatTime } from '#core/time/format.ts'
import type { DrawerRequest, DrawerResult } from '#spec/drawerPress.ts'
import type { Journal } from '#store/journal.ts'
import type { HeldRun, NewRun } from '#store/store.ts'
import type { Rooms } from './rooms.ts'

type Look = Pick<Rooms, 'host' | 'store'>

/**
 * `keep` takes each event before what it announces is done, `tellWaiting` whether the run only
 * waits from now on.
 */
export type RunHeld = (
  held: DrawerRequest,
  keep: Journal['append'] | undefined,
  tellWaiting: (waiting: boolean) => void,
) => Promise<DrawerResult>

export async function holdDrawer(
  request: DrawerRequest,
  rooms: Look,
  run: RunHeld,
): Promise<DrawerResult> {
  const { host } = rooms
  const parentRunId = request.parentRunId ?? findRunId(host.env['BUTTONS_RUN_ID'])
  const stop = request.ownsProcess ? undefined : new AbortController()
  const held = await begin(
    request,
    {
      target: { kind: 'drawer', name: slug(request.name) },
      cwd: request.cwd ?? host.cwd,
      ...(request.runId !== undefined && { runId: request.runId }),
      ...(parentRunId !== undefined && { parentRunId }),
      ...(request.retryOf !== undefined && { retryOf: request.retryOf }),
      ...(stop && { onCancel: () => stop.abort() }),
    },
    rooms,
  )
  let journal: Journal | undefined
  try {
    journal = await openJournal(request, held, rooms)
    const result = await run(
      {
        ...request,
        runId: held.runId,
        ...(parentRunId !== undefined && { parentRunId }),
        ...(stop && { signal: joined(stop.signal, request.signal) }),
      },
      journal && keeper(journal, held),
      (waiting) => held.note({ status: waiting ? 'waiting' : 'running' }),
    )
    const file = held.recordFile()
    if (file !== undefined) await journal?.handOver(file)
    // Killed while it tidies up, a run whose journal is gone has nothing left to be gone on with.
    if (journal && file !== undefined && result.status === 'failed')
      held.note({ unfinished: false })
    return result
  } finally {
    journal?.close()
    if (journal && journal.length > 0 && held.recordFile() === undefined) leave(held, rooms)
    else held.end()
  }
}

// Whoever says what a run is to survive is told when it would survive nothing; others get a run that
// nobody can find rather than none.
function begin({ durability = 'none' }: DrawerRequest, run: NewRun, { store }: Look) {
  return durability === 'none' ? store.active.beginOrHide(run) : store.active.begin(run)
}

// Once it has its record a run is over for everybody, but for what is to be done about a failure.
function keeper(journal: Journal, held: HeldRun): Journal['append'] {
  return (event) => {
    if (event.type === 'run.finished' && event.key === '' && event.handler !== undefined)
      held.note({ unfinished: true })
    return journal.append(event)
  }
}

// A run that cannot be registered can be found by nobody, so it needs no journal.
async function openJournal(
  { durability = 'process' }: DrawerRequest,
  held: HeldRun,
  { store }: Look,
): Promise<Journal | undefined> {
  if (durability === 'none' || held.fd === undefined) return undefined
  const journal = await store.journal.open(held, durability)
  held.note({ durability })
  return journal
}

/** Ends a run that has a record, or has done nothing; any other is left to be gone on with. */
export async function letGo(held: HeldRun, rooms: Look): Promise<void> {
  const begun = ((await rooms.store.journal.read(held.runId))?.length ?? 0) > 0
  if (begun && held.recordFile() === undefined) leave(held, rooms)
  else held.end()
}

/** Lets go of a run that somebody may go on with. */
export function leave(held: HeldRun, { host }: Pick<Rooms, 'host'>): void {
  held.note({ status: 'interrupted', interrupted_at: formatTime(host.clock.now()) })
  held.release()
}

function joined(own: AbortSignal, other: AbortSignal | undefined): AbortSignal {
  return other ? AbortSignal.any([own, other]) : own
}
