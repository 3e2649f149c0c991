// What a caching proxy answers to whom (registry 14.10): with the keys of this host, in the words that
// its own registry would use. What is asked of the origin, and what is kept, is decided in proxy.ts.

import { coversDesk } from '#core/registry/access.ts'
import { checkReleaseName, type Endpoint } from '#core/registry/path.ts'
import { splitPackageName } from '#core/package/name.ts'
import { viaMark } from '#core/package/via.ts'
import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { Act, RegistryCall, Reply } from '../server/context.ts'
import { type Answer, openAnswer, type Performers } from '../server/perform.ts'
import { hasTag, json } from '../server/reply.ts'
import type { RegistryServer } from '../server/server.ts'
import type { IdentityCall, Passed } from './pass.ts'
import type { RegistryProxy, SeenArchive } from './proxy.ts'

export interface ProxyDoor {
  proxy: RegistryProxy
  /** By the keys of this host. */
  authorize: RegistryServer['authorize']
  countCall(client: string): { count: number; resetSeconds: number }
}

export function openProxyAnswer(door: ProxyDoor): Answer {
  const perform =
    (act: (endpoint: Endpoint, call: RegistryCall, act: Act, door: ProxyDoor) => Promise<Reply>) =>
    (endpoint: Endpoint, call: RegistryCall, noted: Act) => {
      noted.side = 'proxy'
      refuseCircle(call)
      return act(endpoint, call, noted, door)
    }
  const pass = (kind: IdentityCall): Performers[string] =>
    perform((_, call, act) => passCall(kind, call, act, door))
  return openAnswer(
    {
      meta: { GET: perform(answerMeta) },
      index: { GET: perform(answerIndex) },
      download: { GET: perform(answerDownload) },
      release: { POST: perform(publish) },
      enroll: { POST: pass('enroll') },
      challenge: { GET: pass('challenge') },
      register: { POST: pass('register') },
      exchange: { POST: pass('exchange') },
    },
    door.countCall,
  )
}

function refuseCircle({ header }: RegistryCall): void {
  const hops = (header('via') ?? '').split(',')
  if (hops.some((hop) => hop.trim().split(/\s+/).includes(viaMark)))
    throw fail('LOOP', 'Cannot answer a proxy: this is one itself')
}

async function answerMeta(
  _: Endpoint,
  __: RegistryCall,
  act: Act,
  { proxy }: ProxyDoor,
): Promise<Reply> {
  const { document, how } = await proxy.meta()
  act.how = how
  return json(document, 200, { 'Cache-Control': 'max-age=60', ...warningOf(how) })
}

async function answerIndex(
  _: Endpoint,
  call: RegistryCall,
  act: Act,
  { proxy, authorize }: ProxyDoor,
): Promise<Reply> {
  const { desks } = await authorize('read', call, act)
  const { text, etag, how } = await proxy.index(desks)
  act.how = how
  const headers = {
    ETag: etag,
    'Cache-Control': 'private, no-cache',
    Vary: 'Authorization',
    ...warningOf(how),
  }
  if (hasTag(call.header('if-none-match'), etag)) return { status: 304, headers }
  return { status: 200, headers: { ...headers, 'Content-Type': 'application/json' }, body: text }
}

/** RFC 9111, 5.5: what is served may not be what the origin would say now. */
function warningOf(how: string): Record<string, string> {
  return how === 'stale' ? { Warning: '110 - "Response is Stale"' } : {}
}

async function answerDownload(
  { desk, name, version }: Endpoint,
  call: RegistryCall,
  act: Act,
  { proxy, authorize }: ProxyDoor,
): Promise<Reply> {
  const key = await authorize('read', call, act)
  // Whoever may not see a desk does not learn what is in it.
  if (!splitPackageName(name) || !isVersion(version) || !coversDesk(key, desk))
    throw fail('NOT_FOUND', `There is no "${name}@${version}"`)
  const archive = await proxy.download(name, version)
  act.how = archive.how
  const headers = archiveHeaders(archive)
  const known = hasTag(call.header('if-none-match'), headers['ETag']!)
  if (!known && call.method !== 'HEAD') return { status: 200, headers, body: archive.body }
  archive.close()
  return { status: known ? 304 : 200, headers }
}

// It becomes a part of a path at the origin.
function isVersion(version: string): boolean {
  return version !== '' && version !== '.' && version !== '..' && !/[/\\?#%\s\p{Cc}]/u.test(version)
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

async function publish(
  { desk, name, version }: Endpoint,
  call: RegistryCall,
  act: Act,
  { proxy, authorize }: ProxyDoor,
): Promise<Reply> {
  Object.assign(act, { action: 'publish', target: `${name}@${version}`.slice(0, 300) })
  const key = await authorize('write', call, act)
  if (!coversDesk(key, desk)) throw fail('FORBIDDEN', `This key is not for the desk "${desk}"`)
  checkReleaseName(name)
  if (!isVersion(version)) throw fail('BAD_VERSION', `Cannot use "${version}" as version`)
  const length = call.header('content-length')
  const passed = await proxy.publish({
    name,
    version,
    body: call.stream,
    bytes: length === undefined ? undefined : Number(length),
    header: call.header,
    signal: call.signal,
  })
  return noting(passed, act)
}

async function passCall(
  kind: IdentityCall,
  call: RegistryCall,
  act: Act,
  { proxy }: ProxyDoor,
): Promise<Reply> {
  const { method, header, signal } = call
  const body = method === 'POST' ? await call.readBody(limits.proxyCallBytes) : undefined
  const passed = await proxy.identity(kind, {
    ...(body && { body: new Uint8Array(body) }),
    header,
    signal,
  })
  return noting(passed, act)
}

function noting({ code, ...reply }: Passed, act: Act): Reply {
  act.how = 'miss'
  if (code !== '') act.code = code
  return reply
}
