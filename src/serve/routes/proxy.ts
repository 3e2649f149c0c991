// The registry of another host through this one: who may see what, and answers as HTTP
// (registry 14.10). What is asked of the origin is decided in registry/proxy/.

import { everyDesk } from '#core/package/desks.ts'
import { splitPackageName } from '#core/package/name.ts'
import { Failure, fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import { viaMark } from '#core/package/via.ts'
import type { RegistryProxy, SeenArchive } from '#registry/proxy/proxy.ts'
import type { IdentityCall, Passed, PassedCall } from '#registry/proxy/pass.ts'
import { json } from '../answer.ts'
import { readBytes } from '../body.ts'
import type { Hosting } from '../hosting.ts'
import type { RegistryMetrics } from '../metrics/registry.ts'
import type { Call, Route } from '../route.ts'

export interface ProxyRoom {
  hosting: Hosting
  open(): Promise<RegistryProxy>
  metrics: RegistryMetrics
}

export function proxyRoutes(room: ProxyRoom): Route[] {
  const route = (
    method: 'GET' | 'POST',
    path: string,
    answer: (call: Call, proxy: RegistryProxy) => Promise<Response>,
  ): Route => ({
    method,
    path,
    auth: 'none',
    surface: 'registry',
    // Large archives take their time; how long is watched where they come from.
    idleSeconds: 0,
    handle: (call) => handle(call, answer, room),
  })
  const pass = (kind: IdentityCall) => (call: Call, proxy: RegistryProxy) =>
    answerIdentity(kind, call, proxy, room)
  const version = '/v1/buttons/{desk}/{name}/{version}'
  return [
    route('GET', '/v1/meta', (_, proxy) => answerMeta(proxy, room)),
    route('GET', '/v1/index', (call, proxy) => answerIndex(call, proxy, room)),
    route('GET', `${version}/download`, (call, proxy) => answerDownload(call, proxy, room)),
    route('POST', version, (call, proxy) => answerPublish(call, proxy, room)),
    route('POST', '/v1/devices/enroll', pass('enroll')),
    route('GET', '/v1/challenge', pass('challenge')),
    route('POST', '/v1/agents/register', pass('register')),
    route('POST', '/v1/cli-auth/exchange', pass('exchange')),
  ]
}

async function handle(
  call: Call,
  answer: (call: Call, proxy: RegistryProxy) => Promise<Response>,
  { open, metrics }: ProxyRoom,
): Promise<Response> {
  try {
    if (isFromProxy(call.request)) throw fail('LOOP', 'Cannot answer a proxy: this is one itself')
    return await answer(call, await open())
  } catch (error) {
    metrics.request('proxy', isDenied(error) ? 'denied' : 'error')
    throw error
  }
}

function isFromProxy({ headers }: Request): boolean {
  const hops = (headers.get('via') ?? '').split(',')
  return hops.some((hop) => hop.trim().split(/\s+/).includes(viaMark))
}

function isDenied(error: unknown): boolean {
  const codes: readonly string[] = ['UNAUTHORIZED', 'FORBIDDEN', 'PUBLISH_DISABLED']
  return error instanceof Failure && codes.includes(error.code)
}

async function answerMeta(proxy: RegistryProxy, { metrics }: ProxyRoom): Promise<Response> {
  const { document, how } = await proxy.meta()
  metrics.request('proxy', how)
  return json(document, 200, { 'Cache-Control': 'max-age=60', ...warningOf(how) })
}

async function answerIndex(
  { request }: Call,
  proxy: RegistryProxy,
  { metrics }: ProxyRoom,
): Promise<Response> {
  const { text, etag, how } = await proxy.index([everyDesk])
  metrics.request('proxy', how)
  const headers = { ETag: etag, 'Cache-Control': 'private, no-cache', ...warningOf(how) }
  if (isKnown(request, etag)) return new Response(null, { status: 304, headers })
  return new Response(text, { headers: { 'Content-Type': 'application/json', ...headers } })
}

/** RFC 9111, 5.5: what is served may not be what the origin would say now. */
function warningOf(how: string): Record<string, string> {
  return how === 'stale' ? { Warning: '110 - "Response is Stale"' } : {}
}

function isKnown({ headers }: Request, etag: string): boolean {
  const known = (headers.get('if-none-match') ?? '').split(',')
  return known.some((one) => one.trim().replace(/^W\//, '') === etag)
}

async function answerDownload(
  { params, request }: Call,
  proxy: RegistryProxy,
  { metrics }: ProxyRoom,
): Promise<Response> {
  const { name, version } = readPath(params)
  const archive = await proxy.download(name, version)
  metrics.request('proxy', archive.how)
  const headers = archiveHeaders(archive)
  const known = isKnown(request, headers['ETag']!)
  if (!known && request.method !== 'HEAD') return new Response(archive.body, { headers })
  archive.close()
  return new Response(null, { status: known ? 304 : 200, headers })
}

function archiveHeaders({ size, sha256, row }: SeenArchive): Record<string, string> {
  return {
    'Content-Type': 'application/gzip',
    'Content-Length': String(size),
    'X-Content-Sha256': sha256,
    ETag: `"${sha256}"`,
    'Cache-Control': 'private, max-age=31536000, immutable',
    ...(row?.publisher_key && { 'X-Buttons-Publisher': row.publisher_key }),
    ...(row?.signature && { 'X-Buttons-Package-Signature': row.signature }),
  }
}

function readPath({ desk, name, version }: Call['params']): { name: string; version: string } {
  const whole = `${desk}/${name}`
  const parts = splitPackageName(whole)
  if (parts && parts.name === name && version && !/[/\\?#%\s\p{Cc}]/u.test(version))
    return { name: whole, version }
  throw fail('NOT_FOUND', 'Cannot answer: no package has such a name')
}

async function answerPublish(
  { params, request, facts }: Call,
  proxy: RegistryProxy,
  { metrics, hosting }: ProxyRoom,
): Promise<Response> {
  const { name, version } = readPath(params)
  const length = request.headers.get('content-length')
  const passed = await proxy.publish({
    name,
    version,
    body: request.body ?? new Blob([]).stream(),
    bytes: length === null ? -1 : Number(length),
    header: (one) => request.headers.get(one),
    signal: request.signal,
  })
  metrics.request('proxy', passed.status < 300 ? 'miss' : 'error')
  hosting.audit.record({
    request_id: facts.requestId,
    actor: facts.actor,
    client: facts.client,
    surface: facts.surface,
    action: 'publish',
    target: `${name}@${version}`,
    status: passed.status < 300 ? 'ok' : 'refused',
  })
  return toResponse(passed)
}

async function answerIdentity(
  kind: IdentityCall,
  { request }: Call,
  proxy: RegistryProxy,
  { hosting, metrics }: ProxyRoom,
): Promise<Response> {
  const posted = request.method === 'POST'
  const body = posted
    ? await readBytes(request, limits.proxyCallBytes, hosting.machine.clock)
    : undefined
  const call: PassedCall = {
    ...(body && { body: new Uint8Array(body) }),
    header: (name) => request.headers.get(name),
    signal: request.signal,
  }
  const passed = await proxy.identity(kind, call)
  metrics.request('proxy', 'miss')
  return toResponse(passed)
}

function toResponse({ status, headers, body }: Passed): Response {
  return new Response(body, { status, headers })
}
