// The calls by which a device becomes known to a registry: enrol, challenge, register (registry 11.4).

import { hostKind } from '#core/identity/agent.ts'
import { isObject, type JsonObject } from '#core/drawer/json.ts'
import {
  boundRegistrationMessage,
  registrationMessage,
  type Signer,
} from '#core/package/signing.ts'
import { type Call, describeProblem, readProblem, type WireAnswer } from '#core/package/wire.ts'
import { parseJson } from '#core/text/json.ts'
import { fail } from '#spec/errors.ts'
import type { Platform } from '#host/host.ts'
import { deviceIdOf } from './key.ts'

export interface Broker {
  call: Call
  base: string
  signal?: AbortSignal | undefined
}

const maxBytes = 1024 * 1024
const timeoutMs = 30_000

/** Makes the key known, with a one-time token. Throws SETUP_ERROR. */
export async function enroll(
  signer: Signer,
  token: string,
  platform: Platform,
  broker: Broker,
): Promise<void> {
  const body = { pubkey: signer.publicKey, host_kind: hostKind(platform) }
  const answer = await post('/v1/devices/enroll', body, broker, {
    Authorization: `Bearer ${token}`,
  })
  if (answer.status !== 201) throw refused('enroll', answer)
  const { device_id } = readBody('enroll', answer)
  if (device_id !== undefined && device_id !== deviceIdOf(signer.publicKey))
    throw fail('SETUP_ERROR', 'enroll: the registry took this device for another one')
}

export interface Registrant {
  slug: string
  /** '' without one. */
  tunnelId: string
  principal: string
  signer: Signer
}

/** `unknown`: the device has to enrol first. */
export type Registered =
  { kind: 'registered'; answer: JsonObject } | { kind: 'unknown'; why: string }

/** Registers under a fresh challenge. Throws SETUP_ERROR. */
export async function register(registrant: Registrant, broker: Broker): Promise<Registered> {
  const { nonce, methods } = await challenge(broker)
  const body = signRegistration(registrant, nonce, methods, broker.base)
  const answer = await post('/v1/agents/register', body, broker)
  if (answer.status === 200 || answer.status === 201)
    return { kind: 'registered', answer: readBody('register', answer) }
  const problem = readProblem(answer)
  if (problem.code !== 'UNKNOWN_DEVICE') throw refused('register', answer)
  return { kind: 'unknown', why: describeProblem('register', problem) }
}

async function challenge(broker: Broker): Promise<{ nonce: string; methods: unknown }> {
  const answer = await send({ method: 'GET', path: '/v1/challenge' }, broker)
  if (answer.status !== 200) throw refused('challenge', answer)
  const { nonce, sig } = readBody('challenge', answer)
  if (typeof nonce !== 'string' || nonce === '')
    throw fail('SETUP_ERROR', 'challenge: the answer has no nonce')
  return { nonce, methods: sig }
}

function signRegistration(
  { slug, tunnelId, principal, signer }: Registrant,
  nonce: string,
  methods: unknown,
  origin: string,
): JsonObject {
  const deviceId = deviceIdOf(signer.publicKey)
  // Such a registry checks the signature that also says to whom it was made.
  const bound = Array.isArray(methods) && methods.includes('2')
  const message = { slug, tunnelId, nonce, origin, deviceId, agentId: '', principal }
  return {
    device_id: deviceId,
    slug,
    tunnel_id: tunnelId,
    nonce,
    signature: signer.sign(registrationMessage(message)),
    ...(bound && { signature2: signer.sign(boundRegistrationMessage(message)) }),
    ...(principal !== '' && { principal }),
  }
}

function post(
  path: string,
  body: JsonObject,
  broker: Broker,
  headers: Record<string, string> = {},
): Promise<WireAnswer> {
  const json = { 'Content-Type': 'application/json', ...headers }
  return send({ method: 'POST', path, body: JSON.stringify(body), headers: json }, broker)
}

async function send(
  request: Pick<Parameters<Call>[1], 'method' | 'path' | 'body' | 'headers'>,
  { call, base, signal }: Broker,
): Promise<WireAnswer> {
  const headers = { Accept: 'application/json', ...request.headers }
  try {
    return await call(base, { ...request, headers, maxBytes, timeoutMs, signal })
  } catch (error) {
    throw fail('SETUP_ERROR', `registry request failed: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

function refused(what: string, answer: WireAnswer) {
  return fail('SETUP_ERROR', describeProblem(what, readProblem(answer)))
}

function readBody(what: string, { body }: WireAnswer): JsonObject {
  const json = parseJson(new TextDecoder().decode(body))
  if (json.ok && isObject(json.value)) return json.value
  throw fail('SETUP_ERROR', `${what}: the answer is no JSON object`)
}
