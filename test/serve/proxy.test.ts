// A host that hands out the packages of another registry and keeps them.

import { expect, test } from 'bun:test'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome, type Home } from '../helpers/home.ts'
import { serveHome, type TestHost } from '../helpers/hosts.ts'
import { buttonFiles, openRegistry, type TestRegistry } from '../helpers/registry.ts'

const hello = '/v1/buttons/@acme/hello/1/download'

interface Set {
  origin: TestRegistry
  proxy: TestHost
  home: Home
}

async function openProxy(
  flags: Record<string, unknown> = {},
  changes: Parameters<typeof serveHome>[2] = {},
): Promise<Set> {
  const origin = openRegistry()
  origin.put('@acme/hello', '1', buttonFiles('hello'))
  const home = emptyHome()
  home.env['BUTTONS_BAT_REGISTRY_KEY'] = origin.readKey
  home.env['BUTTONS_BAT_REGISTRY_WRITE_KEY'] = origin.writeKey
  const proxy = await serveHome(home, { 'registry-origin': origin.url, ...flags }, changes)
  return { origin, proxy, home }
}

function clientOf(proxy: TestHost): Home {
  const home = emptyHome()
  Object.assign(home.env, {
    BUTTONS_REGISTRY_URL: proxy.origin,
    BUTTONS_BAT_REGISTRY_KEY: 'whatever',
  })
  return home
}

test('a package is installed through a proxy by someone without a key of the origin', async () => {
  const { origin, proxy } = await openProxy()
  const client = clientOf(proxy)
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
  const { origin, proxy } = await openProxy()
  for (let n = 0; n < 3; n++) {
    const { status, headers } = await proxy.ask(hello)
    expect(status).toBe(200)
    expect(headers.get('x-content-sha256')).toBe(origin.rows[0]!.sha256!)
    expect(headers.get('cache-control')).toBe('private, max-age=31536000, immutable')
  }
  expect(origin.count(hello)).toBe(1)
  expect(origin.count('/v1/index')).toBe(1)
})
