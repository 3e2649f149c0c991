// What a kind of step is: one attempt at it, and the ways it can end.

import type { Scope } from '#core/drawer/run/scope.ts'
import type { Context } from '#core/expr/context.ts'
import { ExpressionError, formatExpressionError } from '#core/expr/errors.ts'
import type { Verdict } from '#spec/drawerEvents.ts'
import type { DrawerError, StepRecord, StepStatus } from '#spec/drawerPress.ts'
import { fail, Failure } from '#spec/errors.ts'
import type { Step } from '#spec/steps.ts'
import type { Run } from './job.ts'

/** One attempt at one step. */
export interface Act {
  readonly step: Step
  readonly run: Run
  /** The step's name, the same for every attempt. */
  readonly key: string
  /** What the keys of everything inside this attempt begin with. */
  readonly inside: string
  readonly scope: Scope
  /** Aborts when the run, the container around it or its own deadline wants it to end. */
  readonly signal: AbortSignal
  /** What is known for the record by now; it stays when the attempt fails halfway. */
  readonly noted: Partial<Pick<StepRecord, NotedKey>> & Pick<StepEnd, 'secret_args'>
  /** Runs steps in order, up to the first real failure. */
  runBody(body: Body): Promise<BodyEnd>
}

type NotedKey =
  | 'button'
  | 'exit_code'
  | 'duration_ms'
  | 'queue_wait_ms'
  | 'args'
  | 'stdout'
  | 'stderr'
  | 'nested_run_id'

/**
 * Carries out one attempt. What it throws as a Failure or an ExpressionError was written in a way
 * that cannot work, and nothing tolerates it; what ran and went wrong is an outcome.
 */
export type StepRunner = (act: Act) => Promise<Outcome>

export interface Outcome {
  verdict: Exclude<Verdict, 'tolerated'>
  status: StepStatus
  output?: unknown
  error?: DrawerError
}

export interface Body {
  steps: readonly Step[]
  /** What the keys of the steps begin with. */
  prefix: string
  /** Belongs to the body: outputs of its steps are added. */
  scope: Scope
  signal: AbortSignal
}

export interface BodyEnd {
  /** What a loop or branch shows of its steps, by id. */
  steps: Record<string, NestedRecord>
  verdict: Verdict
  /** The step that ended the body early. */
  failed?: { id: string; error: DrawerError }
}

export interface NestedRecord {
  status: StepStatus
  output: unknown
  error: DrawerError | null
}

/** How a step ended, after all attempts. */
export interface StepEnd {
  verdict: Verdict
  record: StepRecord
  secret_args?: string[]
}

/** Whether the steps after one that ended like this may run. */
export function goesOn(verdict: Verdict): boolean {
  return verdict === 'ok' || verdict === 'tolerated'
}

/** What later steps see of a step that ended well or was tolerated. */
export function visibleOutput({ verdict, record }: StepEnd): unknown {
  return verdict === 'ok' ? (record.output ?? null) : null
}

export function done(output: unknown): Outcome {
  return { verdict: 'ok', status: 'ok', output }
}

export function failed(error: DrawerError, status: StepStatus = 'failed'): Outcome {
  return { verdict: 'failed', status, error }
}

export function cancelled({ id }: Step): Outcome {
  const error = { code: 'CANCELLED', message: `Cancelled step "${id}"` }
  return { verdict: 'cancelled', status: 'failed', error }
}

/**
 * The outcome of working on values: what they do not allow is a failure like any other, which a
 * policy may tolerate, unlike what is wrong with the step itself.
 */
export function worked(work: () => unknown): Outcome {
  try {
    return done(work())
  } catch (error) {
    const known = findError(error)
    if (!known) throw error
    return failed(known)
  }
}

/** What a step's record says of something thrown, or undefined when nobody foresaw it. */
export function findError(error: unknown): DrawerError | undefined {
  if (error instanceof ExpressionError)
    return errorOf('RESOLVE_ERROR', formatExpressionError(error), error.hint)
  if (error instanceof Failure) return errorOf(error.code, error.message, error.hint)
  return undefined
}

function errorOf(code: string, message: string, hint?: string): DrawerError {
  return { code, message, ...(hint !== undefined && { remediation: hint }) }
}

/** What the expressions of the step can see. */
export function contextOf({ scope, run }: Pick<Act, 'scope' | 'run'>): Context {
  return { roots: scope.roots, env: run.tree.context.env }
}

/** Evaluates something; a failing expression is told with where it stands in front. */
export function within<T>(place: string, evaluate: () => T): T {
  try {
    return evaluate()
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    const message = `${place}: ${formatExpressionError(error)}`
    throw fail('RESOLVE_ERROR', message, {
      ...(error.hint !== undefined && { hint: error.hint }),
      cause: error,
    })
  }
}
