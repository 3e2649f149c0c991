// Going on with the run of a drawer whose process died: what is finished is not done again, what
// was under way is.

import { parseTarget } from '#core/run/active.ts'
import type { RunEvent, RunStarted } from '#spec/drawerEvents.ts'
import type { DrawerRequest, DrawerResult } from '#spec/drawerPress.ts'
import { fail } from '#spec/errors.ts'
import type { Target } from '#spec/run.ts'
import type { DetachedRun } from '#spec/runs.ts'
import type { ActiveRun, HeldRun } from '#store/store.ts'
import { startApart } from './detach.ts'
import { findRun, getRun } from './find.ts'
import { leave } from './holdDrawer.ts'
import { endOrphans } from './orphans.ts'
import { readOutcome } from './outcome.ts'
import { findRequest, writeRequest } from './request.ts'
import type { Rooms } from './rooms.ts'

export interface ResumeRequest {
  runId: string
  /** Also when something it presses has changed since it began. */
  force: boolean
  /** What to press when it was killed before it had begun with anything. */
  otherwise?: DrawerRequest
}

/** What the new process is like. */
export type ResumeOptions = Pick<DrawerRequest, 'signal' | 'hurry' | 'ownsProcess'>

/**
 * Throws NOT_FOUND, RUN_FINISHED, RUN_ACTIVE while somebody runs it, NOT_APPLICABLE for what cannot
 * be gone on with, DEFINITION_CHANGED, STORAGE_ERROR for a damaged journal.
 */
export async function resumeRun(
  request: ResumeRequest,
  options: ResumeOptions,
  rooms: Rooms,
): Promise<DrawerResult> {
  const { held } = await prepare(request, rooms)
  return goOn(held, options, rooms, request.otherwise)
}

/**
 * Runs a drawer under an id that a process which died may have begun with: goes on with that run
 * then, or tells how it ended. Throws what `resumeRun` and a press throw.
 */
export async function pressOnce(
  request: DrawerRequest & { runId: string },
  rooms: Rooms,
): Promise<DrawerResult> {
  const { runId, signal, hurry, ownsProcess } = request
  const found = await findRun(runId, rooms)
  if (!found) return rooms.pressDrawer(request)
  if (found.state === 'stored') return (await readOutcome(found.stored, rooms)).data as DrawerResult
  const options = {
    ...(signal && { signal }),
    ...(hurry && { hurry }),
    ...(ownsProcess && { ownsProcess }),
  }
  return resumeRun({ runId, force: false, otherwise: request }, options, rooms)
}

/** The same apart from the caller. */
export async function detachResume(request: ResumeRequest, rooms: Rooms): Promise<DetachedRun> {
  const { held, target } = await prepare(request, rooms)
  try {
    // Without a journal its first request is all there is of it, and is carried out.
    if ((await rooms.store.journal.read(held.runId))?.length)
      writeRequest(held, { kind: 'resume', name: target.name }, rooms)
    return startApart(held, target, rooms)
  } catch (error) {
    leave(held, rooms)
    throw error
  }
}

/** The rest of a run that this process holds. Without a record it is left as it is. */
export async function goOn(
  held: HeldRun,
  options: ResumeOptions,
  rooms: Rooms,
  otherwise?: DrawerRequest,
): Promise<DrawerResult> {
  try {
    const rest = await readRest(held, rooms, otherwise)
    const { cwd } = (await rooms.store.active.find(held.runId))?.entry ?? {}
    return await rooms.pressDrawer({ ...rest, ...(cwd !== undefined && { cwd }), ...options })
  } finally {
    if (held.recordFile() === undefined) leave(held, rooms)
    else held.end()
  }
}

// A detached run that was killed before it could keep anything has its request.
async function readRest(
  held: HeldRun,
  rooms: Rooms,
  otherwise?: DrawerRequest,
): Promise<DrawerRequest> {
  const { runId } = held
  const past = (await rooms.store.journal.read(runId)) ?? []
  const started = startOf(past)
  if (started) {
    const { drawer, durability, parent_run_id: parentRunId } = started
    return {
      name: drawer,
      inputs: {},
      runId,
      past,
      ...(durability !== undefined && { durability }),
      ...(parentRunId !== undefined && { parentRunId }),
    }
  }
  const work = findRequest(held, rooms)
  if (work?.kind === 'drawer') return { ...work.request, runId }
  if (otherwise) return { ...otherwise, runId }
  throw fail('NOT_APPLICABLE', `Cannot resume run ${runId}: it has kept no journal`, {
    hint: `Press it again; buttons cancel ${runId} closes this run`,
  })
}

function startOf(events: readonly RunEvent[]): RunStarted | undefined {
  const [first] = events
  return first?.type === 'run.started' ? first : undefined
}

interface Prepared {
  held: HeldRun
  target: Target
}

/** Takes the run over, with nothing of it at work any more. */
async function prepare(request: ResumeRequest, rooms: Rooms): Promise<Prepared> {
  const { runId, force, otherwise } = request
  const { entry } = await findInterrupted(runId, rooms)
  const held = await rooms.store.active.adopt(runId)
  if (held === 'held') throw active(runId, 'somebody has just resumed it')
  // Ended between two looks: now it is told how.
  if (held === undefined) return prepare(request, rooms)
  try {
    const { past = [] } = await readRest(held, rooms, otherwise)
    if (!force) await checkPins(runId, startOf(past), rooms)
    await endOrphans(entry, rooms, { spareFinished: true })
    return { held, target: parseTarget(entry.target) }
  } catch (error) {
    leave(held, rooms)
    throw error
  }
}

async function findInterrupted(runId: string, rooms: Rooms): Promise<ActiveRun> {
  const found = await getRun(runId, 'resume', rooms)
  if (found.state === 'stored') {
    const { name, run } = found.stored
    throw fail(
      'RUN_FINISHED',
      `Cannot resume run ${runId} of "${name}": it ended (${run.status})`,
      {
        hint: `buttons wait ${runId} shows how, buttons retry ${runId} makes another run`,
      },
    )
  }
  const { entry, held } = found.active
  if (held) throw active(runId, 'it is running')
  if (parseTarget(entry.target).kind === 'drawer') return found.active
  throw fail('NOT_APPLICABLE', `Cannot resume run ${runId}: it is a run of a button`, {
    hint: `buttons retry ${runId} presses it again, without its finished steps`,
  })
}

function active(runId: string, why: string) {
  return fail('RUN_ACTIVE', `Cannot resume run ${runId}: ${why}`, { hint: `buttons wait ${runId}` })
}

/** Goes on only with what the run was begun with. Throws DEFINITION_CHANGED. */
async function checkPins(runId: string, started: RunStarted | undefined, { store }: Rooms) {
  const { pinned = {} } = started ?? {}
  const changed: string[] = []
  for (const [target, hash] of Object.entries(pinned)) {
    const now = await store.hashDefinition(parseTarget(target))
    if (now !== hash) changed.push(target.replace('/', ' ') + (now === '' ? ' (removed)' : ''))
  }
  if (changed.length === 0) return
  const what = changed.join(', ')
  throw fail('DEFINITION_CHANGED', `Cannot resume run ${runId}: changed since it began: ${what}`, {
    hint: `buttons resume ${runId} --force goes on with what is there now`,
  })
}
