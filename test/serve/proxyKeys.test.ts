// Who may come in through a proxy, and a registry of this host beside that of another one.

import { expect, test } from 'bun:test'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome, type Home } from '../helpers/home.ts'
import { serveHome } from '../helpers/hosts.ts'
import { clientOf, openProxy, proxyHome } from '../helpers/proxies.ts'
import { buttonFiles, openRegistry } from '../helpers/registry.ts'

const index = '/v1/index'

async function createKey(home: Home, words: string): Promise<string> {
  const { key } = await buttons(`registry key create ${words}`).in(home).data<{ key: string }>()
  return key
}

const as = (key: string) => ({ headers: { Authorization: `Bearer ${key}` } })

test('once a proxy has a key, nobody comes in without one', async () => {
  const { origin, proxy, home } = await openProxy({ 'registry-publish': true })
  origin.put('@acme/hello', '1', buttonFiles('hello'))
  expect((await proxy.ask(index)).status).toBe(200)
  const read = await createKey(home, '--role read')
  const hello = '/v1/buttons/@acme/hello/1'
  const refused = [
    await proxy.ask(index),
    await proxy.ask(`${hello}/download`),
    await proxy.ask(index, as(origin.readKey)),
    await proxy.ask(hello, { method: 'POST', body: 'x' }),
  ]
  for (const { status, body, headers } of refused) {
    expect(status).toBe(401)
    expect(body.error.code).toBe('UNAUTHORIZED')
    expect(headers.get('www-authenticate')).toBe('Bearer')
  }
  expect((await proxy.ask('/v1/meta')).status).toBe(200)
  expect((await proxy.ask(index, as(read))).status).toBe(200)
  expect((await proxy.ask(`${hello}/download`, as(read))).status).toBe(200)
  const published = await proxy.ask(hello, { method: 'POST', body: 'x', ...as(read) })
  expect(published).toMatchObject({ status: 403, body: { error: { code: 'FORBIDDEN' } } })
  expect(origin.calls.every(({ method }) => method === 'GET')).toBe(true)
  await buttons('status').in(clientOf(proxy.origin, read)).data()
})

test('a key for some desks sees nothing of others', async () => {
  const { origin, proxy, home } = await openProxy({ 'registry-publish': true })
  for (const name of ['@acme/hello', '@other/secret', '@team/tool'])
    origin.put(name, '1', buttonFiles(name.split('/')[1]!))
  const key = await createKey(home, '--role write --desk @acme --desk @team')
  const everything = await createKey(home, '--role read')
  const seen = await proxy.ask(index, as(key))
  expect(seen.body).toMatchObject([{ name: '@acme/hello' }, { name: '@team/tool' }])
  const all = await proxy.ask(index, as(everything))
  expect(all.body).toEqual(origin.rows)
  expect(all.headers.get('etag')).not.toBe(seen.headers.get('etag'))
  const ask = (name: string) => proxy.ask(`/v1/buttons/${name}/1/download`, as(key))
  expect((await ask('@acme/hello')).status).toBe(200)
  expect(await ask('@other/secret')).toMatchObject({
    status: 404,
    body: { error: { code: 'NOT_FOUND' } },
  })
  expect(origin.count('/v1/buttons/@other/secret/1/download')).toBe(0)
  const publish = { method: 'POST', body: 'x', ...as(key) }
  expect((await proxy.ask('/v1/buttons/@other/new/1', publish)).body.error.code).toBe('FORBIDDEN')
  const known = { headers: { ...as(key).headers, 'If-None-Match': seen.headers.get('etag')! } }
  expect((await proxy.ask(index, known)).status).toBe(304)
})

test('a page in a browser does not get in by the door that is open for this machine', async () => {
  const { proxy } = await openProxy()
  for (const headers of [{ Host: 'rebound.example' }, { Origin: 'https://evil.example' }])
    expect([401, 403]).toContain((await proxy.ask(index, { headers })).status)
  const keyed = await openProxy({ 'api-key': 'k' })
  const page = { headers: { Origin: 'https://evil.example', Authorization: 'Bearer k' } }
  expect((await keyed.proxy.ask(index, page)).status).toBe(401)
})

test('a proxy that others can reach needs a key first', async () => {
  const origin = openRegistry()
  const home = proxyHome(origin)
  const flags = { 'registry-origin': origin.url, host: '0.0.0.0', 'api-key': 'k' }
  await expect(serveHome(home, flags)).rejects.toMatchObject({ code: 'VALIDATION_ERROR' })
  await createKey(home, '--role read')
  const host = await serveHome(home, flags)
  expect((await fetch(`${host.origin.replace('0.0.0.0', '127.0.0.1')}/v1/index`)).status).toBe(401)
})

