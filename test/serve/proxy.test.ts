// A host that hands out the packages of another registry and keeps them.

import { expect, test } from 'bun:test'
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buttons } from '../helpers/buttons.ts'
import { serveHome } from '../helpers/hosts.ts'
import { limits } from '#spec/limits.ts'
import { clientOf, forwardClock, fullDisk, openProxy, proxyHome } from '../helpers/proxies.ts'
import {
  buttonFiles,
  openRegistry,
  refuse,
  sha256,
  type TestRegistry,
} from '../helpers/registry.ts'

const index = '/v1/index'
const hello = '/v1/buttons/@acme/hello/1/download'

async function openHello(...given: Parameters<typeof openProxy>) {
  const set = await openProxy(...given)
  set.origin.put('@acme/hello', '1', buttonFiles('hello'))
  return set
}

/** The paths of all files below a folder. */
function filesIn(folder: string): string[] {
  return (
    readdirSync(folder, { recursive: true, withFileTypes: true }) as {
      isFile(): boolean
      parentPath: string
      name: string
    }[]
  )
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
}

const blobsOf = (home: { data: string }) => filesIn(`${home.data}/registry/cache/blobs`)

/** Makes the origin go away. */
function silence(origin: TestRegistry): void {
  origin.intercept = () => new Response('maintenance', { status: 503 })
}

test('a package is installed through a proxy by someone without a key of the origin', async () => {
  const { origin, proxy } = await openHello()
  const client = clientOf(proxy.origin)
  await buttons('add @acme/hello')
    .in(client)
    .expect({ data: { installed: ['hello'] } })
  await buttons('press hello')
    .in(client)
    .expect({ data: { stdout: 'hi\n' } })
  expect(origin.calls.map((call) => call.headers.get('authorization'))).toEqual([
    'Bearer read-key',
    'Bearer read-key',
  ])
})

test('an archive is fetched once, whoever asks for it and how often', async () => {
  const { origin, proxy } = await openHello()
  for (let n = 0; n < 3; n++) {
    const { status, headers, text } = await proxy.ask(hello)
    expect(status).toBe(200)
    expect(headers.get('x-content-sha256')).toBe(origin.rows[0]!.sha256!)
    expect(headers.get('cache-control')).toBe('private, max-age=31536000, immutable')
    expect(headers.get('content-encoding')).toBeNull()
    expect(text).not.toBe('')
  }
  expect(origin.count(hello)).toBe(1)
  expect(origin.count(index)).toBe(1)
})

test('many who ask at once make one request', async () => {
  const { origin, proxy } = await openHello()
  const asked = Array.from({ length: 40 }, (_, n) => proxy.ask(n % 2 ? hello : index))
  const answers = await Promise.all(asked)
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  expect(new Set(answers.map(({ text }) => text)).size).toBe(2)
  expect(origin.count(hello)).toBe(1)
  expect(origin.count(index)).toBe(1)
})

test('an index is believed for a while, then confirmed by its tag', async () => {
  const time = forwardClock()
  const { origin, proxy } = await openHello({}, { clock: time.clock })
  const first = await proxy.ask(index)
  time.pass(30_000)
  await proxy.ask(index)
  expect(origin.count(index)).toBe(1)
  time.pass(31_000)
  const second = await proxy.ask(index)
  expect(second.text).toBe(first.text)
  const tags = origin.calls.map((call) => call.headers.get('if-none-match'))
  expect(tags).toEqual([null, `"${sha256(first.text)}"`])
  origin.put('@acme/hello', '2', buttonFiles('hello', 'echo two\n', { version: '2' }))
  time.pass(61_000)
  expect((await proxy.ask(index)).body).toHaveLength(2)
})

test('a client that has the index is told so in a few bytes', async () => {
  const { proxy } = await openHello()
  const { headers, text } = await proxy.ask(index)
  const known = { headers: { 'If-None-Match': headers.get('etag')! } }
  const again = await proxy.ask(index, known)
  expect(again).toMatchObject({ status: 304, text: '' })
  expect(text).toContain('@acme/hello')
})

test('fields of rows that nobody here knows go on', async () => {
  const { origin, proxy } = await openProxy()
  origin.put('@acme/hello', '1', buttonFiles('hello'), { publisher_key: 'k', future: { a: [1] } })
  expect((await proxy.ask(index)).body).toEqual(origin.rows)
})

