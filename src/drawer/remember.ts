// Recording a run. A record that cannot be written is a warning: the run has happened.

import { innerPresses } from '#core/drawer/run/fold.ts'
import { makeDrawerRecord } from '#core/drawer/run/record.ts'
import type { DrawerResult } from '#spec/drawerPress.ts'
import { limits } from '#spec/limits.ts'
import type { Run } from './job.ts'

/** `again`: an earlier process had begun the run, and may have recorded it. */
export async function remember(run: Run, result: DrawerResult, again: boolean): Promise<void> {
  const { tree, fold, drawer, job } = run
  const { store, warn } = tree.context
  const { started } = fold
  const { redact } = tree.secrets
  const record = makeDrawerRecord({
    result,
    redact,
    inner: innerPresses(fold),
    secretInputs: started.secret_inputs,
    started,
  })
  try {
    const target = { kind: 'drawer', name: drawer.name } as const
    if (!again || !(await store.runs.find(run.runId)))
      await store.runs.record(target, { startedMs: started.at_ms }, record)
  } catch (error) {
    // Its journal is all there is of the run then.
    return warn((error as Error).message)
  }
  await run.emit({ type: 'run.recorded', key: job.prefix })
  // Thousands of runs inside one loop: the index takes them in portions instead of all at the end.
  if (tree.countRecorded() % limits.indexAfterRuns === 0) await store.settle()
}
