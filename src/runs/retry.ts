// Another try at a run: a new one with the same arguments, or some of them changed, which takes
// over the steps that its script had finished.

import { parseArgValues } from '#core/args/check.ts'
import { formatStep, isDone, parseSteps } from '#core/run/steps.ts'
import { parseTarget } from '#core/run/active.ts'
import { limits, redactedText } from '#spec/limits.ts'
import { fail } from '#spec/errors.ts'
import type { PressRequest } from '#spec/press.ts'
import type { PressResult } from '#spec/run.ts'
import type { DetachedRun } from '#spec/runs.ts'
import type { ActiveRun, HeldRun } from '#store/store.ts'
import { closeRun } from './close.ts'
import { detachRun } from './detach.ts'
import { type FoundRun, getRun } from './find.ts'
import { endOrphans } from './orphans.ts'
import type { Rooms } from './rooms.ts'

export interface RetryRequest {
  runId: string
  /** Arguments that are to be others than before, as `key=value`. */
  argTexts: readonly string[]
}

/** What the new press is asked for beside what the old one was. */
export type RetryOptions = Omit<PressRequest, 'name' | 'args' | 'runId' | 'retryOf'>

/**
 * Throws NOT_FOUND, RUN_ACTIVE for a run that is not over, NOT_APPLICABLE for one of a drawer,
 * VALIDATION_ERROR for an argument that was not kept, and what keeps a press from starting.
 */
export async function retryRun(
  retry: RetryRequest,
  options: RetryOptions,
  rooms: Rooms,
): Promise<PressResult> {
  const old = await prepareRetry(retry, rooms)
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
  const old = await prepareRetry(retry, rooms)
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
  /** It died: from now on it is over. */
  interrupted?: ActiveRun
}

async function prepareRetry({ runId, argTexts }: RetryRequest, rooms: Rooms): Promise<OldRun> {
  const found = await getRun(runId, 'retry', rooms)
  const old = await describe(runId, found, rooms)
  const declared = (await rooms.store.buttons.find(old.name))?.button.args ?? []
  const merged = { ...old.args, ...parseArgValues(old.name, declared, argTexts) }
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
    const { args = {}, idempotency_key: key = runId } = run
    const { steps: stepsPath } = await store.runs.findBeside(file)
    return { runId, name, args, key, stepsPath }
  }
  const { active } = found
  const { target, args = {}, idempotency_key: key = runId } = active.entry
  const { kind, name } = parseTarget(target)
  if (active.held)
    throw fail('RUN_ACTIVE', `Cannot retry run ${runId} of "${name}": it has not ended`, {
      hint: `buttons wait ${runId}, or buttons cancel ${runId}`,
    })
  if (kind === 'drawer') throw ofDrawer(runId)
  const { stepsPath } = active
  return { runId, name, args: args as Record<string, string>, key, stepsPath, interrupted: active }
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
  const { interrupted } = old
  if (!interrupted) return copySteps(run, old, rooms)
  const held = await rooms.store.active.adopt(old.runId)
  if (held === 'held' || held === undefined)
    throw fail('RUN_ACTIVE', `Cannot retry run ${old.runId}: somebody else has just taken it over`)
  try {
    await endOrphans(interrupted.entry, rooms.host)
    copySteps(run, old, rooms)
  } catch (error) {
    held.note({ status: 'interrupted' })
    held.release()
    throw error
  }
  await closeRun(held, interrupted.entry, 'interrupted', rooms)
}

function copySteps(run: HeldRun, { stepsPath }: OldRun, { host }: Rooms): void {
  const bytes = stepsPath && host.files.find(stepsPath, limits.stepsFileBytes)
  if (!bytes) return
  const done = parseSteps(new TextDecoder().decode(bytes)).filter(isDone)
  if (done.length === 0) return
  host.files.makeDirectory(run.directory, 0o700)
  host.files.append(run.stepsPath, done.map(formatStep).join(''), 0o600)
}
