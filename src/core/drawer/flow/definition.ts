// The normal form of a flow drawer, as published beside it and compared byte for byte at install
// (drawers.md 8). Keys in a fixed order, what is empty left out, nothing else in it.

import { createHash } from 'node:crypto'
import type { Drawer } from '#spec/drawer.ts'
import { fail } from '#spec/errors.ts'
import type { FlowDefinition, FlowStage } from '#spec/flow.ts'
import { validateFlow } from './validate.ts'

/** The text of flow-definition.json. Throws VALIDATION_ERROR with the first problem of the flow. */
export function formatFlowDefinition(drawer: Drawer): string {
  const what = `Cannot define the flow of "${drawer.name}"`
  if (drawer.drawer_kind !== 'flow') throw fail('VALIDATION_ERROR', `${what}: it is no flow drawer`)
  const [first] = validateFlow(drawer)
  if (first || !drawer.flow) throw fail('VALIDATION_ERROR', `${what}: ${first?.message}`)
  const { schema_version, name, drawer_kind, description, version = '' } = drawer
  return escapeHtml(
    JSON.stringify({
      schema_version,
      name,
      drawer_kind,
      ...filled({ description }),
      version,
      flow: orderFlow(drawer.flow),
    }),
  )
}

/** Lower-case hex SHA-256 of the definition. */
export function hashFlowDefinition(definition: string): string {
  return createHash('sha256').update(definition).digest('hex')
}

// What the first writers of this file escaped, so that its bytes stay what they were.
function escapeHtml(json: string): string {
  return json.replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function orderFlow({ initial_stage, manager, limits, stages }: FlowDefinition) {
  return {
    initial_stage,
    manager: orderManager(manager),
    ...(limits && {
      limits: filled({
        max_active_tasks: limits.max_active_tasks,
        max_runtime_seconds: limits.max_runtime_seconds,
        max_attempts_per_stage: limits.max_attempts_per_stage,
      }),
    }),
    stages: stages.map(orderStage),
  }
}

function orderManager({ agent, system_prompt, heartbeat_seconds }: FlowDefinition['manager']) {
  return { agent, ...filled({ system_prompt, heartbeat_seconds }) }
}

function orderStage(stage: FlowStage) {
  const { id, title, manager, worker, session_policy, completion, retry } = stage
  return {
    id,
    title,
    ...filled({ system_prompt: stage.system_prompt }),
    ...(manager && { manager: orderManager(manager) }),
    ...(worker && { worker: { agent: worker.agent } }),
    ...(session_policy && {
      session_policy: filled({ manager: session_policy.manager, worker: session_policy.worker }),
    }),
    ...filled({ triggers: stage.triggers?.map(orderTrigger), transitions: stage.transitions }),
    ...(completion && {
      completion: filled({
        requires_summary: completion.requires_summary,
        requires_proof: completion.requires_proof,
      }),
    }),
    ...(retry && {
      retry: filled({
        limit: retry.limit,
        backoff: retry.backoff,
        initial_seconds: retry.initial_seconds,
      }),
    }),
    ...filled({ timeout_seconds: stage.timeout_seconds, concurrency: stage.concurrency }),
  }
}

function orderTrigger(trigger: NonNullable<FlowStage['triggers']>[number]) {
  const { kind, every_seconds, cron, event_type, hook_id } = trigger
  return { kind, ...filled({ every_seconds, cron, event_type, hook_id }) }
}

/** Without keys that hold nothing: '', 0, false, an empty list. */
function filled(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) =>
      Array.isArray(value) ? value.length > 0 : Boolean(value),
    ),
  )
}
