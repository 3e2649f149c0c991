// Another try at a run: a new one with the same arguments, or some of them changed, which takes
// over the steps that its script had finished.

import { parseArgValues } from '#core/args/check.ts'
import { parseTarget } from '#core/run/active.ts'
import { redactedText } from '#spec/limits.ts'
import { fail } from '#spec/errors.ts'
import type { PressRequest } from '#spec/press.ts'
import type { DrawerResult } from '#spec/drawerPress.ts'
import type { PressResult, TargetKind } from '#spec/run.ts'
import type { DetachedRun } from '#spec/runs.ts'
import type { ActiveRun, HeldRun } from '#store/store.ts'
import { closeRun } from './close.ts'
import { detachRun } from './detach.ts'
import { findRun, type FoundRun, getRun } from './find.ts'
import { leave } from './holdDrawer.ts'
import { endOrphans } from './orphans.ts'
import type { DrawerRetryOptions } from './retryDrawer.ts'
import type { Rooms } from './rooms.ts'
import { copySteps, take, type Taken } from './takeOver.ts'

export interface RetryRequest {
  runId: string
  /** Arguments that are to be others than before, as `key=value`. */
  argTexts: readonly string[]
  /** The same, of a drawer. */
  inputTexts: readonly string[]
  /** Of a drawer: the step to begin with. */
  from?: string
}

export type Retried =
  { kind: 'button'; result: PressResult } | { kind: 'drawer'; result: DrawerResult }

/** What the new press is asked for beside what the old one was. */
export type RetryOptions = Omit<PressRequest, 'name' | 'args' | 'runId' | 'retryOf'>

/**
 * Throws NOT_FOUND, RUN_ACTIVE for a run that is not over, VALIDATION_ERROR for an argument that was
 * not kept, NOT_APPLICABLE for a step of a button, and what keeps a press from starting.
 */
export async function retryRun(
  retry: RetryRequest,
  options: RetryOptions,
  rooms: Rooms,
): Promise<Retried> {
  const found = await getRun(retry.runId, 'retry', rooms)
  if (kindOf(found) === 'drawer') {
    const { retryDrawer } = await import('./retryDrawer.ts')
    const result = await retryDrawer(retry, found, drawerOptions(retry, options), rooms)
    return { kind: 'drawer', result }
  }
  return { kind: 'button', result: await retryButton(retry, found, options, rooms) }
}

async function retryButton(
  retry: RetryRequest,
  found: FoundRun,
  options: RetryOptions,
  rooms: Rooms,
): Promise<PressResult> {
  const old = await prepareRetry(retry, found, rooms)
  const { store } = rooms
  const target = { kind: 'button', name: await checked(old, options, rooms) } as const
  const run = await store.active.begin({ target, retryOf: retry.runId })
  try {
    await takeOver(run, old, rooms)
    return await rooms.press({ ...requestOf(old, options), runId: run.runId })
  } finally {
    run.end()
  }
}

/** The same apart from the caller. */
export async function detachRetry(
  retry: RetryRequest,
  options: RetryOptions,
  rooms: Rooms,
): Promise<DetachedRun> {
  const found = await getRun(retry.runId, 'retry', rooms)
  if (kindOf(found) === 'drawer') {
    const { detachDrawerRetry } = await import('./retryDrawer.ts')
    return detachDrawerRetry(retry, found, drawerOptions(retry, options), rooms)
  }
  const old = await prepareRetry(retry, found, rooms)
  return detachRun({ kind: 'button', request: requestOf(old, options) }, rooms, {
    retryOf: retry.runId,
    prepare: (run) => takeOver(run, old, rooms),
  })
}

interface OldRun {
  runId: string
  name: string
  args: Record<string, string>
  /** What its script saw as BUTTONS_IDEMPOTENCY_KEY. */
  key: string
  stepsPath: string | undefined
  retryOf: string | undefined
  /** It died: from now on it is over. */
  interrupted?: ActiveRun
}

function kindOf(found: FoundRun): TargetKind {
  return found.state === 'stored' ? found.stored.kind : parseTarget(found.active.entry.target).kind
}

