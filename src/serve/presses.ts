// Presses through the API: checked, admitted, watched and cancelled on their way to the one pipeline
// that every surface uses.

import { newRunId } from '#core/run/id.ts'
import { slug } from '#core/name/slug.ts'
import { fail, Failure } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { DrawerRequest, DrawerResult } from '#spec/drawerPress.ts'
import type { PressRequest } from '#spec/press.ts'
import type { PressResult, TargetKind } from '#spec/run.ts'
import type { StoredButton } from '#store/store.ts'
import { callerOf } from './audit.ts'
import type { Hosting } from './hosting.ts'
import { finishProgress } from './live/progress.ts'
import type { LiveRun } from './live/run.ts'
import type { Call } from './route.ts'

export interface Started<Result> {
  run: LiveRun
  /** Rejects with what kept the run from starting. */
  result: Promise<Result>
}

/** What callers decide about a press. */
export type Wanted = Pick<
  PressRequest,
  'name' | 'args' | 'timeoutSeconds' | 'idempotencyKey' | 'checkOutput'
>

/** The same for a drawer. */
export type DrawerPress = Pick<
  DrawerRequest,
  'name' | 'inputs' | 'texts' | 'mode' | 'onFailure' | 'concurrency'
>

/** Begins a press of a button. Throws what turns it away at once: HTTP_BUTTON_BLOCKED, BUSY. */
export async function startPress(
  request: Wanted,
  call: Call,
  hosting: Hosting,
): Promise<Started<PressResult>> {
  const stored = await hosting.store.buttons.find(request.name)
  refuseHttp(stored, hosting)
  const { run, ended } = begin('button', request.name, call, hosting)
  const result = hosting.app.press(
    {
      ...request,
      ...clampTimeout(request.timeoutSeconds, stored),
      runId: run.runId,
      signal: run.signal,
      cancel: run.cancel,
      hurry: run.hurry,
      onOutput: run.onOutput,
      unhurried: true,
      onProgressPath: run.writesProgress,
    },
    warnerOf(run, hosting),
    {
      findButton: async () => stored,
      takeTurn: () => takeTurn(run, hosting),
    },
  )
  return { run, result: ended(result) }
}

/** Begins a run of a drawer, which takes one place for all its steps. Throws BUSY. */
export async function startDrawer(
  request: Omit<DrawerRequest, 'signal' | 'hurry' | 'runId'>,
  timeoutSeconds: number | undefined,
  call: Call,
  hosting: Hosting,
): Promise<Started<DrawerResult>> {
  const { run, ended } = begin('drawer', request.name, call, hosting)
  const perform = async () => {
    const place = await takeTurn(run, hosting)
    const prevent = cancelAfter(timeoutSeconds, run, hosting)
    try {
      return await hosting.app.pressDrawer(
        { ...request, runId: run.runId, signal: run.signal, hurry: run.hurry },
        { warn: warnerOf(run, hosting), onEvent: (event) => tellStep(run, event) },
      )
    } finally {
      prevent()
      place.release()
    }
  }
  return { run, result: ended(perform()) }
}

/** Cancels a run when whoever asked for it has gone. */
export function cancelWithCaller({ run, result }: Started<unknown>, { signal }: Request): void {
  const cancel = () => run.cancel()
  if (signal.aborted) return cancel()
  signal.addEventListener('abort', cancel)
  // A connection that stays open would keep what listens to its requests, and the run with it.
  const leave = () => signal.removeEventListener('abort', cancel)
  result.then(leave, leave)
}

// Either sign of a request over the network counts, as execution looks at one and people at the
// other (D18).
export function refuseHttp(
  stored: StoredButton | undefined,
  { settings }: Pick<Hosting, 'settings'>,
): void {
  if (!stored || settings['allow-http-buttons']) return
  const { name, runtime, url } = stored.button
  if (runtime !== 'http' && !url) return
  throw fail(
    'HTTP_BUTTON_BLOCKED',
    `Cannot press "${name}": HTTP buttons are not open to callers`,
    {
      hint: 'Start the host with --allow-http-buttons',
    },
  )
}

function clampTimeout(asked = 0, stored: StoredButton | undefined): { timeoutSeconds: number } {
  const wanted = asked > 0 ? asked : (stored?.button.timeout_seconds ?? limits.apiPressSeconds)
  return { timeoutSeconds: Math.min(wanted, limits.apiPressSeconds) }
}

interface Begun {
  run: LiveRun
  /** Follows the run to its end: events, log, audit, metrics, index. */
  ended<R extends PressResult | DrawerResult>(result: Promise<R>): Promise<R>
}

function begin(kind: TargetKind, name: string, { facts }: Call, hosting: Hosting): Begun {
  const { machine, gate, runs } = hosting
  if (hosting.draining) throw fail('BUSY', 'Cannot press now: the host is stopping')
  const admitted = gate.admit()
  const runId = newRunId(machine.clock.now(), machine.random)
  const run = runs.begin({ runId, kind, name: slug(name), source: 'api' })
  facts.runId = runId
  const audit = (status: string, code?: string) =>
    hosting.audit.record({
      ...callerOf(facts),
      action: 'press',
      target: `${kind}/${run.name}`,
      run_id: runId,
      status,
      ...(code && { code }),
    })
  const ended: Begun['ended'] = async (promise) => {
    try {
      const result = await promise
      finishProgress(run)
      run.finish(result)
      tellEnd(run, result, hosting)
      audit(result.status)
      return result
    } catch (error) {
      const failure = error instanceof Failure ? error : undefined
      const code = failure?.code ?? 'INTERNAL_ERROR'
      const { message = 'Something went wrong inside buttons', hint, spec } = failure ?? {}
      run.refuse({ code, message, ...(hint && { hint }), ...(spec !== undefined && { spec }) })
      audit('refused', code)
      throw error
    } finally {
      admitted.release()
      hosting.settleSoon()
    }
  }
  return { run, ended }
}

async function takeTurn(run: LiveRun, { gate }: Hosting) {
  const place = await gate.take(run.signal)
  run.start()
  return place
}

export function tellEnd(
  run: LiveRun,
  result: PressResult | DrawerResult,
  { log, metrics }: Hosting,
  deliveryId?: string,
): void {
  metrics.run(run, result.status, result.duration_ms / 1000)
  if (!log.wants('info')) return
  const { kind, name, runId, source } = run
  log.info('run', {
    run_id: runId,
    delivery_id: deliveryId,
    target: `${kind}/${name}`,
    source,
    status: result.status,
    ms: result.duration_ms,
  })
}

export function warnerOf(run: LiveRun, { log }: Hosting): (message: string) => void {
  return (message) => log.warn(message, { run_id: run.runId })
}

type DrawerEvent = Parameters<
  NonNullable<Parameters<Hosting['app']['pressDrawer']>[1]['onEvent']>
>[0]

// Runs of drawers inside this one tell of themselves in their own events.
export function tellStep(run: LiveRun, event: DrawerEvent): void {
  if (event.type !== 'step.finished' || event.run_id !== run.runId) return
  const { id, status, duration_ms } = event.record
  run.event('step', { id, status, duration_ms })
}

function cancelAfter(seconds: number | undefined, run: LiveRun, { machine }: Hosting): () => void {
  if (seconds === undefined || seconds <= 0) return () => {}
  return machine.clock.after(seconds * 1000, () => run.cancel())
}
