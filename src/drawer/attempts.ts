// The attempts at a step: retries with their pauses, a deadline for each attempt, and what a
// failure means in the end. The same for every kind (drawers.md 6.3, B25, B26).

import { attemptsOf, isWorthRetry, retryDelayMs } from '#core/drawer/run/backoff.ts'
import { attemptKey } from '#core/drawer/run/keys.ts'
import { kindOf } from '#core/drawer/neighbours.ts'
import type { StepRecord } from '#spec/drawerPress.ts'
import { type Step, stepKinds } from '#spec/steps.ts'
import {
  type Act,
  type Body,
  type BodyEnd,
  cancelled,
  failed,
  findError,
  type Outcome,
  type StepEnd,
} from './act.ts'
import type { Run } from './job.ts'
import { type Deadline, openDeadline } from './signals.ts'
import type { StepSite } from './step.ts'
import { stepRunners } from './steps/index.ts'
import { sleepUntil } from './wait.ts'

type RunBody = (body: Body) => Promise<BodyEnd>

export async function makeAttempts(
  step: Step,
  site: StepSite,
  run: Run,
  runBody: RunBody,
): Promise<StepEnd> {
  const { clock } = run.tree.context
  const { key, signal } = site
  const before = run.tree.past.findFailure(key)
  let attempt = before ? before.attempt + 1 : 1
  let notBefore = before?.retry_at_ms
  for (;;) {
    if (notBefore !== undefined) {
      await run.tree.rests.rest(sleepUntil(notBefore, clock, signal))
      await run.emit({ type: 'attempt.started', key, attempt })
    }
    const { outcome, noted } = await tryOnce(step, attempt, site, run, runBody)
    const pauseMs = pauseBeforeNext(step, attempt, outcome, run)
    if (pauseMs === undefined) return conclude(step, attempt, outcome, noted)
    notBefore = clock.now() + pauseMs
    const { error } = outcome
    await run.emit({ type: 'attempt.failed', key, attempt, error: error!, retry_at_ms: notBefore })
    attempt++
  }
}

/** Milliseconds until the next attempt, or undefined when there is none. */
function pauseBeforeNext(
  { on_failure: policy }: Step,
  attempt: number,
  { verdict, error }: Outcome,
  { tree }: Run,
): number | undefined {
  if (verdict !== 'failed' || attempt >= attemptsOf(policy)) return undefined
  if (!isWorthRetry(policy, error!.code)) return undefined
  const [high = 0, low = 0] = tree.context.random.bytes(2)
  return Math.round(retryDelayMs(policy?.backoff, attempt, ((high << 8) | low) / 65_536))
}

interface Tried {
  outcome: Outcome
  noted: Act['noted']
}

async function tryOnce(
  step: Step,
  attempt: number,
  { key, scope, signal }: StepSite,
  run: Run,
  runBody: RunBody,
): Promise<Tried> {
  const { clock } = run.tree.context
  const noted: Act['noted'] = {}
  if (signal.aborted) return { outcome: cancelled(step), noted }
  const deadline = deadlineOf(step, signal, run)
  const inside = attemptKey(key, attempt)
  const act: Act = { step, run, key, inside, scope, noted, runBody, signal }
  const started = clock.monotonic()
  const ended = await outcomeOf(deadline ? { ...act, signal: deadline.signal } : act)
  deadline?.close()
  noted.duration_ms ??= Math.round(clock.monotonic() - started)
  const late = deadline?.passed() && !signal.aborted && ended.verdict !== 'ok'
  return { outcome: late ? timedOut(step, ended) : ended, noted }
}

// A button's press has a deadline of its own, which does not run while it waits for a slot.
function deadlineOf(step: Step, signal: AbortSignal, run: Run): Deadline | undefined {
  const seconds = step.timeout_seconds ?? 0
  if (seconds <= 0 || kindOf(step) === 'button') return undefined
  return openDeadline(signal, seconds * 1000, run.tree.context.clock)
}

async function outcomeOf(act: Act): Promise<Outcome> {
  const kind = stepKinds.find((one) => one === kindOf(act.step))
  if (!kind) return unknownKind(act.step)
  try {
    return await stepRunners[kind](act)
  } catch (error) {
    // Without its journal the run must not go on, not even as a failed one.
    if (act.run.tree.trouble()) throw error
    return refused(error, act)
  }
}

function unknownKind({ id, kind }: Step): Outcome {
  const message = `step "${id}" has the unknown kind "${kind}"`
  const remediation = `Kinds: ${stepKinds.join(', ')}`
  return {
    verdict: 'refused',
    status: 'failed',
    error: { code: 'KIND_NOT_IMPLEMENTED', message, remediation },
  }
}

function refused(error: unknown, { step, run }: Act): Outcome {
  const known = findError(error)
  if (known) return { verdict: 'refused', status: 'failed', error: known }
  const { message, stack = message } = error instanceof Error ? error : new Error(String(error))
  run.tree.context.warn(`internal error in step "${step.id}": ${stack}`)
  return { verdict: 'refused', status: 'failed', error: { code: 'INTERNAL_ERROR', message } }
}

function timedOut({ id, timeout_seconds }: Step, ended: Outcome): Outcome {
  const message = `Stopped step "${id}" after ${timeout_seconds} s`
  return {
    ...failed({ code: 'TIMEOUT', message }, 'timeout'),
    ...('output' in ended && { output: ended.output }),
  }
}

function conclude(step: Step, attempt: number, outcome: Outcome, noted: Act['noted']): StepEnd {
  const { status, output, error, verdict } = outcome
  const { button, exit_code, duration_ms = 0, queue_wait_ms, args, stdout, stderr } = noted
  const record: StepRecord = {
    id: step.id,
    ...(button !== undefined && { button }),
    status,
    exit_code: exit_code ?? (kindOf(step) === 'button' ? -1 : 0),
    duration_ms,
    ...(queue_wait_ms !== undefined && { queue_wait_ms }),
    ...(args && Object.keys(args).length > 0 && { args }),
    ...(output !== undefined && output !== null && { output }),
    ...(stdout && { stdout }),
    ...(stderr && { stderr }),
    ...(error && { error }),
    ...(attempt > 1 && { attempts: attempt }),
    ...(noted.nested_run_id && { nested_run_id: noted.nested_run_id }),
  }
  const tolerated = verdict === 'failed' && step.on_failure?.action === 'continue'
  const { secret_args } = noted
  return { verdict: tolerated ? 'tolerated' : verdict, record, ...(secret_args && { secret_args }) }
}