function drawerOptions({ runId }: RetryRequest, options: RetryOptions): DrawerRetryOptions {
  const { signal, hurry, ownsProcess, timeoutSeconds } = options
  if (timeoutSeconds !== undefined)
    throw fail('NOT_APPLICABLE', `Cannot limit run ${runId} with --timeout: it is of a drawer`)
  return {
    ...(signal && { signal }),
    ...(hurry && { hurry }),
    ...(ownsProcess && { ownsProcess }),
  }
}

async function prepareRetry(
  { runId, argTexts, inputTexts, from }: RetryRequest,
  found: FoundRun,
  rooms: Rooms,
): Promise<OldRun> {
  if (from !== undefined)
    throw fail('NOT_APPLICABLE', `Cannot retry run ${runId} from "${from}": it is of a button`, {
      hint: 'Its script does again what is not finished',
    })
  const old = await describe(runId, found, rooms)
  const declared = (await rooms.store.buttons.find(old.name))?.button.args ?? []
  const merged = {
    ...old.args,
    ...parseArgValues(old.name, declared, [...argTexts, ...inputTexts]),
  }
  const lost = Object.keys(merged).find((name) => merged[name]!.includes(redactedText))
  if (lost !== undefined)
    throw fail('VALIDATION_ERROR', `Cannot retry run ${runId}: argument "${lost}" was not kept`, {
      hint: `It held a secret: give it again with --arg ${lost}=…`,
    })
  return { ...old, args: merged }
}

async function describe(runId: string, found: FoundRun, { store }: Rooms): Promise<OldRun> {
  if (found.state === 'stored') {
    const { kind, name, run, file } = found.stored
    if (kind === 'drawer') throw ofDrawer(runId)
    const { args = {}, idempotency_key: key = runId, retry_of: retryOf } = run
    const { steps: stepsPath } = await store.runs.findBeside(file)
    return { runId, name, args, key, stepsPath, retryOf }
  }
  const { active } = found
  const { target, idempotency_key: key = runId, retry_of: retryOf } = active.entry
  const args = (active.entry.args ?? {}) as Record<string, string>
  const { kind, name } = parseTarget(target)
  if (active.held)
    throw fail('RUN_ACTIVE', `Cannot retry run ${runId} of "${name}": it has not ended`, {
      hint: `buttons wait ${runId}, or buttons cancel ${runId}`,
    })
  if (kind === 'drawer') throw ofDrawer(runId)
  const { stepsPath } = active
  return { runId, name, args, key, stepsPath, retryOf, interrupted: active }
}

function ofDrawer(runId: string) {
  return fail('NOT_APPLICABLE', `Cannot retry run ${runId}: it is a run of a drawer`)
}

function requestOf({ runId, name, args, key }: OldRun, options: RetryOptions): PressRequest {
  const variables = { ...options.variables, BUTTONS_IDEMPOTENCY_KEY: key }
  return { ...options, name, args, variables, retryOf: runId }
}

function checked(old: OldRun, options: RetryOptions, rooms: Rooms): Promise<string> {
  return rooms.check({ kind: 'button', request: requestOf(old, options) })
}

// The old script ends before its steps are read: what it does afterwards nobody would know of.
async function takeOver(run: HeldRun, old: OldRun, rooms: Rooms): Promise<void> {
  const line = await findLine(old, rooms)
  const taken: Taken[] = []
  try {
    for (const { interrupted } of line) if (interrupted) taken.push(await take(interrupted, rooms))
    for (const { entry } of taken) await endOrphans(entry, rooms)
    copySteps(
      run,
      line.map(({ stepsPath }) => stepsPath),
      rooms,
    )
  } catch (error) {
    for (const { held } of taken) leave(held, rooms)
    throw error
  }
  for (const { held, entry } of taken) await closeRun(held, entry, 'interrupted', rooms)
}

/**
 * The run and those it was another try of. An earlier try at this may have been killed before it
 * had taken over everything: what it has not got is still with them.
 */
async function findLine(old: OldRun, rooms: Rooms): Promise<OldRun[]> {
  const line = [old]
  for (let next = old.retryOf; next !== undefined;) {
    if (line.some(({ runId }) => runId === next)) break
    const found = await findRun(next, rooms)
    if (!found) break
    const before: OldRun = await describe(next, found, rooms)
    line.push(before)
    next = before.retryOf
  }
  return line
}
