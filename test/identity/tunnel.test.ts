// Tunnels with a cloudflared that is a script: how it is started, believed, kept and ended.

import { expect, test } from 'bun:test'
import { superviseTunnel } from '#identity/tunnel/supervise.ts'
import { startTunnel } from '#identity/tunnel/start.ts'
import { testTunnel } from '#identity/tunnel/test.ts'
import { verifyAddress } from '#identity/tunnel/verify.ts'
import { quickTunnel } from '#spec/tunnel.ts'
import { fastClock } from '../helpers/engine.ts'
import { emptyHome } from '../helpers/home.ts'
import { until } from '../helpers/program.ts'
import { fakeWorld, putCloudflared, quickScript } from '../helpers/tunnels.ts'

const never = new AbortController().signal
const local = 'http://127.0.0.1:9'
const named = { mode: 'named', hostname: 'hooks.example.com', tunnel_id: '' } as const

test('a quick tunnel says where it is, and ends with everything it started', async () => {
  const home = emptyHome()
  putCloudflared(home, quickScript)
  const { context, calls } = await fakeWorld(home)
  const tunnel = await startTunnel(quickTunnel, local, never, context)
  expect(tunnel.url).toBe('https://quiet-words.trycloudflare.com')
  expect(calls()).toEqual([`--no-autoupdate tunnel --url ${local} token=`])
  await tunnel.stop()
  await tunnel.exited
})

test('a quick tunnel that ends says why', async () => {
  const home = emptyHome()
  putCloudflared(home, 'echo "ERR no network" >&2; exit 1')
  const { context } = await fakeWorld(home)
  expect(startTunnel(quickTunnel, local, never, context)).rejects.toMatchObject({
    code: 'WEBHOOK_ERROR',
    hint: 'ERR no network',
  })
})

test('a tunnel by name is cleaned up first, once; its credential is in no list of processes', async () => {
  const home = emptyHome()
  putCloudflared(
    home,
    'case "$*" in *run*) echo "INF Registered tunnel connection"; exec sleep 60;; esac',
  )
  const { context, calls } = await fakeWorld(home)
  const byName = { ...named, tunnel_name: 'buttons', tunnel_token: '' }
  const one = await startTunnel(byName, local, never, context)
  expect(one.url).toBe('https://hooks.example.com')
  await one.stop()
  const byToken = { ...named, tunnel_name: 'buttons', tunnel_token: 's3cret' }
  await (await startTunnel(byToken, local, never, context)).stop()
  expect(calls()).toEqual([
    'tunnel cleanup buttons token=',
    `--no-autoupdate tunnel run --url ${local} buttons token=`,
    `--no-autoupdate tunnel run --url ${local} token=s3cret`,
  ])
})

test('a tunnel that was not set up to the end is refused without starting anything', async () => {
  const home = emptyHome()
  putCloudflared(home, quickScript)
  const { context, calls } = await fakeWorld(home)
  const empty = { ...named, tunnel_name: '', tunnel_token: '' }
  expect(startTunnel(empty, local, never, context)).rejects.toMatchObject({ code: 'WEBHOOK_ERROR' })
  expect(calls()).toEqual([])
})

test.each([
  ['no token', () => Response.json({ ok: true })],
  ['another token', () => Response.json({ ok: true, token: 'x' })],
  ['an error with the token', () => Response.json({ token: 't' }, { status: 500 })],
  ['a page', () => new Response('<html>')],
  ['too much', () => new Response(`${' '.repeat(5000)}{"token":"t"}`)],
])('an address that answers with %s leads elsewhere', async (_, answer) => {
  const clock = fastClock()
  const { context } = await fakeWorld(emptyHome(), answer, { clock })
  expect(verifyAddress('https://x.example.com', 't', never, context)).rejects.toMatchObject({
    code: 'WEBHOOK_ERROR',
  })
  await until(() => clock.sleeps.length > 10)
  expect(clock.sleeps.slice(0, 6)).toEqual([500, 1000, 2000, 4000, 4000, 4000])
})

test('an address that leads here is believed', async () => {
  let tries = 0
  const answer = () => Response.json({ ok: true, token: ++tries < 3 ? 'other' : 't' })
  const { context, asked } = await fakeWorld(emptyHome(), answer, { clock: fastClock() })
  await verifyAddress('https://x.example.com', 't', never, context)
  expect(asked).toHaveLength(3)
})

test('a tunnel that dies is started and verified again', async () => {
  const home = emptyHome()
  putCloudflared(home, `echo $$ > "${home.root}/pid"\n${quickScript}`)
  const answer = () => Response.json({ token: 't' })
  const { context, calls } = await fakeWorld(home, answer)
  const told: string[] = []
  const tell = (message: string) => void told.push(message)
  const tunnel = superviseTunnel({ mode: 'auto', localUrl: local, token: 't', tell }, context)
  await tunnel.start()
  expect([tunnel.up, tunnel.url]).toEqual([true, 'https://quiet-words.trycloudflare.com'])
  process.kill(Number(home.read('pid')), 'SIGKILL')
  await until(() => tunnel.restarts === 1)
  await until(() => tunnel.up)
  await tunnel.stop()
  expect(tunnel.up).toBe(false)
  expect(calls()).toHaveLength(2)
  expect(told).toContain('The tunnel went down')
})

test('the test of a tunnel sends through the outside and sees what arrives', async () => {
  const home = emptyHome()
  putCloudflared(home, quickScript)
  const { context, asked } = await fakeWorld(home)
  const result = await testTunnel(never, context)
  expect(result).toEqual({
    mode: 'quick',
    url: `https://quiet-words.trycloudflare.com/webhook/${result.correlation}`,
    correlation: expect.stringMatching(/^[0-9a-f]{32}$/) as never,
    received_at: expect.any(String) as never,
    body: { hello: 'from buttons webhook test' },
  })
  expect(asked.at(-1)).toBe(`POST ${result.url}`)
})
