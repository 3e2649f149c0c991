// A small registry for tests, written from the contract and sharing no code with the product: an
// index, archives, publishing, devices. It remembers every request.

import { afterAll } from 'bun:test'
import { createHash, createPublicKey, verify } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Home } from './home.ts'
import { rawTar } from './packages.ts'

export interface Row {
  name: string
  kind: string
  version: string
  tags?: string[]
  sha256?: string
  [more: string]: unknown
}

export interface SeenCall {
  method: string
  path: string
  headers: Headers
  body: Uint8Array
}

export interface TestRegistry {
  url: string
  rows: Row[]
  /** Archives by `@desk/name@version`. */
  archives: Map<string, Uint8Array>
  calls: SeenCall[]
  readKey: string
  writeKey: string
  minCliVersion: string | undefined
  /** Send no `X-Content-Sha256`, or a wrong one. */
  hashHeader: 'right' | 'none' | 'wrong'
  /** Answers in place of the registry; undefined lets it answer itself. */
  intercept: ((call: SeenCall) => Response | Promise<Response> | undefined) | undefined
  /** By device id. */
  devices: Map<string, { publicKey: string; owner: string }>
  enrollToken: string
  /** What registering answers beside the slug. */
  registration: Record<string, unknown>
  registered: Record<string, unknown>[]
  challenge: Record<string, unknown>
  /** Puts a version there, as if it had been published. */
  put(name: string, version: string, files: Files, more?: Partial<Row>): void
  /** Calls that asked for this path. */
  count(path: string): number
  /** Points a home at this registry. */
  use(home: Home): Home
  stop(): Promise<void>
}

export type Files = Record<string, string | Uint8Array>

const open: TestRegistry[] = []
afterAll(async () => {
  for (const registry of open.splice(0)) await registry.stop()
})

export function openRegistry(): TestRegistry {
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    idleTimeout: 0,
    maxRequestBodySize: 512 * 1024 * 1024,
    fetch: (request) => answer(request, registry),
  })
  const registry: TestRegistry = {
    url: `http://127.0.0.1:${server.port}`,
    rows: [],
    archives: new Map(),
    calls: [],
    readKey: 'read-key',
    writeKey: 'write-key',
    minCliVersion: undefined,
    hashHeader: 'right',
    intercept: undefined,
    devices: new Map(),
    enrollToken: 'enroll-token',
    registration: {},
    registered: [],
    challenge: {},
    put: (name, version, files, more = {}) => {
      const archive = pack(name.split('/')[1]!, files)
      registry.archives.set(`${name}@${version}`, archive)
      const kind = 'drawer.json' in files ? 'drawer' : 'button'
      registry.rows.push({ name, kind, version, sha256: sha256(archive), ...more })
    },
    count: (path) => registry.calls.filter((call) => call.path === path).length,
    use: (home) => {
      Object.assign(home.env, {
        BUTTONS_REGISTRY_URL: registry.url,
        BUTTONS_BAT_REGISTRY_KEY: registry.readKey,
        BUTTONS_BAT_REGISTRY_WRITE_KEY: registry.writeKey,
      })
      return home
    },
    stop: () => server.stop(true),
  }
  open.push(registry)
  return registry
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** A gzipped archive of files below one directory. */
export function pack(wrapper: string, files: Files): Uint8Array {
  const entries = Object.entries(files).map(([name, data]) => ({
    name: `${wrapper}/${name}`,
    data,
  }))
  return gzipSync(rawTar(entries))
}

/** The files of a published archive, without their wrapper. */
export function unpack(archive: Uint8Array): Record<string, string> {
  const tar = gunzipSync(archive)
  const files: Record<string, string> = {}
  for (let at = 0; tar[at];) {
    const name = tar.toString('utf8', at, tar.indexOf(0, at))
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 135), 8)
    files[name.slice(name.indexOf('/') + 1)] = tar.toString('utf8', at + 512, at + 512 + size)
    at += 512 + Math.ceil(size / 512) * 512
  }
  return files
}

/** The files of a shell button. */
export function buttonFiles(name: string, code = 'echo hi\n', spec: object = {}): Files {
  const file = { schema_version: 2, name, version: '1', runtime: 'shell', env: {}, ...spec }
  return { 'button.json': `${JSON.stringify(file, null, 2)}\n`, 'main.sh': code }
}

/** The files of an action drawer that presses buttons in turn. */
export function drawerFiles(name: string, presses: string[], spec: object = {}): Files {
  const steps = presses.map((button) => ({ id: button, kind: 'button', button }))
  const file = { schema_version: 2, name, drawer_kind: 'action', version: '1', steps, ...spec }
  return { 'drawer.json': `${JSON.stringify(file, null, 2)}\n` }
}

async function answer(request: Request, registry: TestRegistry): Promise<Response> {
  const path = new URL(request.url).pathname
  const body = new Uint8Array(await request.arrayBuffer())
  const call = { method: request.method, path, headers: request.headers, body }
  registry.calls.push(call)
  const instead = await registry.intercept?.(call)
  if (instead) return instead
  if (path === '/v1/meta') return meta(registry)
  if (path === '/v1/index') return index(call, registry)
  if (path === '/v1/devices/enroll') return enroll(call, registry)
  if (path === '/v1/challenge')
    return Response.json({ nonce: 'nonce-1', expires_at: 1, ...registry.challenge })
  if (path === '/v1/agents/register') return register(call, registry)
  const [, , , desk, name, version, download] = path.split('/').map(decodeURIComponent)
  if (path.startsWith('/v1/buttons/') && download === 'download')
    return deliver(`${desk}/${name}@${version}`, call, registry)
  if (path.startsWith('/v1/buttons/') && call.method === 'POST')
    return publish(`${desk}/${name}`, version!, call, registry)
  return refuse(404, 'NOT_FOUND', 'no such thing')
}

