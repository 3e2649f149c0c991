// The other end of a detached run: takes the run over, carries it out, and sees to it that whatever
// came of it can be found, also when it could not even begin.

import { makeRecord } from '#core/press/record.ts'
import { formatTime } from '#core/time/format.ts'
import { fail, Failure } from '#spec/errors.ts'
import type { DrawerRequest } from '#spec/drawerPress.ts'
import type { DrawerRun } from '#spec/drawerRun.ts'
import type { OutputListener, PressRequest } from '#spec/press.ts'
import type { PressResult, Run } from '#spec/run.ts'
import type { DetachedRequest } from '#spec/runs.ts'
import type { HeldRun } from '#store/store.ts'
import { readRequest, removeRequest } from './request.ts'
import { goOn } from './resume.ts'
import type { Rooms } from './rooms.ts'

export interface Signals {
  signal: AbortSignal
  hurry: AbortSignal
  onOutput: OutputListener
}

/** The descriptor that `startApart` hands down. */
const inherited = 3

/** Throws VALIDATION_ERROR when it was not started by `detachRun`. */
export async function performRun(runId: string, signals: Signals, rooms: Rooms): Promise<void> {
  const run = await rooms.store.active.inherit(runId, inherited)
  const work = readRequest(run, rooms)
  if (work.kind === 'resume') return resume(run, signals, rooms)
  // A drawer may need it again until its journal has begun; it goes with the run.
  if (work.kind === 'button') removeRequest(run, rooms)
  const startedMs = rooms.host.clock.now()
  const came = await act(work, run, signals, rooms)
  // Without a record there is nothing to find but the run itself, which then stays.
  const recorded = run.recordFile() !== undefined || (await keep(came, work, run, startedMs, rooms))
  if (recorded) run.end()
  else run.release()
}

async function resume(run: HeldRun, { signal, hurry }: Signals, rooms: Rooms): Promise<void> {
  await goOn(run, { signal, hurry, ownsProcess: true }, rooms)
}

type Came = { result: PressResult } | { failure: Failure } | { recorded: true }

async function act(
  work: DetachedRequest,
  { runId }: HeldRun,
  { signal, hurry, onOutput }: Signals,
  rooms: Rooms,
): Promise<Came> {
  try {
    if (work.kind === 'drawer') {
      await rooms.pressDrawer({ ...work.request, runId, signal, hurry })
      return { recorded: true }
    }
    const watched = { onOutput, redactOutput: true, keepAnswer: true }
    const result = await rooms.press({ ...work.request, runId, signal, hurry, ...watched })
    return { result }
  } catch (error) {
    if (error instanceof Failure) return { failure: error }
    rooms.warn(error instanceof Error ? (error.stack ?? error.message) : String(error))
    return { failure: fail('INTERNAL_ERROR', 'Something went wrong inside buttons') }
  }
}

/** Records what has no record yet: an answer from the cache, or why nothing could begin. */
async function keep(
  came: Came,
  work: DetachedRequest,
  run: HeldRun,
  startedMs: number,
  rooms: Rooms,
): Promise<boolean> {
  if ('recorded' in came) return false
  const { kind } = work
  // It has begun, and could not keep what it did: its journal still knows how far it got.
  if (kind === 'drawer' && (await rooms.store.journal.read(run.runId))?.length) return false
  const name = await rooms.check(work).catch(() => work.request.name)
  try {
    const record =
      'result' in came
        ? await recordOfAnswer(came.result, work.request as PressRequest, run, startedMs, rooms)
        : kind === 'button'
          ? refusedButton(name, came.failure, run, startedMs, rooms)
          : refusedDrawer(name, work.request as DrawerRequest, came.failure, run, startedMs, rooms)
    await rooms.store.runs.record({ kind, name }, { startedMs }, record)
    return true
  } catch (error) {
    rooms.warn((error as Error).message)
    return false
  }
}

async function recordOfAnswer(
  result: PressResult,
  request: PressRequest,
  { runId }: HeldRun,
  startedMs: number,
  { store }: Rooms,
): Promise<Run> {
  const stored = await store.buttons.find(result.button)
  const secretArgs = (stored?.button.args ?? []).filter((def) => def.secret).map((def) => def.name)
  const batteries = Object.values(await store.batteries.effective())
  const { run } = makeRecord({
    result: { ...result, run_id: runId, started_at: formatTime(startedMs) },
    startedMs,
    secrets: { batteries, declared: [] },
    secretArgs,
    lineage: lineageOf(request),
    keepAnswer: true,
  })
  return run
}

function lineageOf({ parentRunId, retryOf }: Pick<PressRequest, 'parentRunId' | 'retryOf'>) {
  return {
    ...(parentRunId !== undefined && { parent_run_id: parentRunId }),
    ...(retryOf !== undefined && { retry_of: retryOf }),
  }
}

function refusedButton(
  name: string,
  { code, message, hint }: Failure,
  { runId }: HeldRun,
  startedMs: number,
  { host }: Rooms,
): Run {
  const now = host.clock.now()
  return {
    button: name,
    pressed_at: formatTime(startedMs),
    exit_code: -1,
    stdout: '',
    stderr: message,
    duration_ms: now - startedMs,
    button_name: name,
    started_at: formatTime(startedMs),
    finished_at: formatTime(now),
    status: code === 'CANCELLED' ? 'cancelled' : 'error',
    error_type: code,
    run_id: runId,
    refusal: { message, ...(hint !== undefined && { hint }) },
  }
}

function refusedDrawer(
  name: string,
  { parentRunId }: DrawerRequest,
  { code, message, hint }: Failure,
  { runId }: HeldRun,
  startedMs: number,
  { host }: Rooms,
): DrawerRun {
  const now = host.clock.now()
  return {
    drawer_name: name,
    run_id: runId,
    started_at: formatTime(startedMs),
    finished_at: formatTime(now),
    duration_ms: now - startedMs,
    status: code === 'CANCELLED' ? 'cancelled' : 'failed',
    steps: [],
    error_type: code,
    error: { code, message, ...(hint !== undefined && { remediation: hint }) },
    ...(parentRunId !== undefined && { parent_run_id: parentRunId }),
  }
}
