// The registry over HTTP (serve.md 9.12): requests as the registry server wants them, its answers as
// responses, and what is remembered of them. Which registry answers is decided in ../registry/.

import { refuseForeign } from '#core/serve/guard.ts'
import type { RegistryAnswer, RegistryCall } from '#registry/server/context.ts'
import { readBytes } from '../body.ts'
import { failureAnswer } from '../errors.ts'
import type { Hosting } from '../hosting.ts'
import type { RegistryMetrics } from '../metrics/registry.ts'
import type { Call, Route } from '../route.ts'
import { fail } from '#spec/errors.ts'

/** Answers everything below `/v1`. */
export type AnswerRegistry = (call: RegistryCall) => Promise<RegistryAnswer>

export function registryRoutes(
  answer: AnswerRegistry,
  metrics: RegistryMetrics,
  hosting: Hosting,
): Route[] {
  const handle = (call: Call) => perform(call, answer, metrics, hosting)
  const route = { method: 'ANY', auth: 'none', surface: 'registry', idleSeconds, handle } as const
  return [
    { ...route, path: '/v1/{rest}*' },
    { ...route, path: '/cli-authorize' },
  ]
}

/** How long an up- or download may rest, or wait for its turn. */
const idleSeconds = 120

async function perform(
  call: Call,
  answer: AnswerRegistry,
  metrics: RegistryMetrics,
  hosting: Hosting,
): Promise<Response> {
  const { facts } = call
  // Bytes that come in do not count as traffic; whoever reads them has a deadline.
  if (call.request.method === 'POST') facts.peer.setIdle(0)
  const { act, status, headers, body } = await answer(toRegistryCall(call, hosting))
  facts.route = act.route
  facts.actor = act.actor
  metrics.request(act.side ?? 'local', resultOf(status, act.how))
  remember(call, { ...act, status }, hosting)
  const denied = act.code === 'UNAUTHORIZED' && hosting.failedLogins.tooMany(facts.client)
  if (denied)
    return failureAnswer(fail('RATE_LIMITED', 'Too many requests without a good key'), {
      'Retry-After': '60',
    })
  return new Response(body ?? null, { status, headers: { ...headers } })
}

function resultOf(status: number, how: RegistryAnswer['act']['how'] = 'hit') {
  if (status < 400) return how
  return status === 401 || status === 403 ? 'denied' : 'error'
}

export function toRegistryCall({ request, facts }: Call, { machine }: Hosting): RegistryCall {
  const { method, headers, url } = request
  const arrival = { host: headers.get('host') ?? '', peer: facts.peer.address }
  const stranger = refuseForeign({ ...arrival, header: (name) => headers.get(name) }) !== undefined
  return {
    method,
    path: new URL(url).pathname,
    query: facts.query,
    header: (name) => headers.get(name) ?? undefined,
    readBody: (maxBytes, withinMs) => readBytes(request, maxBytes, machine.clock, withinMs),
    stream: () => request.body ?? new Blob([]).stream(),
    signal: request.signal,
    client: facts.client,
    foreign: stranger || facts.surface === 'public',
  }
}

function remember(
  { facts }: Call,
  { action, actor, target, code, status }: RegistryAnswer['act'] & { status: number },
  { audit }: Hosting,
): void {
  if (action === undefined) return
  const { requestId: request_id, client, surface } = facts
  audit.record({
    request_id,
    actor,
    client,
    surface,
    action,
    ...(target !== undefined && { target }),
    status: status < 400 ? 'ok' : 'refused',
    ...(code !== undefined && { code }),
  })
}
