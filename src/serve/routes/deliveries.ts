// Deliveries over the API: what came, what became of it, and once more (serve.md 9.4).

import { slug } from '#core/name/slug.ts'
import { readQuery } from '#core/serve/request.ts'
import { deliveriesQuerySchema } from '#spec/api.ts'
import { fail } from '#spec/errors.ts'
import type { TriggerEngine } from '#trigger/engine.ts'
import { callerOf } from '../audit.ts'
import { answer } from '../answer.ts'
import type { Hosting } from '../hosting.ts'
import type { Call, Route } from '../route.ts'

export function deliveryRoutes(hosting: Hosting, engine: TriggerEngine): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/deliveries',
      auth: 'key',
      surface: 'api',
      operation: {
        id: 'listDeliveries',
        summary: 'List deliveries, the newest first',
        query: 'deliveries',
        answer: 'DeliveryPage',
        statuses: [400],
      },
      handle: ({ facts }) => list(facts.query, engine),
    },
    {
      method: 'GET',
      path: '/api/deliveries/{id}',
      auth: 'key',
      surface: 'api',
      operation: {
        id: 'getDelivery',
        summary: 'Show one delivery',
        answer: 'Delivery',
        statuses: [404],
      },
      handle: ({ params }) => show(params['id']!, engine),
    },
    {
      method: 'POST',
      path: '/api/deliveries/{id}/replay',
      auth: 'key',
      surface: 'api',
      operation: {
        id: 'replayDelivery',
        summary: 'Run a delivery again',
        answer: 'Replayed',
        statuses: [400, 404],
      },
      handle: (call) => replay(call, engine, hosting),
    },
  ]
}

function list(asked: URLSearchParams, engine: TriggerEngine): Response {
  const { limit, status, target, before } = readQuery(deliveriesQuerySchema, asked)
  const size = Number(limit ?? 20)
  const deliveries = engine.deliveries.list({
    limit: size,
    ...(status !== undefined && { status }),
    ...(target !== undefined && { target: slug(target) }),
    ...(before !== undefined && { before }),
  })
  const next = deliveries.length === size ? (deliveries.at(-1)?.id ?? null) : null
  return answer({ deliveries, next })
}

function show(id: string, engine: TriggerEngine): Response {
  const delivery = engine.deliveries.find(id)
  if (!delivery) throw fail('NOT_FOUND', `Cannot show "${id}": no such delivery`)
  return answer(delivery)
}

async function replay(
  { params, facts }: Call,
  engine: TriggerEngine,
  { audit }: Hosting,
): Promise<Response> {
  const id = params['id']!
  const copy = await engine.replay(id)
  audit.record({
    ...callerOf(facts),
    action: 'replay',
    delivery_id: copy,
    status: 'accepted',
  })
  return answer({ delivery_id: copy, replay_of: id }, 202)
}
