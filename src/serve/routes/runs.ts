// Runs of every kind: in progress and done, watched and cancelled (serve.md 9.8).

import { slug } from '#core/name/slug.ts'
import { formatEvent } from '#core/serve/eventLog.ts'
import { readQuery } from '#core/serve/request.ts'
import type { StoredRun } from '#core/run/stored.ts'
import { formatTime } from '#core/time/format.ts'
import { type RunsQuery, runsQuerySchema } from '#spec/api.ts'
import { fail, type Failure } from '#spec/errors.ts'
import type { RunHandle } from '#spec/runs.ts'
import { targetKinds } from '#core/run/folder.ts'
import { answer } from '../answer.ts'
import type { Hosting } from '../hosting.ts'
import type { LiveRun } from '../live/run.ts'
import { eventStreamHeaders } from '../live/stream.ts'
import type { Call, Route } from '../route.ts'
import { cursorOf, toStoredQuery } from '../runQuery.ts'
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
      operation: { id: 'getRun', summary: 'Show one run', answer: 'Run', statuses: [404] },
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

async function list(query: RunsQuery, { store, runs }: Hosting): Promise<Response> {
  const { limit, status, before, kind } = query
  const name = query.name === undefined ? undefined : slug(query.name)
  const wanted = (run: { kind: string; name: string }) =>
    (kind === undefined || run.kind === kind) && (name === undefined || run.name === name)
  const unfinished = status === undefined || status === 'running' || status === 'accepted'
  const live =
    unfinished && before === undefined ? runs.list().filter(wanted).map(describeLive) : []
  const shown = status === undefined ? live : live.filter((run) => run.status === status)
  if (status === 'running' || status === 'accepted') return answer({ runs: shown, next: null })
  const asked = toStoredQuery({ limit, status, before })
  const kinds = kind === undefined ? targetKinds : [kind]
  const found = await Promise.all(
    name === undefined
      ? [store.runs.listStored({ ...asked, kinds })]
      : kinds.map((one) => store.runs.listStored({ ...asked, target: { kind: one, name } })),
  )
  const page = found.flat().toSorted(byAge).slice(0, asked.limit)
  const next = page.length === asked.limit && page.length > 0 ? cursorOf(page.at(-1)!) : null
  return answer({ runs: [...shown, ...page.map(describeStored)], next })
}

function byAge(a: StoredRun, b: StoredRun): number {
  return Date.parse(b.run.started_at) - Date.parse(a.run.started_at)
}

function describeLive({ runId, kind, name, state, sinceMs }: LiveRun): RunHandle {
  return {
    run_id: runId,
    target: `${kind}/${name}`,
    status: state === 'waiting' ? 'accepted' : 'running',
    started_at: formatTime(sinceMs),
  }
}

function describeStored(stored: StoredRun): RunHandle {
  const { kind, name, run } = stored
  return {
    ...(run.run_id && { run_id: run.run_id }),
    target: `${kind}/${name}`,
    status: run.status,
    started_at: run.started_at,
    finished_at: run.finished_at,
    duration_ms: run.duration_ms,
    ...(stored.kind === 'button' && { exit_code: stored.run.exit_code }),
    ...(run.error_type && { error_type: run.error_type }),
    ...(stored.kind === 'drawer' &&
      stored.run.failed_step && { failed_step: stored.run.failed_step }),
  }
}

async function show(runId: string, hosting: Hosting): Promise<Response> {
  const live = hosting.runs.find(runId)
  if (live && live.state !== 'ended') return answer(describeLive(live))
  const stored = await hosting.store.runs.find(runId)
  if (!stored) throw unknownRun('show', runId)
  return answer({ target: `${stored.kind}/${stored.name}`, ...stored.run })
}

async function watch(call: Call, hosting: Hosting): Promise<Response> {
  const runId = call.params['id']!
  const live = hosting.runs.find(runId)
  if (live) return answerWatcher(live, call, hosting)
  const stored = await hosting.store.runs.find(runId)
  if (!stored) throw unknownRun('stream', runId)
  // Its events are gone; how it ended is still known.
  const text = formatEvent({ id: 1, event: 'result', data: stored.run })
  return new Response(`retry: 2000\n\n${text}`, { headers: eventStreamHeaders })
}

async function cancel({ params, facts }: Call, hosting: Hosting): Promise<Response> {
  const runId = params['id']!
  const live = hosting.runs.find(runId)
  const over = live ? live.state === 'ended' : (await hosting.store.runs.find(runId)) !== undefined
  if (over) throw fail('RUN_FINISHED', `Cannot cancel "${runId}": it has ended`)
  if (!live) throw unknownRun('cancel', runId)
  live.cancel()
  facts.runId = runId
  hosting.audit.record({
    request_id: facts.requestId,
    actor: facts.actor,
    client: facts.client,
    surface: facts.surface,
    action: 'cancel',
    target: `${live.kind}/${live.name}`,
    run_id: runId,
    status: 'ok',
  })
  return answer({ run_id: runId, status: 'cancelling' }, 202)
}

function unknownRun(verb: string, runId: string): Failure {
  return fail('NOT_FOUND', `Cannot ${verb} run "${runId}": no such run`)
}