test('a version that came after the index was read can be fetched', async () => {
  const time = forwardClock()
  const { origin, proxy } = await openHello({}, { clock: time.clock })
  await proxy.ask(index)
  origin.put('@acme/hello', '2', buttonFiles('hello', 'echo two\n', { version: '2' }))
  time.pass(10_000)
  const { status, headers } = await proxy.ask('/v1/buttons/@acme/hello/2/download')
  expect(status).toBe(200)
  expect(headers.get('x-content-sha256')).toBe(origin.rows[1]!.sha256!)
})

test('an archive that is not what the index promised is neither kept nor handed on', async () => {
  const { origin, proxy, home } = await openHello()
  const right = origin.archives.get('@acme/hello@1')!
  origin.archives.set('@acme/hello@1', new TextEncoder().encode('something else'))
  expect(await proxy.ask(hello)).toMatchObject({
    status: 502,
    body: { ok: false, error: { code: 'ORIGIN_HASH_MISMATCH' } },
  })
  expect(
    filesIn(`${home.data}/registry/cache/arriving`).filter((path) => !path.endsWith('.lock')),
  ).toEqual([])
  origin.archives.set('@acme/hello@1', right)
  expect((await proxy.ask(hello)).status).toBe(200)
  expect(blobsOf(home)).toHaveLength(1)
})

test('an archive that is not what its header says is not handed on either', async () => {
  const { origin, proxy } = await openHello()
  origin.hashHeader = 'wrong'
  expect((await proxy.ask(hello)).body.error.code).toBe('ORIGIN_HASH_MISMATCH')
})

test('an index without hashes is no reason to hand on what its header does not fit', async () => {
  const { origin, proxy } = await openHello()
  origin.rows[0]!.sha256 = ''
  expect((await proxy.ask(hello)).headers.get('x-content-sha256')).toBe(
    sha256(origin.archives.get('@acme/hello@1')!),
  )
  origin.hashHeader = 'wrong'
  expect((await proxy.ask(hello)).body.error.code).toBe('ORIGIN_HASH_MISMATCH')
})

test('what is known is served while the origin is down, with a warning, for a day', async () => {
  const time = forwardClock()
  const { origin, proxy } = await openHello({}, { clock: time.clock })
  origin.put('@acme/other', '1', buttonFiles('other'))
  const { text } = await proxy.ask(index)
  await proxy.ask(hello)
  silence(origin)
  time.pass(3600_000)
  const stale = await proxy.ask(index)
  expect(stale).toMatchObject({ status: 200, text })
  expect(stale.headers.get('warning')).toBe('110 - "Response is Stale"')
  expect((await proxy.ask(hello)).status).toBe(200)
  expect((await proxy.ask('/v1/buttons/@acme/other/1/download')).status).toBe(502)
  time.pass(24 * 3600_000)
  expect((await proxy.ask(index)).status).toBe(502)
})

test('what is known survives a restart, also into a time without the origin', async () => {
  const { origin, proxy, home } = await openHello({ 'registry-ttl': '0s' })
  const { text } = await proxy.ask(index)
  await proxy.ask(hello)
  await proxy.stop()
  await origin.stop()
  const again = await serveHome(home, { 'registry-origin': origin.url, 'registry-ttl': '0s' })
  const stale = await again.ask(index)
  expect(stale).toMatchObject({ status: 200, text })
  expect(stale.headers.get('warning')).toStartWith('110 ')
  expect((await again.ask(hello)).status).toBe(200)
  expect((await again.ask('/v1/buttons/@acme/hello/7/download')).body.error.code).toBe(
    'REGISTRY_UNREACHABLE',
  )
})

test('an origin that does not answer is waited for so long', async () => {
  const time = forwardClock()
  const { origin, proxy } = await openHello({}, { clock: time.clock })
  const silent = Promise.withResolvers<void>()
  origin.intercept = () => silent.promise.then(() => new Response())
  time.hurried = [limits.proxyTimeoutMs]
  for (const path of [index, hello, '/v1/meta'])
    expect(await proxy.ask(path)).toMatchObject({
      status: 504,
      body: { error: { code: 'REGISTRY_TIMEOUT' } },
    })
  silent.resolve()
})

