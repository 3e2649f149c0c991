// Another try at the run of a drawer: a new run with the same inputs, or some of them changed, that
// takes over the results of the steps before the one it begins with.

import { parseInputs } from '#core/drawer/run/inputs.ts'
import { readsInputs } from '#core/drawer/run/plan.ts'
import { planReuse } from '#core/drawer/run/reuse.ts'
import { allSteps, kindOf } from '#core/drawer/neighbours.ts'
import { suggest } from '#core/text/suggest.ts'
import { redactedText } from '#spec/limits.ts'
import { fail } from '#spec/errors.ts'
import type { Drawer } from '#spec/drawer.ts'
import type { DrawerRequest, DrawerResult } from '#spec/drawerPress.ts'
import type { DetachedRun } from '#spec/runs.ts'
import type { Step } from '#spec/steps.ts'
import type { ActiveRun, HeldRun } from '#store/store.ts'
import { closeRun } from './close.ts'
import { detachRun } from './detach.ts'
import type { FoundRun } from './find.ts'
import { leave, letGo } from './holdDrawer.ts'
import { describeOld, type OldRun } from './oldDrawer.ts'
import { endOrphans } from './orphans.ts'
import type { RetryRequest } from './retry.ts'
import type { Rooms } from './rooms.ts'
import { copySteps, take } from './takeOver.ts'

export type DrawerRetryOptions = Pick<
  DrawerRequest,
  'signal' | 'hurry' | 'ownsProcess' | 'durability'
>

/**
 * Throws RUN_ACTIVE for a run that is not over, STEP_NOT_FOUND, and VALIDATION_ERROR for an input or
 * result that is needed and was not kept.
 */
export async function retryDrawer(
  retry: RetryRequest,
  found: FoundRun,
  options: DrawerRetryOptions,
  rooms: Rooms,
): Promise<DrawerResult> {
  const prepared = await prepare(retry, found, rooms)
  const { request } = prepared
  const name = await rooms.check({ kind: 'drawer', request })
  const target = { kind: 'drawer', name } as const
  const run = await rooms.store.active.begin({ target, retryOf: retry.runId })
  try {
    await takeOver(run, prepared, rooms)
    return await rooms.pressDrawer({ ...request, ...options, runId: run.runId })
  } finally {
    await letGo(run, rooms)
  }
}

/** The same apart from the caller. */
export async function detachDrawerRetry(
  retry: RetryRequest,
  found: FoundRun,
  options: DrawerRetryOptions,
  rooms: Rooms,
): Promise<DetachedRun> {
  const prepared = await prepare(retry, found, rooms)
  const request = { ...prepared.request, ...options }
  return detachRun({ kind: 'drawer', request }, rooms, {
    retryOf: retry.runId,
    prepare: (run) => takeOver(run, prepared, rooms),
  })
}

interface Prepared {
  request: DrawerRequest
  /** Steps of scripts that are finished and not to be done again. */
  stepsPath: string | undefined
  /** It died: from now on it is over. */
  interrupted?: ActiveRun
}

async function prepare(retry: RetryRequest, found: FoundRun, rooms: Rooms): Promise<Prepared> {
  const { runId } = retry
  const old = await describeOld(runId, found, rooms)
  const stored = await rooms.store.drawers.find(old.name)
  if (!stored) throw fail('NOT_FOUND', `Cannot retry run ${runId}: drawer "${old.name}" is gone`)
  const { drawer } = stored
  const changed = parseInputs([...retry.inputTexts, ...retry.argTexts])
  const inputs = { ...old.inputs, ...changed.inputs }
  refuseLost(runId, inputs)
  const from = retry.from === undefined ? undefined : placeOf(retry.from, drawer, runId)
  const names = namesOfChanged(old.inputs, changed.inputs)
  const { reused, lost } = planReuse({
    drawer,
    finished: isWholeAgain(old, from, names) ? [] : old.finished,
    sequential: old.mode !== 'parallel',
    ...(from !== undefined && { from }),
    isStale: await staleness(drawer, names, rooms),
  })
  if (lost) throw lostOutput(runId, lost)
  const again = isMeantAgain(old, from === undefined ? '' : drawer.steps![from]!.id, names)
  return {
    request: {
      name: drawer.name,
      inputs,
      texts: { ...old.texts, ...changed.texts },
      mode: old.mode,
      ...(old.onFailure && { onFailure: old.onFailure }),
      ...(old.concurrency && { concurrency: old.concurrency }),
      retryOf: runId,
      reused: reused.map(({ record, ...step }) => ({
        ...step,
        record: { ...record, reused_from: record.reused_from ?? runId },
      })),
      ...(!again && { idempotencyBase: old.base }),
    },
    stepsPath: again ? undefined : await stepsPathOf(found, rooms),
    ...(old.interrupted && { interrupted: old.interrupted }),
  }
}

