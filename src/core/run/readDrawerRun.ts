// Reading a stored press of a drawer, whichever release wrote it (drawers.md 7.2).

import * as v from 'valibot'
import { type DrawerRun, drawerRunFileSchema, type StepRun } from '#spec/drawerRun.ts'
import { findSetTime } from '#core/press/readRun.ts'
import { formatTime } from '#core/time/format.ts'

/** The run in a record's text, or undefined when it is not a record. `folder` names the drawer. */
export function findDrawerRun(text: string, folder: string): DrawerRun | undefined {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return undefined
  }
  const parsed = v.safeParse(drawerRunFileSchema, json)
  if (!parsed.success) return undefined
  const file = parsed.output
  const startedMs = findSetTime(file.started_at)
  if (startedMs === undefined) return undefined
  const duration = file.duration_ms ?? 0
  const finishedMs = findSetTime(file.finished_at) ?? startedMs + duration
  return {
    drawer_name: file.drawer_name ?? folder,
    ...(file.run_id && { run_id: file.run_id }),
    started_at: formatTime(startedMs),
    finished_at: formatTime(finishedMs),
    duration_ms: duration,
    status: file.status || 'failed',
    ...(file.inputs && { inputs: file.inputs }),
    steps: (file.steps ?? []).map(toStep),
    ...(file.inner_presses && { inner_presses: file.inner_presses }),
    ...(file.error_type && { error_type: file.error_type }),
    ...(file.error && { error: file.error }),
    ...(file.failed_step && { failed_step: file.failed_step }),
    ...(file.skipped_steps && { skipped_steps: file.skipped_steps }),
    ...(file.output !== undefined && { output: file.output }),
    ...(file.parent_run_id && { parent_run_id: file.parent_run_id }),
    ...(file.retry_of && { retry_of: file.retry_of }),
    ...(file.idempotency_base && { idempotency_base: file.idempotency_base }),
    ...(file.mode === 'parallel' && {
      mode: file.mode,
      on_failure: file.on_failure === 'continue' ? 'continue' : 'stop',
      concurrency: file.concurrency ?? 0,
    }),
  }
}

function toStep(step: Record<string, unknown>): StepRun {
  const known = Object.entries(step).filter(([, value]) => value !== null)
  return { id: '', status: '', ...Object.fromEntries(known) }
}
