// Presses that steps of drawers made. A step leaves no record of its own: what is known of it stands
// in the record of its drawer, and is shown in the form of any other press.

import type { DrawerRun, StepRun } from '#spec/drawerRun.ts'
import type { Run } from '#spec/run.ts'
import { formatArgs } from '../drawer/run/args.ts'

export interface StepPress extends Run {
  drawer: string
  step: string
}

/** The presses in one run of a drawer, those of one button when it is named; the last first. */
export function listStepPresses(run: DrawerRun, button?: string): StepPress[] {
  return run.steps
    .filter(({ button: pressed }) =>
      button === undefined ? typeof pressed === 'string' : pressed === button,
    )
    .map((step) => toPress(run, step))
    .reverse()
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
