// Drawers: their list, one of them, its runs, and pressing one.

import { publicSpec } from '#core/serve/publicSpec.ts'
import { readBody, readQuery } from '#core/serve/request.ts'
import { type DrawerPressBody, drawerPressBodySchema, pressQuerySchema } from '#spec/api.ts'
import { fail } from '#spec/errors.ts'
import { accept } from '../accept.ts'
import { answer } from '../answer.ts'
import { readBytes } from '../body.ts'
import type { Hosting } from '../hosting.ts'
import { cancelWithCaller, type DrawerPress, startDrawer } from '../presses.ts'
import type { Call, Route } from '../route.ts'
import { answerStream, wantsStream } from '../stream.ts'
import { answerRuns } from './targetRuns.ts'

export function drawerRoutes(hosting: Hosting): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/drawers',
      auth: 'key',
      surface: 'api',
      operation: { id: 'listDrawers', summary: 'List all drawers', answer: 'Drawers' },
      handle: () => listDrawers(hosting),
    },
    {
      method: 'GET',
      path: '/api/drawers/{name}',
      auth: 'key',
      surface: 'api',
      operation: {
        id: 'getDrawer',
        summary: 'Show one drawer',
        answer: 'Drawer',
        statuses: [400, 404],
      },
      handle: async ({ params }) =>
        answer(publicSpec((await getDrawer(params['name']!, hosting)).file)),
    },
    {
      method: 'GET',
      path: '/api/drawers/{name}/runs',
      auth: 'key',
      surface: 'api',
      operation: {
        id: 'listDrawerRuns',
        summary: 'List the newest runs of a drawer',
        query: 'targetRuns',
        answer: 'Runs',
        statuses: [400, 404],
      },
      handle: (call) => answerRuns('drawer', (name) => getDrawer(name, hosting), call, hosting),
    },
    {
      method: 'POST',
      path: '/api/drawers/{name}/press',
      auth: 'key',
      surface: 'api',
      idleSeconds: 0,
      operation: {
        id: 'pressDrawer',
        summary: 'Run a drawer',
        body: 'drawerPress',
        query: 'pressQuery',
        answer: 'DrawerResult',
        streams: 'on request',
        statuses: [202, 400, 404, 409, 413, 503],
      },
      handle: (call) => press(call, hosting),
    },
  ]
}

async function listDrawers({ store, log }: Hosting): Promise<Response> {
  const { drawers, unreadable } = await store.drawers.list()
  for (const { why } of unreadable) log.warn(why)
  return answer({ drawers: drawers.map(({ file }) => publicSpec(file)) })
}

async function getDrawer(name: string, { store }: Hosting) {
  const stored = await store.drawers.find(name)
  if (stored) return stored
  throw fail('NOT_FOUND', `Cannot show "${name}": no such drawer`)
}

async function press(call: Call, hosting: Hosting): Promise<Response> {
  const { machine, settings, app } = hosting
  const { request, facts, params } = call
  const bytes = await readBytes(request, settings['max-body'], machine.clock)
  const body = readBody(drawerPressBodySchema, bytes)
  const query = readQuery(pressQuerySchema, facts.query)
  const wanted = toRequest(params['name']!, body)
  const timeoutSeconds = body.timeout ?? undefined
  if (query.dry_run) return answer(await app.planDrawerPress(wanted, () => {}))
  const later = { kind: 'drawer', ...wanted, ...(timeoutSeconds && { timeoutSeconds }) } as const
  const accepted = await accept(call, later, query.async, hosting)
  if (accepted) return accepted
  const started = await startDrawer(wanted, timeoutSeconds, call, hosting)
  if (wantsStream(request)) return answerStream(started, call, hosting)
  cancelWithCaller(started, request)
  return answer(await started.result)
}

function toRequest(name: string, body: DrawerPressBody): DrawerPress {
  const { inputs, texts, mode, on_failure: onFailure, concurrency } = body
  return {
    name,
    inputs: inputs ?? {},
    ...(texts && { texts }),
    ...(mode && { mode }),
    ...(onFailure && { onFailure }),
    ...(concurrency && { concurrency }),
  }
}