test('where something older is at hand nobody waits that long, and not everybody', async () => {
  const time = forwardClock()
  const { origin, proxy } = await openHello({}, { clock: time.clock })
  const { text } = await proxy.ask(index)
  const silent = Promise.withResolvers<void>()
  origin.intercept = () => silent.promise.then(() => new Response())
  time.pass(61_000)
  time.hurried = [limits.proxyPatienceMs]
  for (let n = 0; n < 3; n++) {
    const stale = await proxy.ask(index)
    expect(stale.text).toBe(text)
    expect(stale.headers.get('warning')).toStartWith('110 ')
  }
  expect(origin.count(index)).toBe(2)
  silent.resolve()
})

test('a key that the origin refuses is not blamed on the client, nor papered over', async () => {
  const time = forwardClock()
  const { origin, proxy } = await openHello({}, { clock: time.clock })
  await proxy.ask(hello)
  origin.readKey = 'another'
  origin.writeKey = 'another'
  time.pass(61_000)
  for (const path of [index, hello])
    expect(await proxy.ask(path)).toMatchObject({
      status: 502,
      body: { error: { code: 'ORIGIN_AUTH' } },
    })
})

test('what the origin does not have is not asked for again at once', async () => {
  const time = forwardClock()
  const { origin, proxy } = await openHello({}, { clock: time.clock })
  const missing = '/v1/buttons/@acme/hello/9/download'
  for (let n = 0; n < 3; n++)
    expect(await proxy.ask(missing)).toMatchObject({
      status: 404,
      body: { error: { code: 'NOT_FOUND' } },
    })
  expect(origin.count(missing)).toBe(1)
  time.pass(11_000)
  await proxy.ask(missing)
  expect(origin.count(missing)).toBe(2)
})

test('an answer that is no index is not served as one', async () => {
  const time = forwardClock()
  const { origin, proxy } = await openHello({}, { clock: time.clock })
  const garbage = () => new Response('<html>captive portal</html>')
  origin.intercept = garbage
  expect(await proxy.ask(index)).toMatchObject({
    status: 502,
    body: { error: { code: 'REGISTRY_ERROR' } },
  })
  origin.intercept = undefined
  time.pass(11_000)
  const { text } = await proxy.ask(index)
  origin.intercept = garbage
  time.pass(61_000)
  expect((await proxy.ask(index)).text).toBe(text)
})

test('garbage in the cache is fetched again, never served', async () => {
  const { origin, proxy, home } = await openHello()
  const { text } = await proxy.ask(hello)
  const [path] = blobsOf(home)
  const spoil = [
    () => writeFileSync(path!, 'garbage'),
    () => writeFileSync(path!, Buffer.alloc(statSync(path!).size, 7)),
    () => writeFileSync(path!, ''),
    () => {
      rmSync(path!)
      mkdirSync(path!)
    },
  ]
  for (const [n, act] of spoil.entries()) {
    act()
    expect((await proxy.ask(hello)).text).toBe(text)
    expect(origin.count(hello)).toBe(n + 2)
  }
})

test('garbage in place of the kept index is fetched again', async () => {
  const { origin, proxy, home } = await openHello()
  const { text } = await proxy.ask(index)
  await proxy.stop()
  const [path] = filesIn(`${home.data}/registry/cache/index`)
  writeFileSync(path!, `{"etag":"x","sha256":"y"}\n[]`)
  const again = await serveHome(home, { 'registry-origin': origin.url })
  expect((await again.ask(index)).text).toBe(text)
  expect(origin.count(index)).toBe(2)
})

test('a large archive comes through whole, and is checked again when it was touched', async () => {
  const { origin, proxy, home } = await openProxy()
  const noise = Buffer.alloc(3 * 1024 * 1024)
  for (let at = 0; at < noise.length; at += 4) noise.writeUInt32LE((at * 2654435761) >>> 0, at)
  origin.put('@acme/large', '1', { ...buttonFiles('large'), 'noise.bin': noise })
  const archive = sha256(origin.archives.get('@acme/large@1')!)
  const large = '/v1/buttons/@acme/large/1/download'
  const fetchHash = async () =>
    sha256(new Uint8Array(await (await fetch(proxy.origin + large)).arrayBuffer()))
  expect([await fetchHash(), await fetchHash()]).toEqual([archive, archive])
  expect(origin.count(large)).toBe(1)
  const [path] = blobsOf(home)
  expect(statSync(path!).size).toBeGreaterThan(1024 * 1024)
  const { size } = statSync(path!)
  writeFileSync(path!, Buffer.alloc(size, 1))
  expect(await fetchHash()).toBe(archive)
  expect(origin.count(large)).toBe(2)
  expect((await proxy.ask(large, { method: 'HEAD' })).headers.get('content-length')).toBe(
    String(size),
  )
})

