// Webhooks over HTTP: a request as the trigger engine wants it, and its answer as a response.

import { queryOf } from '#core/serve/path.ts'
import type { HostedTrigger } from '#core/trigger/hosted.ts'
import type { WebhookAnswer, WebhookCall } from '#trigger/webhook.ts'
import type { TriggerEngine } from '#trigger/engine.ts'
import { callerOf } from './audit.ts'
import { json } from './answer.ts'
import { readBytes } from './body.ts'
import type { Hosting } from './hosting.ts'
import type { Call } from './route.ts'

export async function answerWebhook(
  trigger: HostedTrigger,
  call: Call,
  engine: TriggerEngine,
  hosting: Hosting,
): Promise<Response> {
  const answer = await engine.receive(trigger, toWebhookCall(call, hosting))
  remember(trigger, answer, call, hosting)
  return toResponse(answer)
}

function toWebhookCall({ request, facts }: Call, { machine }: Hosting): WebhookCall {
  return {
    method: request.method,
    path: facts.path,
    query: queryOf(request.url),
    header: (name) => request.headers.get(name) ?? undefined,
    headers: request.headers,
    readBody: (maxBytes) => readBytes(request, maxBytes, machine.clock),
    client: facts.client,
  }
}

function toResponse({ status, body, headers = {} }: WebhookAnswer): Response {
  if (typeof body !== 'string') return json(body, status, headers)
  return new Response(body, { status, headers: { 'Content-Type': 'text/plain', ...headers } })
}

function remember(
  { target, settings }: HostedTrigger,
  { result, deliveryId, code }: WebhookAnswer,
  { facts }: Call,
  { audit }: Hosting,
): void {
  if (result === 'other') return
  facts.actor = `webhook:${settings.auth?.type || 'none'}`
  audit.record({
    ...callerOf(facts),
    action: 'webhook',
    target: `${target.kind}/${target.name}`,
    ...(deliveryId && { delivery_id: deliveryId }),
    status: ['accepted', 'duplicate', 'skipped'].includes(result) ? result : 'refused',
    ...(code && { code }),
  })
}
