// The result of a run, folded from its events. Only steps of the drawer itself are kept, so a loop
// of ten thousand items is one record here; of what was pressed inside there is one line each.

import { limits } from '#spec/limits.ts'
import type { InnerPress } from '#spec/drawerRun.ts'
import type { DrawerResult, StepRecord } from '#spec/drawerPress.ts'
import type { RunEvent, RunFinished, RunStarted, StepFinished } from '#spec/drawerEvents.ts'
import { formatTime } from '../../time/format.ts'

export interface Fold {
  started: RunStarted
  steps: { index: number; record: StepRecord }[]
  /** The newest of them. */
  inner: InnerPress[]
  finished: RunFinished | undefined
}

export function openFold(started: RunStarted): Fold {
  return { started, steps: [], inner: [], finished: undefined }
}

/** Takes in the next event; those of other runs and of steps further inside change nothing. */
export function addEvent(fold: Fold, event: RunEvent): void {
  if (event.run_id !== fold.started.run_id) return
  if (event.type === 'step.finished') addStep(fold, event)
  if (event.type === 'run.finished') fold.finished = event
}

function addStep({ started, steps, inner }: Fold, { key, index, record }: StepFinished): void {
  if (index !== undefined) return void steps.push({ index, record })
  const { button, status, exit_code, duration_ms, error } = record
  if (button === undefined) return
  const step = key.slice(started.key.length)
  const error_type = error?.code
  inner.push({
    step,
    button,
    status,
    exit_code,
    duration_ms,
    ...(error_type !== undefined && { error_type }),
  })
  // Not with every press: what is in front of a list is dropped by moving all the rest.
  if (inner.length >= limits.recordInnerPresses * 2) inner.splice(0, limits.recordInnerPresses)
}

/** Those that a record has room for. */
export function innerPresses({ inner }: Fold): readonly InnerPress[] {
  return inner.slice(-limits.recordInnerPresses)
}

/** The result of a finished run. */
export function toResult({ started, steps, finished }: Fold): DrawerResult {
  const end = finished!
  return {
    run_id: started.run_id,
    drawer: started.drawer,
    status: end.status,
    started_at: formatTime(started.at_ms),
    finished_at: formatTime(end.at_ms),
    duration_ms: Math.max(0, end.at_ms - started.at_ms),
    ...(Object.keys(started.inputs).length > 0 && { inputs: started.inputs }),
    steps: steps.toSorted((a, b) => a.index - b.index).map(({ record }) => record),
    ...(end.failed_step !== undefined && { failed_step: end.failed_step }),
    ...(end.error && { error: end.error }),
    ...(end.skipped_steps && { skipped_steps: end.skipped_steps }),
    ...(end.output && { output: end.output }),
    ...(end.output_error && { output_error: end.output_error }),
  }
}