test('what was not asked for the longest time makes room', async () => {
  const { origin, proxy, home } = await openProxy({ 'registry-cache-size': '3000' })
  const names = ['a', 'b', 'c', 'd']
  for (const name of names)
    origin.put(`@acme/${name}`, '1', {
      ...buttonFiles(name),
      'x.bin': crypto.getRandomValues(new Uint8Array(600)),
    })
  const ask = async (name: string) =>
    (await proxy.ask(`/v1/buttons/@acme/${name}/1/download`)).status
  for (const name of ['a', 'b', 'c', 'a', 'd']) expect(await ask(name)).toBe(200)
  const kept = blobsOf(home).map((path) => path.slice(-64))
  const hashes = Object.fromEntries(origin.rows.map(({ name, sha256: hash }) => [name, hash!]))
  expect(kept).toContain(hashes['@acme/d']!)
  expect(kept).toContain(hashes['@acme/a']!)
  expect(kept).not.toContain(hashes['@acme/b']!)
})

test('a full disk keeps nothing and still serves', async () => {
  for (const left of [0, 100]) {
    const { origin, proxy, home } = await openHello({}, { files: fullDisk(left) })
    const hash = origin.rows[0]!.sha256!
    const answers = await Promise.all(Array.from({ length: 5 }, () => fetch(proxy.origin + hello)))
    for (const one of answers) expect(sha256(new Uint8Array(await one.arrayBuffer()))).toBe(hash)
    expect(origin.count(hello)).toBe(1)
    const kept = filesIn(`${home.data}/registry/cache`)
    expect(kept.filter((path) => statSync(path).size > 0)).toEqual([])
    await proxy.stop()
    const warned = proxy.log().filter(({ level }) => level === 'warn')
    expect(warned).toMatchObject([{ msg: expect.stringContaining('the disk is full') }])
  }
})

test('only the owner may read what is kept', async () => {
  const { proxy, home } = await openHello()
  await proxy.ask(hello)
  const cache = `${home.data}/registry/cache`
  for (const path of filesIn(cache)) expect(statSync(path).mode & 0o777).toBe(0o600)
  for (const folder of ['', '/blobs', '/index', '/arriving'])
    expect(statSync(cache + folder).mode & 0o777).toBe(0o700)
})

test('two hosts may share one cache', async () => {
  const { origin, proxy, home } = await openProxy()
  const names = Array.from({ length: 30 }, (_, n) => `p${n}`)
  for (const name of names) origin.put(`@acme/${name}`, '1', buttonFiles(name))
  const other = await serveHome(home, { 'registry-origin': origin.url })
  const asked = [proxy, other].flatMap((host) =>
    names.map(async (name) => {
      const { text, headers } = await host.ask(`/v1/buttons/@acme/${name}/1/download`)
      return text !== '' && headers.get('x-content-sha256')
    }),
  )
  const hashes = origin.rows.map((row) => row.sha256!)
  expect(await Promise.all(asked)).toEqual([...hashes, ...hashes])
  for (const path of blobsOf(home))
    expect(sha256(await Bun.file(path).bytes())).toBe(path.slice(-64))
})

test('desks of this host never come from the origin', async () => {
  const { origin, proxy } = await openHello({ 'registry-local-desk': ['@team'] })
  origin.put('@team/deploy', '1', buttonFiles('deploy'))
  expect((await proxy.ask(index)).body).toMatchObject([{ name: '@acme/hello' }])
  expect((await proxy.ask('/v1/buttons/@team/deploy/1/download')).status).toBe(404)
  expect(origin.count('/v1/buttons/@team/deploy/1/download')).toBe(0)
})

