// The rules of flow drawers (drawers.md 5.5), in their order. All problems are errors.

import type { Drawer } from '#spec/drawer.ts'
import {
  agentReference,
  type FlowDefinition,
  type FlowStage,
  type FlowStageTrigger,
  retryBackoffs,
  sessionPolicies,
  stageIdPattern,
  stageTriggerKinds,
} from '#spec/flow.ts'
import { error, type Issue, type IssueCode } from '../validate/issue.ts'

/** Every problem of a flow drawer whose schema version is known. */
export function validateFlow(drawer: Drawer): Issue[] {
  const issues: Issue[] = []
  if (drawer.schema_version !== 2)
    issues.push(
      error('SCHEMA_VERSION', 'a flow drawer needs schema_version 2', {
        path: 'schema_version',
        remediation: 'Write 2',
      }),
    )
  if (drawer.steps)
    issues.push(error('DRAWER_KIND', 'flow drawer cannot define steps', { path: 'steps' }))
  const { flow } = drawer
  if (!flow) return [...issues, error('FIELD_MISSING', 'a flow drawer needs a flow', at('flow'))]
  issues.push(...checkPolicy(flow))
  if (flow.stages.length === 0) {
    const remediation = `buttons drawer ${drawer.name} stage add ID`
    const message = 'a flow needs at least one stage'
    return [...issues, error('FIELD_MISSING', message, { path: 'flow.stages', remediation })]
  }
  issues.push(...checkStageIds(flow.stages))
  const ids = new Set(flow.stages.map(({ id }) => id))
  if (!ids.has(flow.initial_stage)) {
    const message = `initial stage "${flow.initial_stage}" is not a stage`
    const remediation = `buttons drawer ${drawer.name} set flow.initial_stage=${flow.stages[0]!.id}`
    issues.push(error('STAGE_NOT_FOUND', message, { path: 'flow.initial_stage', remediation }))
  }
  for (const stage of flow.stages) issues.push(...checkStage(stage, ids))
  return issues
}

function at(path: string) {
  return { path }
}

function checkPolicy({ manager, limits }: FlowDefinition): Issue[] {
  const issues = checkManager(manager, 'flow.manager', 'invalid manager agent reference')
  for (const key of ['max_active_tasks', 'max_runtime_seconds', 'max_attempts_per_stage'] as const)
    if ((limits?.[key] ?? 0) < 0)
      issues.push(invalid(`flow.limits.${key}`, `limit ${key} must not be negative`))
  return issues
}

function checkManager(manager: FlowDefinition['manager'], path: string, message: string): Issue[] {
  const issues: Issue[] = []
  if (!agentReference.test(manager.agent))
    issues.push(invalid(`${path}.agent`, `${message} "${manager.agent}"`, agentHint))
  if ((manager.heartbeat_seconds ?? 0) < 0)
    issues.push(invalid(`${path}.heartbeat_seconds`, 'heartbeat_seconds must not be negative'))
  return issues
}

const agentHint = 'Use activation.manager, activation.worker or agent:<tenant>:<name>'

function invalid(path: string, message: string, remediation?: string): Issue {
  return error('FIELD_INVALID', message, { path, ...(remediation && { remediation }) })
}

function checkStageIds(stages: readonly FlowStage[]): Issue[] {
  const seen = new Set<string>()
  return stages.flatMap(({ id }, index) => {
    const duplicate = seen.has(id)
    seen.add(id)
    const details = { path: `flow.stages.${id || index}`, ...(id && { step_id: id }) }
    if (duplicate) return [error('STEP_ID', `duplicate stage id "${id}"`, details)]
    if (stageIdPattern.test(id)) return []
    const message = `stage id "${id}" must be lower-case words joined by dashes`
    return [error('STEP_ID', message, details)]
  })
}

function checkStage(stage: FlowStage, ids: ReadonlySet<string>): Issue[] {
  const path = `flow.stages.${stage.id}`
  const add = (code: IssueCode, field: string, message: string, remediation?: string) =>
    issues.push(
      error(code, message, { path: `${path}.${field}`, ...(remediation && { remediation }) }),
    )
  const issues: Issue[] = []
  if (stage.title === '') add('FIELD_MISSING', 'title', 'a stage needs a title')
  if (stage.manager)
    issues.push(
      ...checkManager(stage.manager, `${path}.manager`, 'invalid manager agent reference'),
    )
  if (stage.worker && !agentReference.test(stage.worker.agent))
    add('FIELD_INVALID', 'worker.agent', badWorker(stage.worker.agent), agentHint)
  for (const role of ['manager', 'worker'] as const) {
    const policy = stage.session_policy?.[role]
    if (policy && !isOneOf(sessionPolicies, policy))
      add('FIELD_INVALID', `session_policy.${role}`, `invalid ${role} session policy "${policy}"`)
  }
  for (const trigger of stage.triggers ?? []) {
    const problem = findTriggerProblem(trigger)
    if (problem) add('FIELD_INVALID', 'triggers', problem)
  }
  for (const target of stage.transitions ?? [])
    if (!ids.has(target))
      add('STAGE_NOT_FOUND', 'transitions', `unknown transition target "${target}"`)
  issues.push(...checkStageNumbers(stage, path))
  return issues.map((issue) => ({ ...issue, ...(stage.id && { step_id: stage.id }) }))
}

function badWorker(agent: string): string {
  return `invalid worker agent reference "${agent}"`
}

function isOneOf(words: readonly string[], word: string): boolean {
  return words.includes(word)
}

function findTriggerProblem(trigger: FlowStageTrigger): string | undefined {
  const { kind } = trigger
  if (!isOneOf(stageTriggerKinds, kind)) return `invalid stage trigger kind "${kind}"`
  if (kind === 'heartbeat')
    return (trigger.every_seconds ?? 0) > 0
      ? undefined
      : 'a heartbeat trigger needs a positive every_seconds'
  const field = kind === 'cron' ? 'cron' : kind === 'event' ? 'event_type' : 'hook_id'
  return trigger[field]?.trim() ? undefined : `a trigger of kind ${kind} needs ${field}`
}

function checkStageNumbers({ timeout_seconds, concurrency, retry }: FlowStage, path: string) {
  const issues: Issue[] = []
  if ((timeout_seconds ?? 0) < 0)
    issues.push(invalid(`${path}.timeout_seconds`, 'timeout_seconds must be positive'))
  if ((concurrency ?? 0) < 0)
    issues.push(invalid(`${path}.concurrency`, 'concurrency must be positive'))
  if ((retry?.limit ?? 0) < 0)
    issues.push(invalid(`${path}.retry.limit`, 'the retry limit must not be negative'))
  if (retry?.backoff && !isOneOf(retryBackoffs, retry.backoff))
    issues.push(invalid(`${path}.retry.backoff`, `invalid retry backoff "${retry.backoff}"`))
  if ((retry?.initial_seconds ?? 0) < 0)
    issues.push(invalid(`${path}.retry.initial_seconds`, 'initial_seconds must not be negative'))
  return issues
}
