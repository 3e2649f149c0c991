// Runs of another host: listed, shown, waited for, cancelled and followed as those of this machine.

import { fail } from '#spec/errors.ts'
import type { StreamName } from '#spec/press.ts'
import type { Run } from '#spec/run.ts'
import type { RunHandle, RunOutcome, RunPage, RunsQuery } from '#spec/runs.ts'
import type { RunDesk } from '#runs/desk.ts'
import type { Clock } from '#host/host.ts'
import { Failure } from '#spec/errors.ts'
import { ask, type RemotePlace, send } from './call.ts'
import { pathOf } from './press.ts'
import { followResult, type Listener } from './stream.ts'

export type RemoteDesk = Pick<RunDesk, 'list' | 'show' | 'wait' | 'cancel' | 'output'>

export function openRemoteDesk(place: RemotePlace, clock: Clock): RemoteDesk {
  return {
    list: (query) => ask<RunPage>(place, { path: `/api/runs?${queryOf(query)}` }),
    show: (runId) => ask(place, { path: pathOf('runs', runId) }),
    wait: (request) => wait(request, place, clock),
    cancel: (runId) => cancel(runId, place),
    output: (request, write) => showOutput(request, write, place),
  }
}

/** The largest page of a host. */
const largestPage = 100

export function queryOf({ target, status, sinceMs, parent, limit, cursor }: RunsQuery): string {
  const query = new URLSearchParams({ limit: String(Math.min(limit, largestPage)) })
  if (target !== undefined) query.set('target', target)
  if (status !== undefined) query.set('status', status)
  if (sinceMs !== undefined) query.set('since', new Date(sinceMs).toISOString())
  if (parent !== undefined) query.set('parent', parent)
  if (cursor !== undefined) query.set('before', cursor)
  return query.toString()
}

type WaitRequest = Parameters<RunDesk['wait']>[0]

async function wait(
  { runIds, mode, timeoutMs, signal }: WaitRequest,
  place: RemotePlace,
  clock: Clock,
): Promise<RunOutcome[]> {
  const enough = new AbortController()
  const stop = () => enough.abort()
  let late = false
  const prevent = clock.after(timeoutMs ?? Infinity, () => {
    late = true
    stop()
  })
  signal?.addEventListener('abort', stop)
  // Unknown ids are told at once, not after an hour.
  for (const runId of runIds) await ask(place, { path: pathOf('runs', runId) })
  const waits = runIds.map((runId) =>
    ask<RunOutcome>(place, { path: `${pathOf('runs', runId)}/outcome`, signal: enough.signal }),
  )
  try {
    return mode === 'any' ? [await Promise.race(waits)] : await Promise.all(waits)
  } catch (error) {
    if (!late) throw error
    const what = runIds.length === 1 ? `run ${runIds[0]}` : `${runIds.length} runs`
    throw fail('TIMEOUT', `Stopped waiting for ${what} after ${timeoutMs! / 1000} s`)
  } finally {
    prevent()
    signal?.removeEventListener('abort', stop)
    stop()
    await Promise.allSettled(waits)
  }
}

async function cancel(runId: string, place: RemotePlace): ReturnType<RunDesk['cancel']> {
  try {
    await ask(place, { method: 'POST', path: `${pathOf('runs', runId)}/cancel` })
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'RUN_FINISHED') throw error
    const { target, status } = await ask<RunHandle>(place, { path: pathOf('runs', runId) })
    if (status !== 'cancelled') throw error
    return { run_id: runId, target, status, already: true }
  }
  const { target, status } = await ask<RunOutcome>(place, {
    path: `${pathOf('runs', runId)}/outcome`,
  })
  if (status === 'cancelled') return { run_id: runId, target, status }
  throw fail('RUN_FINISHED', `Cannot cancel run ${runId} of "${target}": it ended (${status})`)
}

type Write = (stream: StreamName, bytes: Uint8Array) => void
type OutputRequest = Parameters<RunDesk['output']>[0]

async function showOutput(
  { runId, until }: OutputRequest,
  write: Write,
  place: RemotePlace,
): Promise<void> {
  const encoder = new TextEncoder()
  const print =
    (stream: StreamName) =>
    ({ text }: { text: string }) =>
      write(stream, encoder.encode(`${text}\n`))
  let seen = false
  const note = (stream: StreamName) => (data: { text: string }) => {
    seen = true
    print(stream)(data)
  }
  const listener = { stdout: note('stdout'), stderr: note('stderr') }
  const result = await follow<Partial<Run>>(runId, listener, until, place)
  if (!result || seen) return
  for (const stream of ['stdout', 'stderr'] as const)
    if (result[stream]) write(stream, encoder.encode(result[stream]))
}

/** The end of a run; undefined when nobody wants to go on following. */
async function follow<T>(
  runId: string,
  listener: Listener,
  until: AbortSignal | undefined,
  place: RemotePlace,
): Promise<T | undefined> {
  const signal = until ?? new AbortController().signal
  try {
    const path = `${pathOf('runs', runId)}/events`
    const response = await send(place, { path, signal })
    return await followResult<T>(response, place, listener, signal)
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  }
}

/** The progress of the newest run of a button, line by line, until it is over. */
export async function tailRemotely(
  button: string,
  until: AbortSignal,
  write: (text: string) => void,
  place: RemotePlace,
): Promise<void> {
  const { runs } = await ask<RunPage>(place, {
    path: `/api/runs?${queryOf({ target: `button/${button}`, limit: 1 })}`,
  })
  const runId = runs[0]?.run_id
  if (runId === undefined) {
    await ask(place, { path: pathOf('buttons', button) })
    throw fail('NOT_FOUND', `Cannot follow "${button}": it has no runs yet`)
  }
  const progress: Listener['progress'] = (data) => write(`${JSON.stringify(data)}\n`)
  await follow(runId, { progress }, until, place)
}
