// Runs that nobody waits for: of webhooks, schedules, watches and presses accepted for later. They
// are as visible as those of the API, and can be cancelled as they can.

import { Failure } from '#spec/errors.ts'
import type { RunEvent } from '#spec/drawerEvents.ts'
import type { DrawerRequest, DrawerResult } from '#spec/drawerPress.ts'
import type { PressRequest } from '#spec/press.ts'
import type { PressResult } from '#spec/run.ts'
import type { RunStart } from '#trigger/context.ts'
import type { Hosting } from './hosting.ts'
import { finishProgress } from './live/progress.ts'
import type { LiveRun } from './live/run.ts'
import { tellEnd, tellStep, warnerOf } from './presses.ts'

export async function performPress(
  start: RunStart,
  request: PressRequest,
  hosting: Hosting,
): Promise<PressResult> {
  const { app } = hosting
  return follow(start, hosting, async (run) => {
    const here = {
      ...request,
      runId: run.runId,
      signal: run.signal,
      cancel: run.cancel,
      hurry: run.hurry,
      onOutput: run.onOutput,
      unhurried: true,
      onProgressPath: run.writesProgress,
    }
    const warn = warnerOf(run, hosting)
    // A host that died may have begun with it.
    return start.again ? (await app.runs({ warn })).pressButtonAgain(here) : app.press(here, warn)
  })
}

export async function performDrawer(
  start: RunStart,
  request: DrawerRequest,
  hosting: Hosting,
): Promise<DrawerResult> {
  const { app } = hosting
  return follow(start, hosting, async (run) => {
    const { runId, signal, hurry } = run
    const here = { ...request, runId, signal, hurry }
    const onEvent = (event: RunEvent) => tellStep(run, event)
    const listener = { warn: warnerOf(run, hosting), onEvent }
    // A host that died may have begun with it.
    return start.again
      ? (await app.runs(listener)).pressOnce(here)
      : app.pressDrawer(here, listener)
  })
}

async function follow<R extends PressResult | DrawerResult>(
  { runId, target, source, deliveryId, signal }: RunStart,
  hosting: Hosting,
  act: (run: LiveRun) => Promise<R>,
): Promise<R> {
  const { runs, audit, settleSoon } = hosting
  const run = runs.begin({ runId, ...target, source })
  const cancel = () => run.cancel()
  if (signal.aborted) cancel()
  else signal.addEventListener('abort', cancel)
  const remember = (status: string, code?: string) =>
    audit.record({
      actor: `trigger:${source}`,
      action: 'press',
      target: `${target.kind}/${target.name}`,
      delivery_id: deliveryId,
      run_id: runId,
      status,
      ...(code && { code }),
    })
  try {
    run.start()
    const result = await act(run)
    finishProgress(run)
    run.finish(result)
    tellEnd(run, result, hosting, deliveryId)
    remember(result.status)
    return result
  } catch (error) {
    const failure = error instanceof Failure ? error : undefined
    const code = failure?.code ?? 'INTERNAL_ERROR'
    run.refuse({ code, message: failure?.message ?? 'Something went wrong inside buttons' })
    remember('refused', code)
    throw error
  } finally {
    signal.removeEventListener('abort', cancel)
    settleSoon()
  }
}
