// One step of whatever kind, at whatever depth: not done again when an earlier process finished
// it, else announced, attempted as often as its policy says, and its end announced.

import { stepKeys } from '#core/drawer/run/keys.ts'
import { expose, type Scope } from '#core/drawer/run/scope.ts'
import { kindOf } from '#core/drawer/neighbours.ts'
import { setField } from '#core/expr/output.ts'
import type { Step } from '#spec/steps.ts'
import { type Body, type BodyEnd, goesOn, type StepEnd, visibleOutput } from './act.ts'
import { makeAttempts } from './attempts.ts'
import type { Run } from './job.ts'

export interface StepSite {
  key: string
  /** Place in the drawer; absent inside a loop or branch. */
  index?: number
  scope: Scope
  signal: AbortSignal
}

/** Runs a step to its end. Rejects only when events cannot be kept. */
export async function runStep(step: Step, site: StepSite, run: Run): Promise<StepEnd> {
  const { key, index } = site
  const { past } = run.tree
  const before = past.findFinished(key)
  if (before) return before
  const place = index === undefined ? {} : { index }
  if (!past.findStarted(key))
    await run.emit({ type: 'step.started', key, id: step.id, kind: kindOf(step), ...place })
  const end = await makeAttempts(step, site, run, (body) => runBody(body, run))
  await run.emit({ type: 'step.finished', key, ...place, ...end })
  return end
}

async function runBody({ steps, prefix, scope, signal }: Body, run: Run): Promise<BodyEnd> {
  const end: BodyEnd = { steps: {}, verdict: 'ok' }
  const keys = stepKeys(prefix, steps)
  for (const [index, step] of steps.entries()) {
    const key = keys[index]!
    const left = !run.tree.past.findStarted(key)
    // Cancelled between two steps: the next one leaves no trace.
    if (signal.aborted && left) return { ...end, verdict: 'cancelled' }
    const ended = await runStep(step, { key, scope, signal }, run)
    const { status, error = null } = ended.record
    setField(end.steps, step.id, { status, output: visibleOutput(ended), error })
    if (!goesOn(ended.verdict))
      return { ...end, verdict: ended.verdict, failed: { id: step.id, error: error! } }
    expose(scope, step.id, visibleOutput(ended))
  }
  return end
}
