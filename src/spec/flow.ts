// The policy of a flow drawer: stages of a board and who moves tasks through them (drawers.md 2.6).
// Only a definition; an outside runtime activates it. The keys stand in the order of section 8.

import * as v from 'valibot'
import { type Shape, always, flag, text, texts, whole, words } from './shape.ts'

export const sessionPolicies = ['new_attempt', 'continue_stage', 'continue_task'] as const
export const stageTriggerKinds = ['heartbeat', 'cron', 'event', 'webhook'] as const
export const retryBackoffs = ['fixed', 'exponential'] as const

const agentWords = 'activation.manager, activation.worker or agent:<tenant>:<name>'

export const flowManagerSchema = v.looseObject({
  agent: always(`Agent reference: ${agentWords}`),
  system_prompt: text('What the manager is told'),
  heartbeat_seconds: whole('How often the manager looks at the board'),
})

export const flowLimitsSchema = v.looseObject({
  max_active_tasks: whole('Tasks in work at the same time'),
  max_runtime_seconds: whole('Longest life of a task'),
  max_attempts_per_stage: whole('Attempts before a task is given up'),
})

export const flowWorkerSchema = v.looseObject({
  agent: always(`Agent reference: ${agentWords}`),
})

export const flowSessionPolicySchema = v.looseObject({
  manager: words(sessionPolicies, 'Which session a manager works in'),
  worker: words(sessionPolicies, 'Which session a worker works in'),
})

export const flowStageTriggerSchema = v.looseObject({
  kind: always('What wakes the stage', stageTriggerKinds),
  every_seconds: whole('heartbeat: the interval'),
  cron: text('cron: the schedule'),
  event_type: text('event: its type'),
  hook_id: text('webhook: its id'),
})

export const flowCompletionSchema = v.looseObject({
  requires_summary: flag('A task leaves the stage only with a summary'),
  requires_proof: flag('A task leaves the stage only with a proof'),
})

export const flowRetrySchema = v.looseObject({
  limit: whole('Further attempts'),
  backoff: words(retryBackoffs, 'How the delay grows'),
  initial_seconds: whole('First delay'),
})

export const flowStageSchema = v.looseObject({
  id: always('Lower-case words joined by dashes'),
  title: always('Heading of the stage'),
  system_prompt: text('What agents are told in this stage'),
  manager: v.nullish(flowManagerSchema),
  worker: v.nullish(flowWorkerSchema),
  session_policy: v.nullish(flowSessionPolicySchema),
  triggers: v.nullish(v.array(flowStageTriggerSchema)),
  transitions: texts('Stages a task may move to'),
  completion: v.nullish(flowCompletionSchema),
  retry: v.nullish(flowRetrySchema),
  timeout_seconds: whole('Longest stay of a task in the stage'),
  concurrency: whole('Tasks in the stage at the same time'),
})

export const flowSchema = v.looseObject({
  initial_stage: always('Where a task begins'),
  manager: v.pipe(
    v.nullish(flowManagerSchema, { agent: '' }),
    v.metadata({ published: { always: true } }),
  ),
  limits: v.nullish(flowLimitsSchema),
  stages: v.pipe(
    v.nullish(v.array(flowStageSchema), []),
    v.metadata({ published: { always: true } }),
  ),
})

export type FlowStageTrigger = Shape<typeof flowStageTriggerSchema.entries>
export type FlowStage = Shape<typeof flowStageSchema.entries>
export type FlowDefinition = Shape<typeof flowSchema.entries>

/** An agent that a flow may name. */
export const agentReference =
  /^(?:activation\.(?:manager|worker)|agent:[A-Za-z0-9._-]+:[A-Za-z0-9._-]+)$/

export const stageIdPattern = /^[a-z0-9]+(?:-[a-z0-9]+)*$/
