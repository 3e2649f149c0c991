// Setting up a named tunnel, by login and by API, against a provider that is a script or a function.

import { expect, test } from 'bun:test'
import { setUpTunnel } from '#identity/tunnel/setup.ts'
import { emptyHome, type Home } from '../helpers/home.ts'
import { fakeWorld, putCloudflared } from '../helpers/tunnels.ts'

const request = {
  hostname: 'hooks.example.com',
  tunnel: 'buttons',
  overwriteDns: false,
  signal: new AbortController().signal,
}
const id = '6ff42ae2-765d-4adf-8112-31c55c1551ef'

function loggedIn(routeDns: string, list = '[]'): Home {
  const home = emptyHome()
  home.write('.cloudflared/cert.pem', 'x')
  putCloudflared(
    home,
    `case "$*" in
      *list*) echo '${list}';;
      *create*) echo "Created tunnel buttons with id ${id}";;
      *route*) ${routeDns};;
    esac`,
  )
  return home
}

const routed = 'echo "hooks.example.com. is now configured to route to your tunnel"'

test('by login a tunnel is made, its name routed, and no secret kept', async () => {
  const home = loggedIn(routed)
  const { context, calls } = await fakeWorld(home)
  await setUpTunnel(request, context)
  expect(calls()).toEqual([
    'tunnel list --output json token=',
    'tunnel create buttons token=',
    'tunnel route dns buttons hooks.example.com token=',
  ])
  expect(JSON.parse(home.read('data/webhook.json'))).toEqual({
    schema_version: 1,
    mode: 'named',
    hostname: 'hooks.example.com',
    tunnel_name: 'buttons',
    tunnel_id: id,
  })
})

test('a tunnel that is there is used', async () => {
  const home = loggedIn(routed, `[{"id":"other","name":"x"},{"id":"${id}","name":"buttons"}]`)
  const { context, calls } = await fakeWorld(home)
  expect(await setUpTunnel({ ...request, overwriteDns: true }, context)).toMatchObject({
    tunnel_id: id,
  })
  expect(calls().join()).not.toContain('create')
  expect(calls().at(-1)).toContain('--overwrite-dns')
})

test.each([
  ['DNS_CONFLICT', 'echo "An A record with that host already exists" >&2; exit 1'],
  ['ZONE_MISMATCH', 'echo "hooks.other.com is already configured to route to x"'],
  ['WEBHOOK_ERROR', 'echo "no permission"; exit 1'],
])('a route that ends in %s is told, and nothing is kept', async (code, script) => {
  const home = loggedIn(script)
  const { context } = await fakeWorld(home)
  expect(setUpTunnel(request, context)).rejects.toMatchObject({ code })
  await setUpTunnel(request, context).catch(() => {})
  expect(home.list('data')).not.toContain('webhook.json')
})

interface Provider {
  accounts?: object[]
  zones?: Record<string, object[]>
  tunnels?: object[]
  records?: object[]
}

const accounts = [{ id: 'a1', name: 'Main' }]
const zones = { 'example.com': [{ id: 'z1', name: 'example.com' }] }

function provider({
  accounts: known = accounts,
  zones: all = zones,
  tunnels = [],
  records = [],
}: Provider) {
  const result = (value: unknown) => Response.json({ success: true, errors: [], result: value })
  return (url: URL, init: RequestInit) => {
    const path = url.pathname.replace('/client/v4', '')
    if (new Headers(init.headers).get('authorization') !== 'Bearer cf-token')
      return Response.json(
        { success: false, errors: [{ code: 9109, message: 'Invalid token' }] },
        { status: 403 },
      )
    if (path === '/accounts') return result(known)
    if (path === '/zones')
      return result((all as Record<string, object[]>)[url.searchParams.get('name')!] ?? [])
    if (path.endsWith('/token')) return result('run-token')
    if (path.endsWith('/cfd_tunnel'))
      return result(init.method === 'GET' ? tunnels : { id: 't1', name: 'buttons' })
    if (path.includes('/dns_records')) return result(init.method === 'GET' ? records : {})
    return new Response('', { status: 404 })
  }
}

const byApi = { ...request, apiToken: 'cf-token' }

test('by API a tunnel is made and its name pointed at it; the API token is not kept', async () => {
  const home = emptyHome()
  const { context, asked } = await fakeWorld(home, provider({}))
  await setUpTunnel(byApi, context)
  const base = 'https://api.cloudflare.com/client/v4'
  expect(asked).toEqual([
    `GET ${base}/accounts?per_page=50`,
    `GET ${base}/zones?name=hooks.example.com&per_page=1`,
    `GET ${base}/zones?name=example.com&per_page=1`,
    `GET ${base}/accounts/a1/cfd_tunnel?name=buttons&is_deleted=false&per_page=1`,
    `POST ${base}/accounts/a1/cfd_tunnel`,
    `GET ${base}/accounts/a1/cfd_tunnel/t1/token`,
    `GET ${base}/zones/z1/dns_records?name=hooks.example.com&per_page=1`,
    `POST ${base}/zones/z1/dns_records`,
  ])
  const file = home.read('data/webhook.json')
  expect(JSON.parse(file)).toMatchObject({ tunnel_id: 't1', tunnel_token: 'run-token' })
  expect(file).not.toContain('cf-token')
})

const ours = { id: 'r1', type: 'CNAME', content: 't1.cfargotunnel.com' }
const other = { id: 'r1', type: 'A', content: '192.0.2.1' }

test('a record that points at the tunnel already stays as it is', async () => {
  const world = provider({ records: [ours], tunnels: [{ id: 't1', name: 'buttons' }] })
  const { context, asked } = await fakeWorld(emptyHome(), world)
  await setUpTunnel({ ...byApi, accountId: 'a9' }, context)
  expect(asked.filter((line) => !line.startsWith('GET'))).toEqual([])
  expect(asked[0]).not.toContain('/accounts?')
})

test('another record is a conflict, unless it may be replaced', async () => {
  const { context, asked } = await fakeWorld(emptyHome(), provider({ records: [other] }))
  const conflict = await setUpTunnel(byApi, context).catch((error: unknown) => error)
  expect(conflict).toMatchObject({ code: 'DNS_CONFLICT' })
  expect(asked.join()).not.toContain('DELETE')
  await setUpTunnel({ ...byApi, overwriteDns: true }, context)
  expect(asked.slice(-2).map((line) => line.split(' ')[0])).toEqual(['DELETE', 'POST'])
})

test.each([
  ['no account', { accounts: [] }, byApi, /no account/],
  ['several accounts', { accounts: [...accounts, { id: 'a2', name: 'B' }] }, byApi, /several/],
  ['no zone', { zones: {} }, byApi, /no zone/],
  ['a wrong token', {}, { ...byApi, apiToken: 'wrong' }, /Invalid token \(9109, HTTP 403\)/],
])('%s is told', async (_, world, asked, message) => {
  const { context } = await fakeWorld(emptyHome(), provider(world))
  const error = await setUpTunnel(asked, context).catch((thrown: unknown) => thrown)
  expect((error as Error).message).toMatch(message)
  expect((error as Error).message).not.toContain('cf-token')
  expect(error).toMatchObject({ code: 'WEBHOOK_ERROR' })
})