// A step that went well and is done again on purpose is to have its effect again. One that failed
// may have had it: with the same key as before the far side can tell.
function isMeantAgain(
  { ok, finished }: OldRun,
  from: string,
  changed: ReadonlySet<string>,
): boolean {
  return ok || changed.size > 0 || finished.some(({ record }) => record.id === from)
}

async function stepsPathOf(found: FoundRun, { store }: Rooms): Promise<string | undefined> {
  if (found.state === 'active') return found.active.stepsPath
  return (await store.runs.findBeside(found.stored.file)).steps
}

// The old steps end before what they have done is read: afterwards nobody would know of it.
async function takeOver(
  run: HeldRun,
  { interrupted, stepsPath }: Prepared,
  rooms: Rooms,
): Promise<void> {
  const taken = interrupted && (await take(interrupted, rooms))
  try {
    if (taken) await endOrphans(taken.entry, rooms)
    copySteps(run, [stepsPath], rooms)
  } catch (error) {
    if (taken) leave(taken.held, rooms)
    throw error
  }
  if (taken) await closeRun(taken.held, taken.entry, 'interrupted', rooms)
}

// What went well altogether, and is wanted again, is wanted whole.
function isWholeAgain(
  { ok }: OldRun,
  from: number | undefined,
  changed: ReadonlySet<string>,
): boolean {
  return ok && from === undefined && changed.size === 0
}

// A secret that was not kept and is given again counts as what it was.
function namesOfChanged(
  before: Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, unknown>>,
): Set<string> {
  const changed = Object.keys(given).filter((name) => {
    const old = JSON.stringify(before[name] ?? null)
    return !old.includes(redactedText) && old !== JSON.stringify(given[name] ?? null)
  })
  return new Set(changed)
}

function refuseLost(runId: string, inputs: Readonly<Record<string, unknown>>): void {
  const lost = Object.keys(inputs).find((name) =>
    JSON.stringify(inputs[name] ?? null).includes(redactedText),
  )
  if (lost === undefined) return
  throw fail('VALIDATION_ERROR', `Cannot retry run ${runId}: input "${lost}" was not kept`, {
    hint: `It held a secret: give it again with --input ${lost}=…`,
  })
}

function lostOutput(runId: string, { id, why }: { id: string; why: 'secret' | 'length' }) {
  const reason = why === 'secret' ? 'it held a secret' : 'it was too long'
  return fail(
    'VALIDATION_ERROR',
    `Cannot retry run ${runId}: the output of step "${id}" was not kept, ${reason}`,
    { hint: `buttons retry ${runId} --from ${id} does that step again as well` },
  )
}

function placeOf(id: string, { steps = [], name }: Drawer, runId: string): number {
  const place = steps.findIndex((step) => step.id === id)
  if (place >= 0) return place
  const ids = steps.map((step) => step.id)
  const near = suggest(id, ids)
  throw fail(
    'STEP_NOT_FOUND',
    `Cannot retry run ${runId} from "${id}": drawer "${name}" has no such step`,
    {
      hint: near ? `Did you mean "${near}"?` : `Steps: ${ids.join(', ')}`,
    },
  )
}

/** Tells whether a step reads one of these inputs, or a button in it is handed one by its name. */
async function staleness(drawer: Drawer, names: ReadonlySet<string>, { store }: Rooms) {
  const filled = new Set<Step>()
  for (const step of names.size > 0 ? allSteps(drawer.steps ?? []) : []) {
    if (kindOf(step) !== 'button' || !step.button) continue
    const { args = [] } = (await store.buttons.find(step.button))?.button ?? {}
    if (args.some(({ name }) => names.has(name) && !Object.hasOwn(step.args ?? {}, name)))
      filled.add(step)
  }
  return (step: Step) =>
    readsInputs(step, names) || [...allSteps([step])].some((inner) => filled.has(inner))
}
