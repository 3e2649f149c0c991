// Runs of every kind: in progress and done, watched and cancelled (serve.md 9.8).

import { formatEvent } from '#core/serve/eventLog.ts'
import { readQuery } from '#core/serve/request.ts'
import { type RunsQuery, runsQuerySchema } from '#spec/api.ts'
import { fail, Failure } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { RunHandle, RunOutcome } from '#spec/runs.ts'
import { callerOf } from '../audit.ts'
import { describeAccepted, findRun, listAccepted } from '../announced.ts'
import { answer } from '../answer.ts'
import type { Hosting } from '../hosting.ts'
import { endOf, type LiveRun, type Refusal } from '../live/run.ts'
import { eventStreamHeaders } from '../live/stream.ts'
import type { Call, Route } from '../route.ts'
import { answerWatcher } from '../stream.ts'

export function runRoutes(hosting: Hosting): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/runs',
      auth: 'key',
      surface: 'api',
      operation: {
        id: 'listRuns',
        summary: 'List runs, the newest first',
        query: 'runs',
        answer: 'RunPage',
        statuses: [400],
      },
      handle: ({ facts }) => list(readQuery(runsQuerySchema, facts.query), hosting),
    },
    {
      method: 'GET',
      path: '/api/runs/{id}',
      auth: 'key',
      surface: 'api',
      operation: { id: 'getRun', summary: 'Show one run', answer: 'RunDetails', statuses: [404] },
      handle: ({ params }) => show(params['id']!, hosting),
    },
    {
      method: 'GET',
      path: '/api/runs/{id}/events',
      auth: 'key',
      surface: 'api',
      operation: {
        id: 'streamRun',
        summary: 'Stream the events of a run',
        answer: 'PressResult',
        streams: 'always',
        statuses: [404, 503],
      },
      handle: (call) => watch(call, hosting),
    },
    {
      method: 'GET',
      path: '/api/runs/{id}/outcome',
      auth: 'key',
      surface: 'api',
      idleSeconds: 0,
      operation: {
        id: 'waitForRun',
        summary: 'Wait until a run is over, and tell how it ended',
        answer: 'RunOutcome',
        statuses: [404, 503],
      },
      handle: (call) => wait(call, hosting),
    },
    {
      method: 'POST',
      path: '/api/runs/{id}/cancel',
      auth: 'key',
      surface: 'api',
      operation: {
        id: 'cancelRun',
        summary: 'Cancel a run',
        answer: 'Cancelling',
        statuses: [404, 409],
      },
      handle: (call) => cancel(call, hosting),
    },
  ]
}

async function list(query: RunsQuery, hosting: Hosting): Promise<Response> {
  const { limit, status, before, target, parent, since } = query
  const desk = await openDesk(hosting)
  const page = await desk.list({
    limit: limit === undefined ? limits.apiRuns : Number(limit),
    ...(status !== undefined && { status }),
    ...(before !== undefined && { cursor: before }),
    ...(target !== undefined && { target }),
    ...(parent !== undefined && { parent }),
    ...(since !== undefined && { sinceMs: Date.parse(since) }),
    accepted: listAccepted(hosting),
  })
  const runs = page.runs.map((run) => withState(run, hosting))
  if (query.expand === undefined) return answer({ ...page, runs })
  return answer({ ...page, runs: await Promise.all(runs.map((run) => withRecord(run, hosting))) })
}

async function withRecord(run: RunHandle, { store }: Hosting) {
  const stored = run.run_id === undefined ? undefined : await store.runs.find(run.run_id)
  return stored ? { ...run, record: stored.run } : run
}

// The registry of runs knows of queues, not of the places of this host.
function withState(run: RunHandle, { runs }: Hosting): RunHandle {
  const waits = run.run_id !== undefined && runs.find(run.run_id)?.state === 'waiting'
  return waits ? { ...run, status: 'waiting' } : run
}

function openDesk({ app, log }: Hosting) {
  return app.runs({ warn: log.warn })
}

async function show(runId: string, hosting: Hosting): Promise<Response> {
  const desk = await openDesk(hosting)
  try {
    return answer(await desk.show(runId))
  } catch (error) {
    // It may have been accepted, and nothing more.
    const accepted = hosting.parts.findAccepted?.(runId)
    if (!accepted || !(error instanceof Failure) || error.code !== 'NOT_FOUND') throw error
    return answer(describeAccepted(runId, accepted))
  }
}

async function watch(call: Call, hosting: Hosting): Promise<Response> {
  const runId = call.params['id']!
  const live = findRun(runId, hosting)
  if (live) return answerWatcher(live, call, hosting)
  const { record, target } = await (await openDesk(hosting)).show(runId)
  if (!record)
    throw fail(
      'RUN_ACTIVE',
      `Cannot stream run "${runId}" of ${target}: it runs in another process`,
      {
        hint: `buttons logs -f ${runId} follows it on its own machine`,
      },
    )
  // Its events are gone; how it ended is still known.
  const text = formatEvent({ id: 1, event: 'result', data: record })
  return new Response(`retry: 2000\n\n${text}`, { headers: eventStreamHeaders })
}

// Who waits holds a connection, as readers of events do, and counts as one of them.
async function wait({ request, params }: Call, hosting: Hosting): Promise<Response> {
  const { metrics, settings } = hosting
  const runId = params['id']!
  if (metrics.subscribers >= settings['max-readers'])
    throw fail('BUSY', 'Cannot wait for a run: too many readers are here')
  metrics.subscribers++
  try {
    const live = findRun(runId, hosting)
    if (live) await endOf(live, request.signal)
    if (live?.refusal) return answer(outcomeOf(live, live.refusal))
    const desk = await openDesk(hosting)
    const [outcome] = await desk.wait({ runIds: [runId], mode: 'all', signal: request.signal })
    return answer(outcome)
  } finally {
    metrics.subscribers--
  }
}

function outcomeOf({ runId, kind, name }: LiveRun, { code, message, hint }: Refusal): RunOutcome {
  const status = code === 'CANCELLED' ? 'cancelled' : 'error'
  const error = { code, message, ...(hint && { hint }) }
  return { run_id: runId, target: `${kind}/${name}`, status, ok: false, error }
}

async function cancel({ params, facts }: Call, hosting: Hosting): Promise<Response> {
  const runId = params['id']!
  const target = await startCancelling(runId, hosting)
  facts.runId = runId
  hosting.audit.record({
    ...callerOf(facts),
    action: 'cancel',
    target,
    run_id: runId,
    status: 'ok',
  })
  return answer({ run_id: runId, status: 'cancelling' }, 202)
}

// Runs of other processes of this machine are ended as `buttons cancel` does, which takes a while.
async function startCancelling(runId: string, hosting: Hosting): Promise<string> {
  const finished = () => fail('RUN_FINISHED', `Cannot cancel run "${runId}": it has ended`)
  const { runs, parts } = hosting
  const live = findRun(runId, hosting)
  if (live?.state === 'ended') throw finished()
  if (live) {
    live.cancel()
    if (runs.isAnnounced(live) && (await parts.withdraw?.(runId)))
      live.refuse({ code: 'CANCELLED', message: `Cancelled run "${runId}" before it began` })
    return `${live.kind}/${live.name}`
  }
  const desk = await openDesk(hosting)
  const { record, target } = await desk.show(runId)
  if (record) throw finished()
  desk.cancel(runId).catch((error: Error) => hosting.log.warn(error.message, { run_id: runId }))
  return target
}
