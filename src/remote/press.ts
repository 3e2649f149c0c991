// Pressing on another host. The press is followed by its events, so that its output is seen as it
// comes and the caller's wish to stop reaches the run, whose result then still arrives.

import { parseArgValues } from '#core/args/check.ts'
import { slug } from '#core/name/slug.ts'
import { formatTime } from '#core/time/format.ts'
import type { Button } from '#spec/button.ts'
import type { DrawerRequest, DrawerResult, StepStatus } from '#spec/drawerPress.ts'
import type { RunEvent } from '#spec/drawerEvents.ts'
import type { Clock } from '#host/host.ts'
import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { PressDescription, PressRequest } from '#spec/press.ts'
import type { PressResult } from '#spec/run.ts'
import type { DetachedRequest, DetachedRun } from '#spec/runs.ts'
import { ask, type RemotePlace, send } from './call.ts'
import { followResult, type Listener } from './stream.ts'

/** Throws what the host says keeps it from starting, REMOTE_UNREACHABLE, REMOTE_ERROR, CANCELLED. */
export async function pressRemotely(
  request: PressRequest,
  place: RemotePlace,
  clock: Clock,
): Promise<PressResult> {
  const { onOutput, idempotencyKey } = request
  const encoder = new TextEncoder()
  const print =
    (stream: 'stdout' | 'stderr') =>
    ({ text }: { text: string }) =>
      onOutput?.(stream, encoder.encode(`${text}\n`))
  return run<PressResult>(
    {
      path: `${pathOf('buttons', request.name)}/press`,
      body: await bodyOf(request, place),
      ...(idempotencyKey && { headers: { 'Idempotency-Key': idempotencyKey } }),
    },
    { stdout: print('stdout'), stderr: print('stderr') },
    request,
    place,
    clock,
  )
}

export async function describeRemotely(
  request: PressRequest,
  place: RemotePlace,
): Promise<PressDescription> {
  const path = `${pathOf('buttons', request.name)}/press?dry_run=1`
  return ask(place, { method: 'POST', path, body: await bodyOf(request, place) })
}

export async function pressDrawerRemotely(
  request: DrawerRequest,
  onEvent: ((event: RunEvent) => void) | undefined,
  place: RemotePlace,
  clock: Clock,
): Promise<DrawerResult> {
  const path = `${pathOf('drawers', request.name)}/press`
  const step: Listener['step'] = (data) => onEvent?.(stepEvent(data))
  return run<DrawerResult>({ path, body: drawerBody(request) }, { step }, request, place, clock)
}

export function planDrawerRemotely<T>(request: DrawerRequest, place: RemotePlace): Promise<T> {
  const path = `${pathOf('drawers', request.name)}/press?dry_run=1`
  return ask(place, { method: 'POST', path, body: drawerBody(request) })
}

/** Has a press accepted there, to be done whether anybody waits for it or not. */
export async function detachRemotely(
  work: DetachedRequest,
  place: RemotePlace,
  clock: Clock,
): Promise<DetachedRun> {
  const { kind, request } = work
  const key = 'idempotencyKey' in request ? request.idempotencyKey : undefined
  const { run_id } = await ask<{ run_id: string }>(place, {
    method: 'POST',
    path: `${pathOf(`${kind}s`, request.name)}/press?async=1`,
    body: kind === 'button' ? await bodyOf(work.request, place) : drawerBody(work.request),
    ...(key && { headers: { 'Idempotency-Key': key } }),
  })
  const started_at = formatTime(clock.now())
  return { run_id, target: `${kind}/${slug(request.name)}`, started_at }
}

/** `/api/buttons/My%20Button` */
export function pathOf(family: 'buttons' | 'drawers' | 'runs', name: string): string {
  return `/api/${family}/${encodeURIComponent(name)}`
}

async function bodyOf(request: PressRequest, place: RemotePlace) {
  const { args, argTexts, timeoutSeconds, checkOutput } = request
  return {
    args: argTexts ? await readArgs(request.name, argTexts, place) : args,
    ...(timeoutSeconds !== undefined && { timeout: timeoutSeconds }),
    ...(checkOutput && { check_output: true }),
  }
}

// Only a mistake needs to know what the button declares, to be told in its words.
async function readArgs(name: string, texts: readonly string[], place: RemotePlace) {
  try {
    return parseArgValues(name, [], texts)
  } catch {
    const { args = [] } = await ask<Button>(place, { path: pathOf('buttons', name) })
    return parseArgValues(name, args, texts)
  }
}

function drawerBody({ inputs, texts, mode, onFailure, concurrency }: DrawerRequest) {
  return {
    inputs,
    ...(texts && { texts }),
    ...(mode && { mode }),
    ...(onFailure && { on_failure: onFailure }),
    ...(concurrency !== undefined && { concurrency }),
  }
}

interface Stopping {
  signal?: AbortSignal
  hurry?: AbortSignal
}

async function run<T>(
  asked: { path: string; body: unknown; headers?: Record<string, string> },
  listener: Listener,
  { signal, hurry }: Stopping,
  place: RemotePlace,
  clock: Clock,
): Promise<T> {
  // Hanging up cancels as well, but then nobody hears how the run ended.
  const hangUp = new AbortController()
  let runId: string | undefined
  let prevent: (() => void) | undefined
  const stop = () => {
    if (runId === undefined) return hangUp.abort()
    void ask(place, { method: 'POST', path: `${pathOf('runs', runId)}/cancel` }).catch(() =>
      hangUp.abort(),
    )
    prevent = clock.after(limits.killGraceMs * 2, () => hangUp.abort())
  }
  const giveUp = () => hangUp.abort()
  signal?.addEventListener('abort', stop)
  hurry?.addEventListener('abort', giveUp)
  try {
    if (signal?.aborted) throw fail('CANCELLED', `Cancelled before ${place.url} was asked`)
    const headers = { Accept: 'text/event-stream', ...asked.headers }
    const response = await send(place, { ...asked, method: 'POST', headers, signal: hangUp.signal })
    const started: Listener['started'] = ({ run_id }) => (runId = run_id)
    return await followResult<T>(response, place, { ...listener, started }, hangUp.signal)
  } finally {
    prevent?.()
    signal?.removeEventListener('abort', stop)
    hurry?.removeEventListener('abort', giveUp)
  }
}

/** What a host tells of a step, as the engine would tell it here. */
function stepEvent({
  id,
  status,
  duration_ms,
}: Parameters<NonNullable<Listener['step']>>[0]): RunEvent {
  return {
    type: 'step.finished',
    run_id: '',
    key: id,
    at_ms: 0,
    index: 0,
    verdict: status === 'ok' ? 'ok' : 'failed',
    record: { id, status: status as StepStatus, exit_code: 0, duration_ms },
  }
}
