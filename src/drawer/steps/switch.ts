// A choice: the steps of the first case that is true, else the default steps (drawers.md 6.6).

import { branchPrefix } from '#core/drawer/run/keys.ts'
import { innerScope } from '#core/drawer/run/scope.ts'
import { resolveExpressionField } from '#core/expr/resolve.ts'
import { describe, fromJson } from '#core/expr/values.ts'
import { fail } from '#spec/errors.ts'
import type { Step } from '#spec/steps.ts'
import {
  type Act,
  type BodyEnd,
  cancelled,
  contextOf,
  done,
  goesOn,
  type Outcome,
  within,
} from '../act.ts'

export async function choose(act: Act): Promise<Outcome> {
  const { step, run, inside, scope, signal } = act
  const branch = await decide(act)
  const matched = nameOf(branch, step)
  const steps = (branch < 0 ? step.steps : step.cases?.[branch]?.steps) ?? []
  if (!run.tree.past.findBranch(inside))
    await run.emit({ type: 'branch.chosen', key: inside, branch, matched })
  const prefix = branchPrefix(inside, matched)
  const end = await act.runBody({ steps, prefix, scope: innerScope(scope), signal })
  return { ...outcomeOf(end, step), output: { matched, steps: end.steps } }
}

// Decided once: what the conditions read may be different after a restart.
async function decide(act: Act): Promise<number> {
  const { step, run, inside } = act
  const cases = step.cases ?? []
  const before = run.tree.past.findBranch(inside)
  if (before) return before.branch
  return cases.findIndex(({ when }, index) => isTrue(when, index, act))
}

function isTrue(when: string, index: number, act: Act): boolean {
  const place = `case ${index} 'when'`
  if (when === '') throw fail('VALIDATION_ERROR', `${place} of "${act.step.id}" is empty`)
  const value = within(place, () => resolveExpressionField(when, contextOf(act)))
  if (typeof value === 'boolean') return value
  const type = describe(fromJson(value))
  throw fail('VALIDATION_ERROR', `${place} of "${act.step.id}" must be true or false, got ${type}`)
}

function nameOf(branch: number, { cases = [], steps = [] }: Step): string {
  if (branch >= 0) return cases[branch]?.id || `case-${branch}`
  return steps.length > 0 ? 'default' : ''
}

/** The error of a nested step is the error of the switch. */
function outcomeOf({ verdict, failed }: BodyEnd, step: Step): Outcome {
  if (goesOn(verdict)) return done(undefined)
  if (verdict === 'cancelled') return cancelled(step)
  const refused = verdict === 'refused'
  return { verdict: refused ? 'refused' : 'failed', status: 'failed', error: failed!.error }
}