test('the higher demand on clients counts', async () => {
  const { origin, proxy } = await openProxy({ 'min-cli-version': '1.2.0' })
  const time = forwardClock()
  origin.minCliVersion = '1.10.0'
  expect((await proxy.ask('/v1/meta')).body).toEqual({ service: 'test', min_cli_version: '1.10.0' })
  await proxy.ask('/v1/meta')
  expect(origin.count('/v1/meta')).toBe(1)
  const second = await serveHome(
    proxyHome(origin),
    { 'registry-origin': origin.url, 'min-cli-version': '2.0.0' },
    { clock: time.clock },
  )
  expect((await second.ask('/v1/meta')).body.min_cli_version).toBe('2.0.0')
  silence(origin)
  time.pass(61_000)
  const stale = await second.ask('/v1/meta')
  expect(stale.body.min_cli_version).toBe('2.0.0')
  expect(stale.headers.get('warning')).toStartWith('110 ')
})

test('nothing that is the client’s goes to the origin', async () => {
  const { origin, proxy } = await openHello()
  const headers = {
    Authorization: 'Bearer of-the-client',
    Cookie: 'a=b',
    'X-Buttons-Device': 'd',
    'X-Buttons-Signature': 's',
    'X-Anything': 'x',
  }
  for (const path of ['/v1/meta', index, hello, '/v1/challenge']) await proxy.ask(path, { headers })
  for (const { headers: seen } of origin.calls) {
    expect(seen.get('authorization')).not.toBe('Bearer of-the-client')
    for (const name of ['cookie', 'x-buttons-device', 'x-buttons-signature', 'x-anything'])
      expect(seen.get(name)).toBeNull()
    expect(seen.get('via')).toBe('buttons')
  }
  expect(origin.calls).toHaveLength(4)
})

test('a circle of proxies is noticed', async () => {
  const { origin, proxy } = await openHello()
  for (const via of ['buttons', '1.1 cache.example, buttons', '1.1 buttons'])
    expect(await proxy.ask(index, { headers: { Via: via } })).toMatchObject({
      status: 508,
      body: { error: { code: 'LOOP' } },
    })
  expect((await proxy.ask(index, { headers: { Via: '1.1 nginx' } })).status).toBe(200)
  expect(origin.count(index)).toBe(1)
  const second = await serveHome(proxyHome(origin), { 'registry-origin': proxy.origin })
  expect((await second.ask(index)).body.error.code).toBe('LOOP')
})

test('devices enrol through a proxy with what the origin gave them', async () => {
  const { origin, proxy } = await openProxy()
  origin.challenge = { sig: ['1', '2'] }
  expect((await proxy.ask('/v1/challenge')).body).toEqual({ nonce: 'nonce-1', expires_at: 1 })
  const client = clientOf(proxy.origin)
  client.env['BUTTONS_BAT_ENROLL_TOKEN'] = 'wrong'
  await buttons('agent setup my-desk')
    .in(client)
    .expect({ error: { code: 'SETUP_ERROR' } })
  client.env['BUTTONS_BAT_ENROLL_TOKEN'] = origin.enrollToken
  await buttons('agent setup my-desk')
    .in(client)
    .expect({ data: { slug: 'my-desk' } })
  expect(origin.registered).toHaveLength(1)
})

test('a code is exchanged at the origin, and its refusal is the origin’s own', async () => {
  const { origin, proxy } = await openProxy()
  const seen: unknown[] = []
  origin.intercept = ({ path, body }) => {
    if (path !== '/v1/cli-auth/exchange') return undefined
    seen.push(JSON.parse(Buffer.from(body).toString()))
    return refuse(401, 'CODE_INVALID', 'no such code')
  }
  const body = JSON.stringify({ code: 'c', verifier: 'v' })
  expect(await proxy.ask('/v1/cli-auth/exchange', { method: 'POST', body })).toMatchObject({
    status: 401,
    body: { error: { code: 'CODE_INVALID' } },
  })
  expect(seen).toEqual([{ code: 'c', verifier: 'v' }])
})

test('nothing is published through a proxy that was not told to', async () => {
  const { origin, proxy } = await openProxy()
  const client = clientOf(proxy.origin)
  await buttons('create', 'mine', '--code', 'echo mine').in(client)
  await buttons('publish @acme/mine')
    .in(client)
    .expect({
      error: { code: 'PUBLISH_ERROR', message: expect.stringContaining('PUBLISH_DISABLED') },
    })
  expect(origin.calls).toEqual([])
})

