// One exchange with a registry: redirects followed by hand, bodies as raw bytes piece by piece, and a
// deadline over all of it. Tries once; who reads the body, and what to do about failures, is said in
// call.ts and proxy/origin.ts.

import { findHop, type Hop, publicBase, type WireRequest } from '#core/package/wire.ts'
import { build } from '#spec/build.ts'
import { fail } from '#spec/errors.ts'
import type { Clock } from '#host/host.ts'

/** A request whose body may still be on its way; then its headers say how long it is. */
export interface ExchangeRequest extends Omit<WireRequest, 'body' | 'maxBytes' | 'retry'> {
  body?: Uint8Array<ArrayBuffer> | string | ReadableStream<Uint8Array>
  /** Bytes of a body that is still on its way. */
  bodyBytes?: number
}

export interface ExchangeAnswer {
  status: number
  ok: boolean
  /** A header by its lower-case name. */
  header(name: string): string | undefined
  /** To be read once, or given up; throws ExchangeError when it breaks off. */
  body: AsyncIterable<Uint8Array>
  /** Ends the exchange, whatever has been read. */
  close(): void
}

/** Why there was no whole answer. */
export class ExchangeError extends Error {
  readonly kind: 'unreachable' | 'timeout' | 'cancelled'

  constructor(kind: ExchangeError['kind'], message: string) {
    super(message)
    this.name = 'ExchangeError'
    this.kind = kind
  }
}

/** Throws ExchangeError without an answer, REGISTRY_ERROR for redirects that must not be followed. */
export async function openExchange(
  base: string,
  request: ExchangeRequest,
  clock: Clock,
): Promise<ExchangeAnswer> {
  const url = URL.parse(base + request.path)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw fail('REGISTRY_ERROR', `registry ${publicBase(base)}: it is no http or https URL`, {
      hint: registryHint,
    })
  const deadline = openDeadline(request, clock)
  try {
    const response = await follow(url, request, deadline.signal)
    return {
      status: response.status,
      ok: response.ok,
      header: (name) => response.headers.get(name) ?? undefined,
      body: readBody(response, deadline),
      close: () => deadline.cancel(),
    }
  } catch (error) {
    deadline.end()
    throw translate(error, deadline)
  }
}

export const registryHint = 'Check BUTTONS_REGISTRY_URL and the network'

async function* readBody(response: Response, deadline: Deadline): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      deadline.moved(chunk.length)
      yield chunk
    }
  } catch (error) {
    throw translate(error, deadline)
  } finally {
    deadline.end()
  }
}

function translate(error: unknown, deadline: Deadline): unknown {
  const ended = deadline.reason()
  if (ended !== undefined) return ended
  if ((error as Error).name === 'Failure') return error
  const cause = (error as { cause?: unknown }).cause ?? error
  return new ExchangeError('unreachable', cause instanceof Error ? cause.message : String(cause))
}

async function follow(url: URL, request: ExchangeRequest, signal: AbortSignal): Promise<Response> {
  let hop: Hop = { url, method: request.method, crossed: false }
  for (let followed = 0; ; followed++) {
    const response = await send(hop, request, signal)
    const location = response.headers.get('location') ?? undefined
    const next = findHop(hop, { status: response.status, location }, followed)
    if (!next) return response
    await response.body?.cancel()
    if (request.body instanceof ReadableStream)
      throw fail(
        'REGISTRY_ERROR',
        `registry ${publicBase(url.href)}: redirect refused: what was sent cannot be sent again`,
      )
    hop = next
  }
}

async function send(hop: Hop, request: ExchangeRequest, signal: AbortSignal): Promise<Response> {
  const { ofetch } = await import('ofetch')
  return ofetch.raw(hop.url.href, {
    method: request.method,
    headers: headersFor(hop, request),
    ...(request.body !== undefined && { body: request.body }),
    signal,
    redirect: 'manual',
    retry: 0,
    ignoreResponseError: true,
    responseType: 'stream',
    ...wireOptions,
  })
}

/** Options of the runtime's own fetch: bytes as they come, certificates checked always. */
const wireOptions = { decompress: false, tls: { rejectUnauthorized: true } } as object

function headersFor({ crossed }: Hop, { headers = {} }: ExchangeRequest): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !crossed || !isPersonal(name))
  return {
    'User-Agent': `buttons/${build.version}`,
    'Accept-Encoding': 'identity',
    ...Object.fromEntries(kept),
  }
}

/** Who we are is for the registry, not for whoever it sends us to. */
function isPersonal(name: string): boolean {
  return name === 'Authorization' || proofHeader.test(name)
}

const proofHeader = /^X-Buttons-(?:Device|Timestamp|Nonce|Signature)$/

interface Deadline {
  signal: AbortSignal
  /** Bytes have come. */
  moved(bytes: number): void
  cancel(): void
  /** Why the exchange was ended, if it was by us. */
  reason(): ExchangeError | undefined
  end(): void
}

/** Bytes per second that even a slow line manages. */
const slowest = 256 * 1024

function openDeadline(request: ExchangeRequest, clock: Clock): Deadline {
  const { timeoutMs, idleMs, signal } = request
  const controller = new AbortController()
  let ended: ExchangeError | undefined
  const end = (kind: ExchangeError['kind'], why: string) => {
    ended ??= new ExchangeError(kind, why)
    controller.abort(ended)
  }
  const cancel = () => end('cancelled', 'cancelled')
  if (signal?.aborted) cancel()
  signal?.addEventListener('abort', cancel)
  let allowedMs = timeoutMs + (idleMs === undefined ? 0 : (bodyLength(request) / slowest) * 1000)
  const started = clock.monotonic()
  const expire = () => {
    const left = started + allowedMs - clock.monotonic()
    if (left > 0) forgetTotal = clock.after(left, expire)
    else end('timeout', `no complete answer within ${Math.round(allowedMs / 1000)} s`)
  }
  let forgetTotal = clock.after(allowedMs, expire)
  const watchIdle = () =>
    clock.after(idleMs!, () => end('timeout', `nothing came for ${idleMs! / 1000} s`))
  // An upload moves out of our sight; the silence that counts begins with the answer.
  let forgetIdle = () => {}
  return {
    signal: controller.signal,
    moved: (bytes) => {
      if (idleMs === undefined) return
      allowedMs += (bytes / slowest) * 1000
      forgetIdle()
      forgetIdle = watchIdle()
    },
    cancel,
    reason: () => ended,
    end: () => {
      forgetTotal()
      forgetIdle()
      signal?.removeEventListener('abort', cancel)
    },
  }
}

function bodyLength({ body, bodyBytes }: ExchangeRequest): number {
  if (bodyBytes !== undefined) return bodyBytes
  return body === undefined || body instanceof ReadableStream ? 0 : body.length
}
