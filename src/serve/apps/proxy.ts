// Asking the program of a dynamic app: the request as it came, but for what belongs to the
// connection, and the answer in the same way, piece by piece.

import { fail } from '#spec/errors.ts'
import { readBytes } from '../body.ts'
import type { Hosting } from '../hosting.ts'
import type { Call } from '../route.ts'

export interface Asked {
  port: number
  /** With its escapes, beginning with a slash. */
  path: string
  /** Where the app lies on this host. */
  base: string
}

/** Headers of one connection, which end at either side of a proxy (RFC 9110, 7.6.1). */
const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** The key of this host is none of the app's business. */
const ours: ReadonlySet<string> = new Set(['authorization', 'host', 'content-length'])

export async function askProgram(
  { port, path, base }: Asked,
  { request, facts }: Call,
  { machine, settings }: Hosting,
): Promise<Response> {
  const body = await readBytes(request, settings['max-webhook-body'], machine.clock)
  try {
    const answer = await machine.network.request({
      secure: false,
      addresses: ['127.0.0.1'],
      port,
      method: request.method,
      path: forwardedPath(path, request.url),
      headers: [
        ...forwardedHeaders(request, { port, base, client: facts.client }),
        ...lengthOf(request, body),
      ],
      ...(body.length > 0 && { body }),
      decompress: false,
      signal: request.signal,
    })
    return new Response(streamOf(answer.body, answer.close), {
      status: answer.status,
      headers: answerHeaders(answer.headers),
    })
  } catch (cause) {
    throw fail('REMOTE_UNREACHABLE', `Cannot ask the app at "${base}": it does not answer`, {
      cause,
    })
  }
}

/** Every segment escaped as programs expect it, and the query as it came. */
export function forwardedPath(path: string, url: string): string {
  const query = url.indexOf('?')
  const encoded = path
    .split('/')
    .map((part) => encodeURIComponent(decodeURIComponent(part)))
    .join('/')
  return encoded + (query < 0 ? '' : url.slice(query))
}

export function forwardedHeaders(
  request: Request,
  { port, base, client }: { port: number; base: string; client: string },
): [string, string][] {
  const kept = [...request.headers].filter(([name]) => !hopByHop.has(name) && !ours.has(name))
  return [
    ['Host', `127.0.0.1:${port}`],
    ...kept,
    ['X-Forwarded-For', client],
    ['X-Forwarded-Host', request.headers.get('host') ?? ''],
    ['X-Forwarded-Prefix', base],
  ]
}

function lengthOf({ method }: Request, { length }: Uint8Array): [string, string][] {
  return length > 0 || method === 'POST' ? [['Content-Length', String(length)]] : []
}

function answerHeaders(headers: readonly (readonly [string, string])[]): Headers {
  const kept = new Headers()
  for (const [name, value] of headers)
    if (!hopByHop.has(name.toLowerCase())) kept.append(name, value)
  return kept
}

function streamOf(body: AsyncIterable<Uint8Array>, close: () => void): ReadableStream<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await chunks.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  )
}
