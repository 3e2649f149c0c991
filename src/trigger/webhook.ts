// A request to a webhook, in the order of serve.md 4.4 and 9.4: size, proof, handshake, filter, and
// then one commit. Nobody hears 202 before the delivery is on stable storage.

import type { HostedTrigger } from '#core/trigger/hosted.ts'
import { sameSecret } from '#core/webhook/auth/compare.ts'
import type { Refusal, Verdict } from '#core/webhook/auth/kind.ts'
import type { SecretSources } from '#core/webhook/auth/resolve.ts'
import { verifyAuth } from '#core/webhook/auth/verify.ts'
import { findDedupeKey } from '#core/webhook/dedupe.ts'
import { askFilter } from '#core/webhook/filter.ts'
import { findHandshake } from '#core/webhook/handshake.ts'
import { webhookHint } from '#core/webhook/hint.ts'
import { readPairs, readQuery } from '#core/webhook/query.ts'
import { openRates, type Rates } from '#core/webhook/rate.ts'
import { receivedInput } from '#core/webhook/received.ts'
import { Failure } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { Acceptance, InboxStore, NewDelivery } from '#store/inbox.ts'
import type { EngineContext, WebhookResult } from './context.ts'
import { prepare } from './prepared.ts'
import type { TriggerTable } from './table.ts'

/** One request, as far as a webhook needs it. Header names in any case. */
export interface WebhookCall {
  method: string
  /** Percent-decoded. */
  path: string
  /** What stands behind `?`. */
  query: string
  header(name: string): string | undefined
  headers: Iterable<readonly [name: string, value: string]>
  /** Throws BODY_TOO_LARGE, REQUEST_TIMEOUT or BAD_REQUEST. */
  readBody(maxBytes: number): Promise<Uint8Array>
  client: string
}

export interface WebhookAnswer {
  status: number
  /** JSON, or a text as it is. */
  body: Readonly<Record<string, unknown>> | string
  headers?: Readonly<Record<string, string>>
  result: WebhookResult | 'other'
  deliveryId?: string
  code?: string
}

export interface WebhookDoor {
  receive(trigger: HostedTrigger, call: WebhookCall): Promise<WebhookAnswer>
}

export function openDoor(
  context: EngineContext,
  table: TriggerTable,
  inbox: InboxStore,
  onAccepted: () => void,
): WebhookDoor {
  const rates = openRates()
  return {
    receive: async (trigger, call) => {
      const answer = await receive(trigger, call, { context, table, inbox, rates })
      if (answer.result === 'accepted') onAccepted()
      if (answer.result !== 'other') context.observe.delivery(trigger.path, answer.result)
      return answer
    },
  }
}

interface Room {
  context: EngineContext
  table: TriggerTable
  inbox: InboxStore
  rates: Rates
}

async function receive(
  known: HostedTrigger,
  call: WebhookCall,
  room: Room,
): Promise<WebhookAnswer> {
  const { target } = known
  if (call.method !== 'POST') return answerOther(known, call.method)
  // Its secret may have been changed a moment ago.
  const looked = room.table.refreshOne(target)
  const there = looked === true || (await looked)
  if (!there) return refuse(500, `${target.kind}_not_found`)
  const trigger = room.table.routes.get(call.path)
  if (!trigger) return refuse(404, 'no_drawer_registered_for_path')
  if (trigger.settings.enabled === false) return refuse(503, 'paused', { 'Retry-After': '60' })
  try {
    return await admit(trigger, call, room)
  } catch (error) {
    if (error instanceof Failure) return answerFailure(error, room)
    throw error
  }
}

function answerOther({ target }: HostedTrigger, method: string): WebhookAnswer {
  if (method === 'GET' && target.kind === 'drawer')
    return { status: 200, body: { ok: true, message: webhookHint }, result: 'other' }
  return { ...refuse(405, 'method_not_allowed', { Allow: 'POST' }), result: 'other' }
}

/** Failures on the way, in the words of webhooks. */
const failures: Readonly<Partial<Record<string, WebhookAnswer>>> = {
  BODY_TOO_LARGE: { ...refuse(413, 'body_too_large'), result: 'too_large' },
  REQUEST_TIMEOUT: refuse(408, 'body_timeout'),
  BAD_REQUEST: refuse(400, 'body_read_failed'),
}

function answerFailure(error: Failure, { context }: Room): WebhookAnswer {
  const known = failures[error.code]
  if (known) return known
  context.log.error('Cannot accept a webhook', { why: error.message })
  return refuse(503, 'not_accepted', { 'Retry-After': '5' })
}

async function admit(
  trigger: HostedTrigger,
  call: WebhookCall,
  room: Room,
): Promise<WebhookAnswer> {
  const { context, rates, inbox } = room
  const { settings, target } = trigger
  const { auth } = settings
  const { authKind, open } = prepare(trigger)
  const sources = open ? noSources : await openSources(trigger, context)
  const nowMs = context.host.clock.now()
  const prove = (body: Uint8Array) =>
    verifyAuth(auth, { header: call.header, body, nowMs }, sources)
  const early = checkToken(trigger, call)
  if (!early.ok) return answerRefusal(early, trigger, call, room)
  const signsBody = authKind?.signsBody === true
  const first = signsBody ? undefined : prove(new Uint8Array())
  if (first && !first.ok) return answerRefusal(first, trigger, call, room)
  if (isBlocked(trigger, room)) return refuse(403, 'http_button_blocked')
  const body = await call.readBody(mostBytes(trigger, context))
  const second = signsBody ? prove(body) : undefined
  if (second && !second.ok) return answerRefusal(second, trigger, call, room)
  const sent = { header: call.header, body }
  const handshake = findHandshake(auth, sent)
  if (handshake && 'challenge' in handshake)
    return { status: 200, body: handshake.challenge, result: 'other' }
  if (handshake) return answerSkipped(trigger, handshake.skipped)
  const delivery = describe(trigger, call, body, nowMs)
  if (settings.filter && !(await passes(settings.filter, delivery, context)))
    return answerSkipped(trigger, 'filter')
  const waitMs = settings.rate_limit
    ? rates.delayOf(trigger.lane, Math.max(1, settings.rate_limit), nowMs)
    : 0
  if (waitMs > 0 && !signsBody)
    return refuse(429, 'rate_limited', { 'Retry-After': String(Math.ceil(waitMs / 1000)) })
  const dedupeKey = findDedupeKey(settings, sent)
  const acceptance = await inbox.accept({ ...delivery, dedupeKey, dueMs: nowMs + waitMs })
  return answerAcceptance(acceptance, target)
}