test('a registry in the environment does not keep a host from starting, nor opens it', async () => {
  const origin = openRegistry()
  const home = origin.use(proxyHome(origin))
  const host = await serveHome(home, { host: '0.0.0.0', 'api-key': 'k' })
  const answer = await fetch(`${host.origin.replace('0.0.0.0', '127.0.0.1')}/v1/index`)
  expect(answer.status).toBe(404)
  expect(await answer.json()).toMatchObject({ error: { code: 'REGISTRY_NOT_CONFIGURED' } })
})

test('strangers see a proxy only when it was exposed, and then with a key', async () => {
  const origin = openRegistry()
  const home = proxyHome(origin)
  const flags = { 'registry-origin': origin.url, 'public-host': ['hooks.example'] }
  const stranger = { headers: { Host: 'hooks.example' } }
  const hidden = await serveHome(home, flags)
  expect((await hidden.ask(index, stranger)).body.error.code).toBe('NOT_FOUND')
  const exposed = { ...flags, 'expose-registry': true }
  await expect(serveHome(home, exposed)).rejects.toMatchObject({ code: 'VALIDATION_ERROR' })
  const key = await createKey(home, '--role read')
  const host = await serveHome(home, exposed)
  expect((await host.ask(index, stranger)).status).toBe(401)
  const known = { headers: { ...stranger.headers, ...as(key).headers } }
  expect((await host.ask(index, known)).status).toBe(200)
})

test('who guesses devices or codes through a proxy is stopped', async () => {
  const { origin, proxy } = await openProxy()
  const statuses = []
  for (let n = 0; n < 31; n++) statuses.push((await proxy.ask('/v1/challenge')).status)
  expect(statuses.slice(0, 30)).toEqual(statuses.slice(0, 30).map(() => 200))
  expect(statuses[30]).toBe(429)
  expect(origin.count('/v1/challenge')).toBe(30)
})

async function openBoth() {
  const set = await openProxy({ registry: true, 'registry-local-desk': ['@team'] })
  const client = clientOf(set.proxy.origin)
  await buttons('create', 'tool', '--code', 'echo ours').in(client)
  await buttons('publish @team/tool')
    .in(client)
    .expect({ data: { version: '1' } })
  return { ...set, client }
}

test('desks of this host and those of the origin stand side by side', async () => {
  const { origin, proxy } = await openBoth()
  origin.put('@acme/hello', '1', buttonFiles('hello'))
  const another = clientOf(proxy.origin)
  await buttons('add @acme/hello')
    .in(another)
    .expect({ data: { installed: ['hello'] } })
  await buttons('add @team/tool')
    .in(another)
    .expect({ data: { installed: ['hello', 'tool'] } })
  await buttons('press tool')
    .in(another)
    .expect({ data: { stdout: 'ours\n' } })
  const { body, headers } = await proxy.ask(index)
  expect(body).toMatchObject([{ name: '@acme/hello' }, { name: '@team/tool' }])
  const known = { headers: { 'If-None-Match': headers.get('etag')! } }
  expect((await proxy.ask(index, known)).status).toBe(304)
  expect(origin.calls.some(({ path }) => path.includes('@team'))).toBe(false)
})

test('the origin cannot slip a version under the name of a desk of this host, nor the other way', async () => {
  const { origin, proxy, client } = await openBoth()
  origin.put('@team/tool', '99', buttonFiles('tool', 'echo evil\n', { version: '99' }))
  origin.put('@acme/hello', '1', buttonFiles('hello'))
  expect((await proxy.ask(index)).body).toMatchObject([
    { name: '@acme/hello', version: '1' },
    { name: '@team/tool', version: '1' },
  ])
  expect((await proxy.ask('/v1/buttons/@team/tool/99/download')).status).toBe(404)
  await buttons('create', 'hello', '--code', 'echo mine').in(client)
  await buttons('publish @acme/hello')
    .in(client)
    .expect({
      error: { code: 'PUBLISH_ERROR', message: expect.stringContaining('PUBLISH_DISABLED') },
    })
  expect((await proxy.ask('/v1/buttons/@acme/hello/1/download')).status).toBe(200)
  expect(origin.count('/v1/buttons/@acme/hello/1/download')).toBe(1)
})

test('devices of such a host are its own', async () => {
  const { origin, proxy } = await openBoth()
  expect((await proxy.ask('/v1/challenge')).body.nonce).not.toBe('nonce-1')
  expect(origin.count('/v1/challenge')).toBe(0)
})

test('two sides without a word on whose desks are whose do not start', async () => {
  const origin = openRegistry()
  const flags = { registry: true, 'registry-origin': origin.url }
  await expect(serveHome(emptyHome(), flags)).rejects.toMatchObject({ code: 'VALIDATION_ERROR' })
  const wrong = { ...flags, 'registry-local-desk': ['team'] }
  await expect((async () => serveHome(emptyHome(), wrong))()).rejects.toMatchObject({
    code: 'VALIDATION_ERROR',
  })
})
