// A drawer as a tree of plain lines, from which both pictures are drawn: steps with their bodies
// and branches, or stages with their transitions.

import type { DrawerRun, StepRun } from '#spec/drawerRun.ts'
import type { Drawer } from '#spec/drawer.ts'
import type { Step } from '#spec/steps.ts'
import { kindOf } from '../neighbours.ts'

export type State = 'ok' | 'failed' | 'cancelled' | 'none'

export interface OutlineNode {
  id: string
  kind: string
  /** What it does, in a few words. */
  detail: string
  state: State
  /** Time it took in the last run. */
  durationMs?: number
  /** Code and message of its error in the last run. */
  error?: string
  /** Bodies and branches; a plain body has no label. */
  groups: { label: string; nodes: OutlineNode[] }[]
}

/** The steps of an action drawer, with how they ended in a run. */
export function outlineSteps(drawer: Drawer, run: DrawerRun | undefined): OutlineNode[] {
  const records = new Map((run?.steps ?? []).map((record) => [record.id, record]))
  return (drawer.steps ?? []).map((step) => outlineStep(step, records))
}

function outlineStep(step: Step, records: ReadonlyMap<string, StepRun>): OutlineNode {
  const kind = kindOf(step)
  const record = records.get(step.id)
  const body = (step.steps ?? []).map((one) => outlineStep(one, nothing))
  const branches = (step.cases ?? []).map(({ id, when, steps = [] }) => ({
    label: id ? `${id}: when ${when}` : `when ${when}`,
    nodes: steps.map((one) => outlineStep(one, nothing)),
  }))
  const bodyLabel = kind === 'switch' ? 'default' : ''
  return {
    id: step.id,
    kind,
    detail: details[kind]?.(step) ?? '',
    ...(record ? outcome(record) : { state: 'none' as const }),
    groups: [...branches, ...(body.length > 0 ? [{ label: bodyLabel, nodes: body }] : [])],
  }
}

// Records of nested steps are kept per iteration; the picture shows the container's.
const nothing: ReadonlyMap<string, StepRun> = new Map()

const details: Readonly<Record<string, (step: Step) => string>> = {
  button: ({ id, button = '' }) => (button === id ? '' : button),
  drawer: ({ drawer = '' }) => drawer,
  for_each: (step) => `${step.as || 'item'} in ${step.over ?? '?'}`,
  aggregate: ({ from = '?', pluck = '?' }) => `${pluck} of ${from}`,
  wait: ({ duration, until }) => duration ?? (until === undefined ? '?' : `until ${until}`),
  split: ({ over = '?', size, chunks }) =>
    size === undefined ? `${over} into ${chunks ?? '?'} chunks` : `${over} by ${size}`,
  batch: ({ over = '?', size, within }) =>
    [over, size === undefined ? '' : `by ${size}`, within ? `within ${within}` : '']
      .join(' ')
      .trim(),
  merge: ({ inputs = {} }) => Object.keys(inputs).join(', '),
  transform: ({ fields = {} }) => Object.keys(fields).join(', '),
}

function outcome(record: StepRun): Pick<OutlineNode, 'state' | 'durationMs' | 'error'> {
  const { error } = record
  const duration = record['duration_ms']
  const state = record.status === 'ok' ? 'ok' : error?.code === 'CANCELLED' ? 'cancelled' : 'failed'
  return {
    state,
    ...(typeof duration === 'number' && { durationMs: duration }),
    ...(error && { error: [error.code, error.message].filter(Boolean).join(': ') }),
  }
}
