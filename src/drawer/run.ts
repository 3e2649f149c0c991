// Pressing a drawer. A run is the sequence of its events: they are announced before what they say
// is done, so a run that was cut short can be gone on with from the events there are.

import { checkPressable } from '#core/drawer/run/pressable.ts'
import type { DrawerRequest, DrawerResult } from '#spec/drawerPress.ts'
import { getDrawer } from './author/find.ts'
import type { DrawerContext } from './context.ts'
import type { RunJob } from './job.ts'
import { perform } from './perform.ts'
import { openTree, type Tree } from './tree.ts'

/**
 * Runs a drawer and records it; with `past`, goes on where that ended. A run that failed is a
 * result. Throws what keeps it from starting: NOT_FOUND, VALIDATION_ERROR, FLOW_RUNTIME_REQUIRED,
 * STORAGE_ERROR, and whatever `emit` throws.
 */
export async function runDrawer(
  request: DrawerRequest,
  context: DrawerContext,
): Promise<DrawerResult> {
  const stored = await getDrawer(request.name, context.store)
  checkPressable(stored.drawer)
  const tree = await openTree(request, context, perform)
  try {
    const result = await tree.perform(jobOf(request, stored, tree))
    const trouble = tree.trouble()
    if (trouble) throw trouble.error
    return result
  } finally {
    tree.close()
  }
}

function jobOf(request: DrawerRequest, stored: RunJob['stored'], tree: Tree): RunJob {
  const before = tree.past.findRun('')?.started
  const concurrency = before?.concurrency ?? request.concurrency ?? 0
  return {
    stored,
    given: { inputs: request.inputs, texts: request.texts ?? {} },
    prefix: '',
    stack: [stored.drawer.name],
    signal: tree.signal,
    mode: before?.mode ?? request.mode ?? 'sequential',
    onFailure: before?.on_failure ?? request.onFailure ?? 'stop',
    concurrency: concurrency > 0 ? concurrency : tree.context.cpus,
    ...(request.parentRunId !== undefined && { parentRunId: request.parentRunId }),
  }
}