const noSources: SecretSources = { env: () => undefined, battery: () => undefined }

async function openSources(
  trigger: HostedTrigger,
  { store, env }: EngineContext,
): Promise<SecretSources> {
  const { needsBatteries } = prepare(trigger)
  const batteries = needsBatteries ? await store.batteries.effective() : {}
  return {
    env: (name) => env[name],
    battery: (name) => (Object.hasOwn(batteries, name) ? batteries[name] : undefined),
  }
}

const passed: Verdict = { ok: true }

// The shared secret of buttons, in a header or the query (serve.md 3.6).
function checkToken({ token }: HostedTrigger, call: WebhookCall): Verdict {
  if (token === undefined) return passed
  const given = [call.header('x-buttons-token'), readPairs(call.query)['token']]
  const known = given.filter((one) => one !== undefined)
  if (known.some((one) => sameSecret(one, token))) return passed
  const code = known.length === 0 ? 'AUTH_MISSING' : 'AUTH_INVALID'
  return { ok: false, status: 401, code, detail: 'token required' }
}

function answerRefusal(
  { status, code, detail }: Refusal,
  trigger: HostedTrigger,
  call: WebhookCall,
  { context }: Room,
): WebhookAnswer {
  const { target, settings, token } = trigger
  const { open } = prepare(trigger)
  if (status === 500)
    context.log.warn('A webhook lets nobody in', { path: trigger.path, code, why: detail })
  else if (context.observe.authFailed(call.client, code))
    return {
      ...refuse(429, 'too_many_failures', { 'Retry-After': '60' }),
      result: 'auth_failed',
      code,
    }
  const classic = target.kind === 'button' && token !== undefined && open
  const headers: Record<string, string> =
    settings.auth?.type === 'basic' && status === 401
      ? { 'WWW-Authenticate': 'Basic realm="buttons webhook"' }
      : {}
  const body = classic ? { ok: false, error: 'unauthorized' } : { ok: false, error: code, detail }
  return { status, body, headers, result: 'auth_failed', code }
}

// Strangers must not send requests through this machine unless its owner wants that (D18).
function isBlocked(trigger: HostedTrigger, { context, table }: Room): boolean {
  const { target, token } = trigger
  const anybody = token === undefined && prepare(trigger).open
  if (target.kind !== 'button' || !anybody || context.settings.allowHttpButtons) return false
  const button = table.findButton(target.name)
  return button !== undefined && (button.runtime === 'http' || !!button.url)
}

function mostBytes({ settings }: HostedTrigger, context: EngineContext): number {
  const own = settings.max_body_bytes
  if (own === undefined || own <= 0) return context.settings.maxWebhookBody
  return Math.min(own, limits.webhookBodyMostBytes)
}

function describe(
  trigger: HostedTrigger,
  call: WebhookCall,
  body: Uint8Array,
  nowMs: number,
): NewDelivery {
  const { lane, target, settings } = trigger
  const { keepHeaders, maxAttempts, open, plan } = prepare(trigger)
  return {
    lane,
    target,
    source: 'webhook',
    path: call.path,
    method: call.method,
    query: readQuery(call.query),
    headers: keepHeaders(call.headers),
    body,
    provider: open ? undefined : settings.auth?.type,
    receivedMs: nowMs,
    client: call.client,
    maxAttempts,
    rerun: true,
    plan,
  }
}

async function passes(
  filter: string,
  delivery: NewDelivery,
  { env, log }: EngineContext,
): Promise<boolean> {
  const input = receivedInput({ ...delivery, id: '', replayed: false }, 1, false)
  const { passes: verdict, trouble } = await askFilter(filter, input, env)
  if (trouble) log.warn('A filter gave no answer', { path: delivery.path, why: trouble })
  return verdict
}

function answerSkipped({ target }: HostedTrigger, skipped: string): WebhookAnswer {
  return { status: 202, body: { ok: true, [target.kind]: target.name, skipped }, result: 'skipped' }
}

function answerAcceptance(acceptance: Acceptance, target: HostedTrigger['target']): WebhookAnswer {
  if (acceptance.kind === 'full') return refuse(503, 'inbox_full', { 'Retry-After': '30' })
  const { id } = acceptance
  const duplicate = acceptance.kind === 'duplicate'
  const body = {
    ok: true,
    [target.kind]: target.name,
    delivery_id: id,
    ...(duplicate && { duplicate: true }),
  }
  return { status: 202, body, result: duplicate ? 'duplicate' : 'accepted', deliveryId: id }
}

function refuse(
  status: number,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): WebhookAnswer {
  return { status, body: { ok: false, error }, headers, result: 'rejected' }
}
