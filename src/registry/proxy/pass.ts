// Calls that go to the origin as they are: who a device is, who has logged in, and, where it is
// allowed, what is published. Their answers come back with the origin's own words.

import { isObject } from '#core/drawer/json.ts'
import { packagePath, readProblem } from '#core/package/wire.ts'
import { parseJson } from '#core/text/json.ts'
import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import { readWhole } from '../call.ts'
import type { ExchangeAnswer } from '../exchange.ts'
import type { ProxyContext } from './context.ts'
import { judge, type Origin, type OriginRequest } from './origin.ts'

/** Calls about devices and logins, with their method; nothing of them is ever kept. */
export const identityCalls = {
  enroll: { method: 'POST', path: '/v1/devices/enroll' },
  challenge: { method: 'GET', path: '/v1/challenge' },
  register: { method: 'POST', path: '/v1/agents/register' },
  exchange: { method: 'POST', path: '/v1/cli-auth/exchange' },
} as const
export type IdentityCall = keyof typeof identityCalls

export interface PassedCall {
  body?: Uint8Array<ArrayBuffer>
  header(name: string): string | undefined
  signal: AbortSignal
}

export interface Passed {
  status: number
  /** What a refusal is called; '' when it is none. */
  code: string
  headers: Record<string, string>
  body: Uint8Array<ArrayBuffer>
}

export async function passIdentity(
  call: IdentityCall,
  { body, header, signal }: PassedCall,
  origin: Origin,
): Promise<Passed> {
  // The token of a new device is meant for the origin; no other key of a client ever is.
  const token = call === 'enroll' ? header('authorization') : undefined
  const request: OriginRequest = {
    ...identityCalls[call],
    as: 'nobody',
    headers: {
      ...(body && { 'Content-Type': 'application/json' }),
      ...(token !== undefined && { Authorization: token }),
    },
    ...(body && { body }),
    signal,
  }
  const passed = await origin.ask(request, readPassed)
  passed.headers['Cache-Control'] = 'no-store'
  return call === 'challenge' ? withoutSecondSignature(passed) : passed
}

// It would cover the address that the client uses, which is ours and not the origin's.
function withoutSecondSignature(passed: Passed): Passed {
  const json = parseJson(new TextDecoder().decode(passed.body))
  if (!json.ok || !isObject(json.value) || !('sig' in json.value)) return passed
  const { sig: _, ...rest } = json.value
  return { ...passed, body: new TextEncoder().encode(JSON.stringify(rest)) }
}

export interface PassedUpload {
  name: string
  version: string
  body(): ReadableStream<Uint8Array>
  /** As its sender says. */
  bytes: number | undefined
  header(name: string): string | undefined
  signal: AbortSignal
}

/** What tells the origin about an upload; all else stays between the client and us. */
const uploadHeaders = [
  'Content-Type',
  'X-Content-Sha256',
  'X-Button-Kind',
  'X-Drawer-Kind',
  'X-Flow-Definition-Sha256',
  'X-Buttons-Publisher',
  'X-Buttons-Package-Signature',
] as const

/** Throws PUBLISH_DISABLED, TOO_LARGE, ORIGIN_AUTH and what `Origin.ask` throws. */
export async function passUpload(
  { name, version, body, bytes, header, signal }: PassedUpload,
  { settings }: ProxyContext,
  origin: Origin,
): Promise<Passed> {
  if (!settings.publish)
    throw fail('PUBLISH_DISABLED', `Cannot publish "${name}" here: this proxy only hands out`, {
      hint: 'Publish at the origin, or start the proxy with --registry-publish',
    })
  if (bytes === undefined || !(bytes >= 0))
    throw fail(
      'LENGTH_REQUIRED',
      `Cannot publish "${name}": the request does not say how long it is`,
    )
  if (bytes > limits.artifactBytes)
    throw fail(
      'TOO_LARGE',
      `Cannot publish "${name}": it is larger than ${limits.artifactBytes} bytes`,
    )
  const told = uploadHeaders.flatMap((one) => {
    const value = header(one.toLowerCase())
    return value === undefined ? [] : [[one, value] as const]
  })
  const request: OriginRequest = {
    method: 'POST',
    path: packagePath(name, version),
    as: 'writer',
    headers: { ...Object.fromEntries(told), 'Content-Length': String(bytes) },
    body: body(),
    bodyBytes: bytes,
    idleMs: limits.proxyTimeoutMs,
    signal,
  }
  const passed = await origin.ask(request, readPassed)
  const { status } = passed
  if (status === 401 || status === 403) throw judge(status, `the publication of "${name}"`)
  return passed
}

async function readPassed(answer: ExchangeAnswer): Promise<Passed> {
  const { status } = answer
  const retryAfter = answer.header('retry-after')
  const body = await readWhole(answer, limits.proxyCallBytes)
  return {
    status,
    code: answer.ok ? '' : readProblem({ status, body }).code,
    headers: {
      'Content-Type': answer.header('content-type') ?? 'application/json',
      ...(retryAfter !== undefined && { 'Retry-After': retryAfter }),
    },
    body,
  }
}
