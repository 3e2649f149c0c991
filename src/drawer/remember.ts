// Recording a run. A record that cannot be written is a warning: the run has happened.

import { makeDrawerRecord } from '#core/drawer/run/record.ts'
import type { DrawerResult } from '#spec/drawerPress.ts'
import { limits } from '#spec/limits.ts'
import type { Run } from './job.ts'

export async function remember(run: Run, result: DrawerResult): Promise<void> {
  const { tree, fold, drawer, job } = run
  const { store, warn } = tree.context
  const record = makeDrawerRecord({
    result,
    secretInputs: fold.started.secret_inputs,
    redact: tree.secrets.redact,
    parentRunId: job.parentRunId,
  })
  try {
    const target = { kind: 'drawer', name: drawer.name } as const
    await store.runs.record(target, { startedMs: fold.started.at_ms }, record)
  } catch (error) {
    warn((error as Error).message)
  }
  await run.emit({ type: 'run.recorded', key: job.prefix })
  // Thousands of runs inside one loop: the index takes them in portions instead of all at the end.
  if (tree.countRecorded() % limits.indexAfterRuns === 0) await store.settle()
}
