// Where a drawer's run failed; records do not say it, their steps do (drawers.md 7.2).

import type { DrawerRun, StepRun } from '#spec/drawerRun.ts'

/** The step a failed run is said to have failed at: the last one that is not ok. */
export function findFailedStep(run: DrawerRun): StepRun | undefined {
  return run.status === 'ok' ? undefined : run.steps.findLast((step) => step.status !== 'ok')
}
