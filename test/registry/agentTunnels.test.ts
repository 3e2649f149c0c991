// A registry that makes tunnels for its agents (registry 14.8), with a fake in place of Cloudflare.

import { expect, test } from 'bun:test'
import { openBunHost } from '#host/bun.ts'
import { isPublicKey, verify } from '#identity/key.ts'
import { openAgentTunnels } from '#identity/tunnel/agents.ts'
import { openRegistryServer, type RegistryServer } from '#registry/server/server.ts'
import type { RegistryCall } from '#registry/server/context.ts'
import { createApp } from '../../src/app.ts'
import { emptyHome } from '../helpers/home.ts'
import { makeToken, newDevice, type TestDevice } from '../helpers/ownRegistry.ts'

interface Cloud {
  tunnels: { id: string; name: string }[]
  records: { id: string; name: string; type: string; content: string }[]
  /** Answers nothing but failures. */
  down: boolean
}

function openCloud() {
  const cloud: Cloud = { tunnels: [], records: [], down: false }
  const result = (value: unknown) => Response.json({ success: true, errors: [], result: value })
  const ask = async (address: string, init: RequestInit) => {
    const url = new URL(address)
    const path = url.pathname.replace('/client/v4', '')
    const name = url.searchParams.get('name')
    const body = JSON.parse((init.body as string | undefined) ?? '{}') as Record<string, string>
    if (cloud.down) return new Response('', { status: 500 })
    if (path === '/accounts') return result([{ id: 'a1', name: 'A' }])
    if (path === '/zones') return result(name === 'example.com' ? [{ id: 'z1', name }] : [])
    if (path.endsWith('/token')) return result(`run-${path.split('/').at(-2)}`)
    if (path.endsWith('/cfd_tunnel')) {
      if (init.method === 'GET') return result(cloud.tunnels.filter((one) => one.name === name))
      const made = { id: `t${cloud.tunnels.length + 1}`, name: body['name']! }
      cloud.tunnels.push(made)
      return result(made)
    }
    if (init.method === 'GET') return result(cloud.records.filter((one) => one.name === name))
    if (init.method === 'DELETE')
      cloud.records = cloud.records.filter(({ id }) => !path.endsWith(id))
    else cloud.records.push({ id: `r${cloud.records.length}`, ...body } as Cloud['records'][number])
    return result({})
  }
  const tunnels = openAgentTunnels('cf-token', { host: openBunHost(), ask })
  return { cloud, tunnels }
}

async function openServer() {
  const { cloud, tunnels } = openCloud()
  const home = emptyHome()
  const token = async () => makeToken(home)
  await token()
  const host = { ...openBunHost(), env: home.env, cwd: home.cwd }
  const store = await (await createApp(host).store()).openRegistry(undefined, true)
  const server = await openRegistryServer({
    store,
    host,
    settings: {
      loopback: true,
      minCliVersion: '',
      agentDomain: 'agents.example.com',
      privateAgents: false,
    },
    signatures: { verify, isPublicKey },
    tunnels,
    countCall: () => ({ count: 1, resetSeconds: 1 }),
    origins: () => [],
    note: () => {},
  })
  return { cloud, server, token, store }
}

async function call(server: RegistryServer, method: string, path: string, bearer = '', body = {}) {
  const text = JSON.stringify(body)
  const asked: RegistryCall = {
    method,
    path,
    query: new URLSearchParams(),
    header: (name) => (name === 'authorization' && bearer ? `Bearer ${bearer}` : undefined),
    readBody: async () => new TextEncoder().encode(text),
    stream: () => new Blob([text]).stream(),
    signal: new AbortController().signal,
    client: '',
    foreign: true,
  }
  const { status, body: answer } = await server.answer(asked)
  return { status, body: JSON.parse(answer as string) as Record<string, unknown> }
}

async function enrolled(server: RegistryServer, token: string): Promise<TestDevice> {
  const device = newDevice()
  await call(server, 'POST', '/v1/devices/enroll', token, { pubkey: device.publicKey })
  return device
}

async function register(server: RegistryServer, device: TestDevice, tunnel_id = '') {
  const { body } = await call(server, 'GET', '/v1/challenge')
  const nonce = String(body['nonce'])
  const signature = device.sign(`buttons-agent-register\ndesk\n${tunnel_id}\n${nonce}`)
  const request = { device_id: device.id, slug: 'desk', tunnel_id, nonce, signature }
  return call(server, 'POST', '/v1/agents/register', '', request)
}

test('a device without a tunnel gets one, and its token once', async () => {
  const { cloud, server, token } = await openServer()
  const device = await enrolled(server, await token())
  const first = await register(server, device)
  expect(first.body).toMatchObject({ tunnel_id: 't1', tunnel_token: 'run-t1', dns: 'written' })
  expect(cloud.records).toMatchObject([
    { name: 'desk.agents.example.com', content: 't1.cfargotunnel.com', type: 'CNAME' },
  ])
  const again = await register(server, device)
  expect(again.body).toMatchObject({ tunnel_id: 't1', tunnel_token: '', dns: 'unchanged' })
  expect(cloud.tunnels).toHaveLength(1)
})

test('a device with a tunnel of its own has its name pointed there', async () => {
  const { cloud, server, token } = await openServer()
  const device = await enrolled(server, await token())
  const own = await register(server, device, 'mine')
  expect(own.body).toMatchObject({ tunnel_id: 'mine', tunnel_token: '', dns: 'written' })
  const moved = await register(server, device, 'other')
  expect(moved.body).toMatchObject({ tunnel_id: 'other', dns: 'written' })
  expect(cloud.records.map(({ content }) => content)).toEqual(['other.cfargotunnel.com'])
})

test('what goes wrong leaves nothing, and may be tried again', async () => {
  const { cloud, server, token, store } = await openServer()
  const device = await enrolled(server, await token())
  cloud.down = true
  const failed = await register(server, device)
  expect([failed.status, failed.body['error']]).toMatchObject([502, { code: 'TUNNEL_FAILED' }])
  expect(await store.agents.find('desk')).toBeUndefined()
  cloud.down = false
  expect((await register(server, device)).body).toMatchObject({ tunnel_token: 'run-t1' })
})

test('a record that is no tunnel stays', async () => {
  const { cloud, server, token } = await openServer()
  const record = { id: 'r0', name: 'desk.agents.example.com', type: 'A', content: '192.0.2.1' }
  cloud.records.push(record)
  const refused = await register(server, await enrolled(server, await token()))
  expect(refused.body['error']).toMatchObject({ code: 'TUNNEL_FAILED' })
  expect(cloud.records).toEqual([record])
})

test('who takes over a name gets a tunnel of its own', async () => {
  const { cloud, server, token, store } = await openServer()
  const first = await enrolled(server, await token())
  await register(server, first)
  await store.devices.revoke(first.id)
  const second = await register(server, await enrolled(server, await token()))
  expect(second.body).toMatchObject({ tunnel_id: 't2', tunnel_token: 'run-t2', status: 'created' })
  expect(cloud.records.map(({ content }) => content)).toEqual(['t2.cfargotunnel.com'])
})
