// Presses that steps of drawers made. A step leaves no record of its own: what is known of it stands
// in the record of its drawer, and is shown in the form of any other press.

import type { DrawerRun, InnerPress, StepRun } from '#spec/drawerRun.ts'
import type { Run } from '#spec/run.ts'
import { formatArgs } from '../drawer/run/args.ts'

export interface StepPress extends Run {
  drawer: string
  step: string
}

/** The presses in one run of a drawer, those of one button when it is named; the last first. */
export function listStepPresses(run: DrawerRun, button?: string): StepPress[] {
  const inner = (run.inner_presses ?? []).map((press) => innerPress(run, press))
  return [...run.steps.filter(isPress).map((step) => toPress(run, step)), ...inner]
    .filter((press) => button === undefined || press.button === button)
    .reverse()
}

function isPress({ button }: StepRun): boolean {
  return typeof button === 'string'
}

// What it was given and gave stands in the output of the loop or branch.
function innerPress(run: DrawerRun, { step, error_type, ...press }: InnerPress): StepPress {
  const { button, status, exit_code, duration_ms } = press
  return toPress(run, {
    id: step,
    button,
    status,
    exit_code,
    duration_ms,
    ...(error_type !== undefined && { error: { code: error_type } }),
  })
}

function toPress(run: DrawerRun, step: StepRun): StepPress {
  const button = textOf(step['button'])
  return {
    button,
    pressed_at: run.started_at,
    args: argsOf(step['args']),
    exit_code: numberOf(step['exit_code']),
    stdout: textOf(step['stdout']),
    stderr: textOf(step['stderr']),
    duration_ms: numberOf(step['duration_ms']),
    button_name: button,
    started_at: run.started_at,
    finished_at: run.finished_at,
    status: step.status,
    ...(step.error?.code !== undefined && { error_type: step.error.code }),
    ...(run.run_id !== undefined && { run_id: run.run_id }),
    drawer: run.drawer_name,
    step: step.id,
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0
}

function argsOf(value: unknown): Record<string, string> {
  return typeof value === 'object' && value !== null ? formatArgs({ ...value }) : {}
}
