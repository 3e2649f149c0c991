// Asking another host over HTTP: the key, the envelope, and what to say when it does not answer.

import { build } from '#spec/build.ts'
import { type ErrorCode, errorCodes, fail, type Failure } from '#spec/errors.ts'

export interface RemotePlace {
  /** `http://host:port`, perhaps with a path in front of `/api`. */
  url: string
  /** '' for hosts that ask for none. */
  apiKey: string
}

export interface RemoteRequest {
  method?: 'GET' | 'POST'
  /** Below the place: `/api/buttons`. */
  path: string
  body?: unknown
  headers?: Readonly<Record<string, string>>
  signal?: AbortSignal
}

/** Throws VALIDATION_ERROR for what is no address of a host. */
export function checkPlace({ url }: RemotePlace): string {
  const refuse = (why: string) =>
    fail('VALIDATION_ERROR', `Cannot use "${url}" as a host: ${why}`, {
      hint: 'Write it like http://127.0.0.1:8080',
    })
  if (!URL.canParse(url)) throw refuse('it is no URL')
  const { protocol, username, password, search, hash } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:')
    throw refuse('it must begin with http:// or https://')
  if (username || password) throw refuse('it must not hold a user or password')
  if (search || hash) throw refuse('it must end before any ? or #')
  return url.replace(/\/+$/, '')
}

/** The answer of a host, whatever its status. Throws REMOTE_UNREACHABLE, CANCELLED. */
export async function send(place: RemotePlace, request: RemoteRequest): Promise<Response> {
  const { method = 'GET', path, body, headers, signal } = request
  const base = checkPlace(place)
  const { ofetch } = await import('ofetch')
  try {
    return await ofetch.raw(base + path, {
      method,
      headers: {
        'User-Agent': `buttons/${build.version}`,
        ...(place.apiKey && { Authorization: `Bearer ${place.apiKey}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
      // The key is for this host, not for whoever it might send us to.
      redirect: 'manual',
      retry: 0,
      ignoreResponseError: true,
      responseType: 'stream',
    })
  } catch (error) {
    if (signal?.aborted) throw fail('CANCELLED', `Cancelled asking ${base}`)
    throw unreachable(base, error)
  }
}

/** The `data` of an answer. Throws what the host says went wrong, REMOTE_ERROR for other answers. */
export async function ask<T>(place: RemotePlace, request: RemoteRequest): Promise<T> {
  const response = await send(place, request)
  return readData<T>(response, place, request.signal)
}

export async function readData<T>(
  response: Response,
  place: RemotePlace,
  signal?: AbortSignal,
): Promise<T> {
  const envelope = parseEnvelope(await readText(response, place, signal))
  if (envelope?.ok === true) return envelope.data as T
  if (envelope?.error) throw toFailure(envelope)
  throw fail(
    'REMOTE_ERROR',
    `${place.url} answered with status ${response.status} and no word of ours`,
    {
      hint: 'Is it a host of buttons? Start one with buttons serve',
    },
  )
}

async function readText(
  response: Response,
  place: RemotePlace,
  signal?: AbortSignal,
): Promise<string> {
  try {
    return await response.text()
  } catch (error) {
    if (signal?.aborted) throw fail('CANCELLED', `Cancelled asking ${place.url}`)
    throw unreachable(place.url, error)
  }
}

interface Envelope {
  ok?: unknown
  data?: unknown
  error?: { code: string; message: string; hint?: string; spec?: unknown }
}

function parseEnvelope(text: string): Envelope | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Envelope) : undefined
  } catch {
    return undefined
  }
}

/** A failure as the host tells it; a code from another release stays readable. */
export function toFailure({ error, data }: Envelope): Failure {
  const { code, message, hint, spec } = error!
  const known = Object.hasOwn(errorCodes, code)
  return fail(
    known ? (code as ErrorCode) : 'REMOTE_ERROR',
    known ? message : `${code}: ${message}`,
    {
      ...(hint && { hint }),
      ...(spec !== undefined && { spec }),
      ...(data !== undefined && { data }),
    },
  )
}

export function unreachable(url: string, error: unknown): Failure {
  const cause = (error as { cause?: unknown }).cause ?? error
  const why = cause instanceof Error ? cause.message : String(cause)
  return fail('REMOTE_UNREACHABLE', `Cannot reach ${url}: ${why}`, { cause: error })
}