test('a version is published through a proxy with the key of the host, and seen at once', async () => {
  const { origin, proxy } = await openProxy({ 'registry-publish': true })
  const client = clientOf(proxy.origin)
  expect((await proxy.ask(index)).body).toEqual([])
  await buttons('create', 'mine', '--code', 'echo mine').in(client)
  await buttons('publish @acme/mine')
    .in(client)
    .expect({ data: { version: '1' } })
  expect((await proxy.ask(index)).body).toMatchObject([{ name: '@acme/mine', version: '1' }])
  await buttons('publish @acme/mine')
    .in(client)
    .expect({ data: { version: '2' } })
  const [first] = origin.calls.filter(({ method }) => method === 'POST')
  expect(first!.headers.get('authorization')).toBe('Bearer write-key')
  expect(first!.headers.get('content-length')).toBe(String(first!.body.length))
  expect(first!.headers.get('x-content-sha256')).toBe(sha256(first!.body))
  expect((await proxy.ask('/v1/buttons/@acme/mine/2/download')).status).toBe(200)
})

test('who signed a version is handed on, on its way in and out', async () => {
  const { origin, proxy } = await openProxy({ 'registry-publish': true })
  const headers = {
    'X-Buttons-Publisher': 'a2V5',
    'X-Buttons-Package-Signature': 'c2ln',
    'X-Button-Kind': 'button',
    'Content-Type': 'application/gzip',
  }
  origin.intercept = ({ method }) =>
    method === 'POST' ? Response.json({ ok: true }, { status: 201 }) : undefined
  const path = '/v1/buttons/@acme/hello/1'
  expect((await proxy.ask(path, { method: 'POST', headers, body: 'archive' })).status).toBe(201)
  const [seen] = origin.calls
  for (const [name, value] of Object.entries(headers)) expect(seen!.headers.get(name)).toBe(value)
  origin.put('@acme/hello', '1', buttonFiles('hello'), { publisher_key: 'a2V5', signature: 'c2ln' })
  const { headers: told } = await proxy.ask(hello)
  expect(told.get('x-buttons-publisher')).toBe('a2V5')
  expect(told.get('x-buttons-package-signature')).toBe('c2ln')
})

test('a key that the origin does not let publish is not the client’s', async () => {
  const { origin, proxy } = await openProxy({ 'registry-publish': true })
  origin.writeKey = 'another'
  const answer = await proxy.ask('/v1/buttons/@acme/hello/1', { method: 'POST', body: 'archive' })
  expect(answer).toMatchObject({ status: 502, body: { error: { code: 'ORIGIN_AUTH' } } })
})

test('what nobody could install is not sent to the origin', async () => {
  const { origin, proxy } = await openProxy({ 'registry-publish': true })
  const headers = { 'Content-Length': '7' }
  const post = (path: string) => proxy.ask(path, { method: 'POST', body: 'archive', headers })
  for (const name of ['@acme/a%2Fb', 'acme/a', '@acme/a%00'])
    expect((await post(`/v1/buttons/${name}/1`)).body.error.code).toBe('BAD_NAME')
  expect((await post('/v1/buttons/@acme/a/x%2Fy')).body.error.code).toBe('BAD_VERSION')
  expect((await proxy.ask('/v1/buttons/@acme/a/x%2Fy/download')).status).toBe(404)
  expect(origin.calls).toEqual([])
})

test('requests through a proxy are counted by how they ended', async () => {
  const { proxy } = await openHello()
  await proxy.ask(hello)
  await proxy.ask(hello)
  await proxy.ask('/v1/buttons/@acme/hello/9/download')
  await proxy.ask('/v1/buttons/@acme/hello/1', { method: 'POST', body: 'x' })
  const { text } = await proxy.ask('/metrics')
  const counted = text
    .split('\n')
    .filter((line) => line.startsWith('buttons_registry_requests_total'))
  expect(counted.sort()).toEqual([
    'buttons_registry_requests_total{side="proxy",result="denied"} 1',
    'buttons_registry_requests_total{side="proxy",result="error"} 1',
    'buttons_registry_requests_total{side="proxy",result="hit"} 1',
    'buttons_registry_requests_total{side="proxy",result="miss"} 1',
  ])
})

test('a proxy stands where the environment says, unless it is told not to', async () => {
  const origin = openRegistry()
  const home = origin.use(proxyHome(origin))
  expect((await (await serveHome(home)).ask(index)).body).toEqual([])
  const without = await serveHome(home, { 'no-registry': true })
  expect((await without.ask(index)).body.error.code).toBe('REGISTRY_NOT_CONFIGURED')
})
