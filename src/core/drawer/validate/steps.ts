// Walks the steps of a drawer, bodies and branches included, and checks each: its id, what its kind
// needs (kinds.ts), what every kind may have, and the references in it.

import type { Drawer } from '#spec/drawer.ts'
import {
  backoffStrategies,
  failureActions,
  itemFailureActions,
  type Step,
  stepKinds,
} from '#spec/steps.ts'
import { reservedWords } from '../../expr/ast.ts'
import { normalizeName } from '../../expr/names.ts'
import { kindOf, type Neighbours } from '../neighbours.ts'
import { error, type Issue, warning } from './issue.ts'
import { kindRules } from './kinds.ts'
import { at, openScope, type Scope } from './scope.ts'

/** A list of steps and where it hangs. */
export interface Level {
  readonly drawer: Drawer
  readonly near: Neighbours
  readonly outer: Scope | undefined
  /** '' for the top, else `each.steps` or `route.cases.0.steps`. */
  readonly path: string
  /** The loop variable of the body. */
  readonly variable?: string
}

/** One step and everything its rules need. */
export interface StepSite {
  readonly step: Step
  readonly path: string
  readonly scope: Scope
  readonly drawer: Drawer
  readonly near: Neighbours
}

/** Problems of steps in order; ids are checked apart (checkIds). */
export function checkSteps(steps: readonly Step[], level: Level): Issue[] {
  const { drawer, near, outer, variable } = level
  const scope = openScope(steps, outer, variable)
  return steps.flatMap((step, index) =>
    checkStep({ step, path: pathOf(step, index, level), scope: at(scope, index), drawer, near }),
  )
}

function pathOf(step: Step, index: number, { path }: Level): string {
  if (path !== '') return `${path}.${index}`
  return step.id || `steps.${index}`
}

function checkStep(site: StepSite): Issue[] {
  const kind = kindOf(site.step)
  if (!Object.hasOwn(kindRules, kind)) return [unknownKind(kind, site)]
  const rules = kindRules[kind as keyof typeof kindRules]
  return [...rules(site), ...checkPolicy(site), ...checkBodies(site)]
}

function unknownKind(kind: string, { step, path }: StepSite): Issue {
  return error('STEP_KIND', `step "${step.id}" has the unknown kind "${kind}"`, {
    path: `${path}.kind`,
    step_id: step.id,
    remediation: `Kinds: ${stepKinds.join(', ')}`,
  })
}

function checkBodies({ step, path, scope, drawer, near }: StepSite): Issue[] {
  const shared = { drawer, near, outer: scope }
  const loop = kindOf(step) === 'for_each' ? { variable: step.as || 'item' } : {}
  const body = step.steps ?? []
  const own = checkLevel(body, { ...shared, ...loop, path: `${path}.steps` })
  const branches = (step.cases ?? []).flatMap((branch, index) =>
    checkLevel(branch.steps ?? [], { ...shared, path: `${path}.cases.${index}.steps` }),
  )
  return [...branches, ...own]
}

function checkLevel(steps: readonly Step[], level: Level): Issue[] {
  return [...checkIds(steps, (index) => `${level.path}.${index}`), ...checkSteps(steps, level)]
}

/** Missing, duplicate and awkward ids of one level. */
export function checkIds(steps: readonly Step[], pathAt: (index: number) => string): Issue[] {
  const seen = new Map<string, string>()
  return steps.flatMap(({ id }, index) => {
    const path = pathAt(index)
    if (id === '') return [error('STEP_ID', `step ${index + 1} has no id`, { path })]
    const normalized = normalizeName(id)
    const other = seen.get(normalized)
    seen.set(normalized, id)
    const details = { path, step_id: id }
    if (other === id) return [error('STEP_ID', `duplicate step id "${id}"`, details)]
    const why = other ? `it reads like "${other}"` : findAwkwardness(id)
    if (why === undefined) return []
    return [
      warning('STEP_ID', `step id "${id}" is awkward: ${why}`, {
        ...details,
        remediation: `Rename it, or refer to it as steps[${JSON.stringify(id)}]`,
      }),
    ]
  })
}

const rootNames = ['inputs', 'env', 'webhooks']

function findAwkwardness(id: string): string | undefined {
  if (rootNames.includes(id)) return `"${id}" means something else in expressions`
  if (reservedWords.has(id)) return 'it is a reserved word of expressions'
  if (id === 'steps') return 'it hides the root "steps"'
  if (id === 'flow') return '"set" takes it for the flow of a drawer'
  if (/^[0-9]/.test(id)) return 'it begins with a digit'
  return /^[A-Za-z0-9_-]+$/.test(id) ? undefined : 'it holds more than letters, digits, "-" and "_"'
}

// What every kind of step may carry (B25).
function checkPolicy({ step, path }: StepSite): Issue[] {
  const { on_failure: policy, timeout_seconds = 0, parallelism = 0, on_item_failure } = step
  const issues: Issue[] = []
  const invalid = (field: string, message: string) => {
    issues.push(error('FIELD_INVALID', message, { path: `${path}.${field}`, step_id: step.id }))
  }
  const odd = (field: string, message: string) => {
    issues.push(warning('FIELD_INVALID', message, { path: `${path}.${field}`, step_id: step.id }))
  }
  if (policy && !isOneOf(failureActions, policy.action))
    invalid(
      'on_failure.action',
      `on_failure.action "${policy.action}" must be ${list(failureActions)}`,
    )
  if (policy?.action === 'retry' && (policy.max_attempts ?? 0) < 1)
    odd('on_failure.max_attempts', 'retry without max_attempts makes one attempt only')
  if (policy?.backoff && !isOneOf(backoffStrategies, policy.backoff.strategy))
    odd(
      'on_failure.backoff.strategy',
      `backoff strategy "${policy.backoff.strategy}" acts as fixed`,
    )
  if (timeout_seconds < 0) invalid('timeout_seconds', 'timeout_seconds must not be negative')
  if (parallelism < 0) odd('parallelism', 'a negative parallelism acts as 1')
  if (on_item_failure && !isOneOf(itemFailureActions, on_item_failure))
    odd('on_item_failure', `on_item_failure "${on_item_failure}" acts as stop`)
  return issues
}

function isOneOf(words: readonly string[], word: string): boolean {
  return words.includes(word)
}

function list(words: readonly string[]): string {
  return words.join(', ')
}