export function refuse(status: number, code: string, message: string, more: object = {}): Response {
  return Response.json({ ok: false, error: { code, message, ...more } }, { status })
}

function mayRead({ headers }: SeenCall, { readKey, writeKey }: TestRegistry): boolean {
  return [`Bearer ${readKey}`, `Bearer ${writeKey}`].includes(headers.get('authorization') ?? '')
}

function meta({ minCliVersion }: TestRegistry): Response {
  return Response.json({
    service: 'test',
    ...(minCliVersion !== undefined && { min_cli_version: minCliVersion }),
  })
}

function index(call: SeenCall, registry: TestRegistry): Response {
  if (!mayRead(call, registry)) return refuse(401, 'UNAUTHORIZED', 'wrong key')
  const body = JSON.stringify(registry.rows)
  const etag = `"${sha256(body)}"`
  if (call.headers.get('if-none-match') === etag) return new Response(null, { status: 304 })
  return new Response(body, { headers: { 'Content-Type': 'application/json', ETag: etag } })
}

function deliver(key: string, call: SeenCall, registry: TestRegistry): Response {
  if (!mayRead(call, registry)) return refuse(401, 'UNAUTHORIZED', 'wrong key')
  const archive = registry.archives.get(key)
  if (!archive) return refuse(404, 'NOT_FOUND', `no ${key}`)
  const hash = { right: sha256(archive), wrong: sha256('other'), none: '' }[registry.hashHeader]
  return new Response(Uint8Array.from(archive), {
    headers: {
      'Content-Type': 'application/gzip',
      ...(hash !== '' && { 'X-Content-Sha256': hash }),
    },
  })
}

function publish(name: string, version: string, call: SeenCall, registry: TestRegistry): Response {
  const { headers, body } = call
  if (headers.get('authorization') !== `Bearer ${registry.writeKey}`)
    return refuse(403, 'FORBIDDEN', 'this key may not publish')
  if (headers.get('content-type') !== 'application/gzip') return refuse(400, 'BAD_TYPE', 'no gzip')
  if (headers.get('x-content-sha256') !== sha256(body))
    return refuse(400, 'HASH_MISMATCH', 'the body is not what its hash says')
  const versions = registry.rows.filter((row) => row.name === name).map((row) => row.version)
  if (versions.includes(version))
    return refuse(409, 'VERSION_EXISTS', 'published versions are immutable', {
      latest: String(Math.max(...versions.map(Number))),
    })
  const files = unpack(body)
  const kind = headers.get('x-button-kind') ?? 'button'
  const spec = JSON.parse(files[`${kind}.json`] ?? 'null') as { version?: string; tags?: string[] }
  if (spec?.version !== version) return refuse(400, 'VERSION_MISMATCH', 'the spec says otherwise')
  registry.archives.set(`${name}@${version}`, body)
  const publisher = headers.get('x-buttons-publisher')
  registry.rows.push({
    name,
    kind,
    version,
    sha256: sha256(body),
    ...(spec.tags && { tags: spec.tags }),
    ...(publisher && {
      publisher_key: publisher,
      signature: headers.get('x-buttons-package-signature'),
    }),
  })
  return Response.json({ ok: true, name, version, sha256: sha256(body) }, { status: 201 })
}

function enroll({ headers, body }: SeenCall, registry: TestRegistry): Response {
  if (headers.get('authorization') !== `Bearer ${registry.enrollToken}`)
    return refuse(401, 'UNAUTHORIZED', 'no such token')
  const { pubkey } = JSON.parse(Buffer.from(body).toString()) as { pubkey: string }
  const device_id = sha256(Buffer.from(pubkey, 'base64'))
  registry.devices.set(device_id, { publicKey: pubkey, owner: 'org_1' })
  return Response.json({ device_id, owner_id: 'org_1', namespace: null }, { status: 201 })
}

/** Whether a signature is that of a text, by another implementation than ours. */
export function isSigned(publicKey: string, message: string, signature: string): boolean {
  const spki = Buffer.concat([
    Buffer.from('302a300506032b6570032100', 'hex'),
    Buffer.from(publicKey, 'base64'),
  ])
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' })
  return verify(null, Buffer.from(message), key, Buffer.from(signature, 'base64'))
}

function register({ body }: SeenCall, registry: TestRegistry): Response {
  const request = JSON.parse(Buffer.from(body).toString()) as Record<string, string>
  const device = registry.devices.get(request['device_id']!)
  if (!device) return refuse(401, 'UNKNOWN_DEVICE', 'enrol first')
  const { slug, tunnel_id, nonce, signature } = request
  const message = `buttons-agent-register\n${slug}\n${tunnel_id}\n${nonce}`
  if (!isSigned(device.publicKey, message, signature!))
    return refuse(401, 'BAD_SIGNATURE', 'not signed by that device')
  registry.registered.push(request)
  return Response.json(
    {
      ok: true,
      slug,
      status: registry.registered.length === 1 ? 'created' : 'updated',
      owner_id: 'org_1',
      urls: {
        webhook: `https://${slug}.example/hooks`,
        tunnel: `https://${slug}.example`,
        wake: `https://${slug}.example/wake`,
        deploy: null,
      },
      dns: 'written',
      tunnel_id: tunnel_id || `tun-${slug}`,
      tunnel_token: '',
      ...registry.registration,
    },
    { status: registry.registered.length === 1 ? 201 : 200 },
  )
}
