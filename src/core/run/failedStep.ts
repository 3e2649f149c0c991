// Where a drawer's run failed. Older records do not say it, their steps do (drawers.md 7.2).

import type { DrawerRun, StepRun } from '#spec/drawerRun.ts'

/** The step a failed run is said to have failed at: the named one, else the last that is not ok. */
export function findFailedStep(run: DrawerRun): StepRun | undefined {
  if (run.status === 'ok') return undefined
  const named = run.steps.find((step) => step.id === run.failed_step && step.status !== 'ok')
  return named ?? run.steps.findLast((step) => step.status !== 'ok')
}
