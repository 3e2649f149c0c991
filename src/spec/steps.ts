// The steps of a drawer as they stand in drawer.json (drawers.md 2.3, 2.4). A new kind is a word in
// `stepKinds`, the keys it needs, and a row in drawer/steps/index.ts.

import * as v from 'valibot'
import {
  type Shape,
  always,
  anything,
  flag,
  free,
  number,
  text,
  texts,
  whole,
  words,
} from './shape.ts'

export const stepKinds = [
  'button',
  'drawer',
  'for_each',
  'switch',
  'aggregate',
  'wait',
  'split',
  'merge',
  'transform',
  'batch',
] as const
export type StepKind = (typeof stepKinds)[number]

export const failureActions = ['stop', 'continue', 'retry'] as const
export const backoffStrategies = ['exponential', 'fixed'] as const
export const itemFailureActions = ['stop', 'continue'] as const
export const conflictRules = ['last', 'first', 'error', 'list'] as const
export type ConflictRule = (typeof conflictRules)[number]

export const backoffSchema = v.looseObject({
  strategy: always('How the delay grows from attempt to attempt', backoffStrategies),
  initial_ms: whole('Delay after the first attempt, milliseconds'),
  factor: number('Growth of an exponential delay, default 2'),
  max_ms: whole('Longest delay, milliseconds'),
  jitter: flag('Choose each delay at random between its half and itself'),
})

export const errorPolicySchema = v.looseObject({
  action: always('What a failure of the step leads to', failureActions),
  max_attempts: whole('Attempts in all for retry; 1 means no retry'),
  backoff: v.nullish(backoffSchema),
  retry_on: texts('Error codes worth another attempt; empty means any'),
  compensate_with: anything('Reserved'),
})

// A function, because cases and steps contain each other.
const bodyOf = (description: string) =>
  v.nullish(v.pipe(v.array(v.lazy((): v.GenericSchema => stepSchema)), v.description(description)))

const caseEntries = {
  when: always('Condition, as an expression or as ${…}; the first true case runs'),
  id: text('Name of the case in the output, default case-<index>'),
}

export const caseSchema = v.looseObject({
  ...caseEntries,
  steps: bodyOf('Steps of this branch'),
})

const stepEntries = {
  id: always('Unique among the steps beside it'),
  kind: words(stepKinds, 'What the step does, default button'),
  button: text('button: the button to press'),
  drawer: text('drawer: the drawer to run'),
  args: free('button, drawer: argument or input name to value; texts may contain ${…}'),
  timeout_seconds: whole('Deadline of one attempt, seconds'),
  bindings: v.nullish(v.record(v.string(), v.string())),
  over: text('for_each, split, batch: expression that gives an array; for_each runs once per item'),
  as: text('for_each: name of the item inside the body, default item'),
  on_item_failure: words(
    itemFailureActions,
    'for_each: whether a failed item ends the loop, default stop',
  ),
  parallelism: whole('for_each: items in work at the same time, default 1'),
  from: text('aggregate: expression that gives an array'),
  pluck: text('aggregate: expression that is evaluated per item, which is called item'),
  duration: text('wait: how long, like 90s or 1h30m; may contain ${…}'),
  until: text('wait: an RFC 3339 instant; may contain ${…}'),
  size: whole(
    'split, batch: most items in one chunk or batch; the last one may hold fewer. The output is ' +
      '{chunks, count} of a split, {batches, count} of a batch',
  ),
  chunks: whole(
    'split, instead of size: number of chunks, each as long as the others or one item longer; ' +
      'with fewer items than chunks there are as many chunks as items',
  ),
  within: text(
    'batch: close a batch before an item that is at least this much later than its first one, ' +
      'like 5m; with size, whichever comes first',
  ),
  at: text(
    'batch with within: expression that gives the time of an item, which is called item, as an ' +
      'RFC 3339 text or a timestamp',
  ),
  inputs: free(
    'merge: name to value, usually ${step.output}; taken in alphabetical order of the names, ' +
      'objects are joined key by key, lists end to end, null is skipped; the joined value is the ' +
      'output',
  ),
  on_conflict: words(
    conflictRules,
    'merge: what becomes of a key that several objects have: the last value (last, the default), ' +
      'the first value (first), all values in order as a list (list), or the step fails unless ' +
      'the values are equal (error)',
  ),
  fields: free(
    'transform: name to value; texts may contain ${…}; the resolved object is the output',
  ),
}

export const stepSchema = v.looseObject({
  ...stepEntries,
  on_failure: v.nullish(errorPolicySchema),
  steps: bodyOf('for_each: body; switch: steps that run when no case is true'),
  cases: v.nullish(v.array(caseSchema)),
})

export type Backoff = Shape<typeof backoffSchema.entries>
export type ErrorPolicy = Shape<typeof errorPolicySchema.entries>

export interface Case extends Shape<typeof caseEntries> {
  steps?: Step[]
}

export interface Step extends Shape<typeof stepEntries> {
  on_failure?: ErrorPolicy
  steps?: Step[]
  cases?: Case[]
}
