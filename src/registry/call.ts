// Requests to registries: redirects followed by hand, bodies as raw bytes with a limit, deadlines,
// and a second try where that harms nobody. What the answers mean is said in client.ts.

import { findHop, type Call, type Hop, publicBase, type WireAnswer, type WireRequest } from '#core/package/wire.ts' // prettier-ignore
import { build } from '#spec/build.ts'
import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { Clock } from '#host/host.ts'
import { join } from './gzip.ts'

/** Every call throws REGISTRY_ERROR when there is no whole answer. */
export function openCaller(clock: Clock): Call {
  return async (base, request) => {
    const tries = request.retry ? retryPausesMs.length : 0
    for (let tried = 0; ; tried++) {
      const last = tried === tries
      const answer = await attempt(base, request, clock, last)
      const pauseMs = answer === undefined ? 0 : pauseAfter(answer)
      if (answer && (last || pauseMs === undefined)) return answer
      await clock.sleep(Math.max(retryPausesMs[tried]!, pauseMs ?? 0), request.signal)
      if (request.signal?.aborted) throw failed(base, 'cancelled')
    }
  }
}

const retryPausesMs = [200, 1000]
const busyStatuses: readonly number[] = [429, 502, 503, 504]
const longestPauseMs = 30_000

/** How long a busy registry wants to be left alone; undefined when it is not busy. */
function pauseAfter({ status, header }: WireAnswer): number | undefined {
  if (!busyStatuses.includes(status)) return undefined
  const seconds = Number(header('retry-after') ?? 0)
  if (!(seconds >= 0)) return 0
  return seconds * 1000 <= longestPauseMs ? seconds * 1000 : undefined
}

/** Undefined when there was no answer, and this was not the last try. */
async function attempt(
  base: string,
  request: WireRequest,
  clock: Clock,
  last: boolean,
): Promise<WireAnswer | undefined> {
  try {
    return await exchange(base, request, clock)
  } catch (error) {
    const final = last || request.signal?.aborted || !(error instanceof Unreachable)
    if (!final) return undefined
    throw error instanceof Unreachable ? failed(base, error.message) : error
  }
}

/** No connection, or one that broke off. */
class Unreachable extends Error {}

function failed(base: string, why: string) {
  return fail('REGISTRY_ERROR', `registry ${publicBase(base)}: ${why}`, {
    hint: 'Check BUTTONS_REGISTRY_URL and the network',
  })
}

async function exchange(base: string, request: WireRequest, clock: Clock): Promise<WireAnswer> {
  const url = URL.parse(base + request.path)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw failed(base, 'it is no http or https URL')
  const deadline = openDeadline(request, clock)
  try {
    const response = await follow(url, request, deadline.signal)
    const body = await readBody(response, request, deadline)
    return {
      status: response.status,
      header: (name) => response.headers.get(name) ?? undefined,
      body,
    }
  } catch (error) {
    const why = deadline.reason()
    if (why !== undefined) throw failed(base, why)
    if ((error as Error).name === 'Failure') throw error
    throw new Unreachable(describeCause(error))
  } finally {
    deadline.end()
  }
}

function describeCause(error: unknown): string {
  const cause = (error as { cause?: unknown }).cause ?? error
  return cause instanceof Error ? cause.message : String(cause)
}

async function follow(url: URL, request: WireRequest, signal: AbortSignal): Promise<Response> {
  let hop: Hop = { url, method: request.method, crossed: false }
  for (let followed = 0; ; followed++) {
    const response = await send(hop, request, signal)
    const location = response.headers.get('location') ?? undefined
    const next = findHop(hop, { status: response.status, location }, followed)
    if (!next) return response
    await response.body?.cancel()
    hop = next
  }
}

async function send(hop: Hop, request: WireRequest, signal: AbortSignal): Promise<Response> {
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

function headersFor({ crossed }: Hop, { headers = {} }: WireRequest): Record<string, string> {
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

async function readBody(
  response: Response,
  { maxBytes }: WireRequest,
  deadline: Deadline,
): Promise<Uint8Array<ArrayBuffer>> {
  const most = response.ok ? maxBytes : limits.errorBodyBytes
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    deadline.moved(chunk.length)
    chunks.push(length + chunk.length > most ? chunk.subarray(0, most - length) : chunk)
    length += chunk.length
    if (length <= most) continue
    // Of an answer that says no, the beginning is enough.
    if (!response.ok) return join(chunks, most)
    throw fail('REGISTRY_ERROR', `registry answer is larger than ${maxBytes} bytes`)
  }
  return join(chunks, length)
}

interface Deadline {
  signal: AbortSignal
  /** Bytes have come. */
  moved(bytes: number): void
  /** Why the exchange was ended, if it was by us. */
  reason(): string | undefined
  end(): void
}

/** Bytes per second that even a slow line manages. */
const slowest = 256 * 1024

function openDeadline({ timeoutMs, idleMs, body, signal }: WireRequest, clock: Clock): Deadline {
  const controller = new AbortController()
  const end = (why: string) => controller.abort(why)
  const cancel = () => end('cancelled')
  if (signal?.aborted) cancel()
  signal?.addEventListener('abort', cancel)
  let allowedMs = timeoutMs + (idleMs === undefined ? 0 : ((body?.length ?? 0) / slowest) * 1000)
  const started = clock.monotonic()
  const expire = () => {
    const left = started + allowedMs - clock.monotonic()
    if (left > 0) forgetTotal = clock.after(left, expire)
    else end(`no complete answer within ${Math.round(allowedMs / 1000)} s`)
  }
  let forgetTotal = clock.after(allowedMs, expire)
  const watchIdle = () => clock.after(idleMs!, () => end(`nothing came for ${idleMs! / 1000} s`))
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
    reason: () => (controller.signal.aborted ? String(controller.signal.reason) : undefined),
    end: () => {
      forgetTotal()
      forgetIdle()
      signal?.removeEventListener('abort', cancel)
    },
  }
}
