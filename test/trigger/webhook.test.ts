// What a webhook answers, and what becomes of a delivery.

import { expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fail } from '#spec/errors.ts'
import { emptyHome, type Home, homeWith, writeButton } from '../helpers/home.ts'
import { until } from '../helpers/program.ts'
import {
  engineOf,
  type Sent,
  type TestEngine,
  writeDrawer,
  writeHook,
} from '../helpers/triggers.ts'

const listener = { scheduler: false }

async function open(home: Home, setup: Parameters<typeof engineOf>[1] = {}): Promise<TestEngine> {
  return engineOf(home, { ...setup, settings: { ...listener, ...setup.settings } })
}

function github(secret: string, body: string, more: Record<string, string> = {}): Partial<Sent> {
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  return { body, headers: { 'X-Hub-Signature-256': `sha256=${signature}`, ...more } }
}

test('a drawer hears what was sent, once its delivery is safe', async () => {
  const home = emptyHome()
  writeHook(home, 'release', '/x')
  const engine = await open(home)
  const answer = await engine.post('/x', {
    body: '{"a":1}',
    query: 'token=1&q=a+b',
    headers: { 'Content-Type': 'text/plain', Authorization: 'Bearer secret' },
  })
  expect(answer).toMatchObject({
    status: 202,
    body: { ok: true, drawer: 'release', delivery_id: expect.stringMatching(/^dlv_[0-9A-Z]{26}$/) },
  })
  // Safe before anything is run.
  expect(engine.deliveries.stats()).toMatchObject({ pending: 1 })
  expect(engine.runs).toEqual([])
  await engine.start('127.0.0.1:1')
  const { drawer, start } = await until(() => engine.runs[0])
  expect(start).toMatchObject({ source: 'webhook', target: { kind: 'drawer', name: 'release' } })
  expect(drawer).toMatchObject({
    name: 'release',
    inputs: {
      webhook: {
        body: { a: 1 },
        headers: { 'Content-Type': 'text/plain' },
        query: { q: 'a b' },
        method: 'POST',
        path: '/x',
        delivery_id: answer!.deliveryId!,
        attempt: 1,
        replayed: false,
      },
    },
  })
  expect(JSON.stringify(drawer)).not.toContain('secret')
  await until(() => engine.deliveries.find(answer!.deliveryId!)!.status === 'ok')
  await engine.close()
})

test('other methods are told what to do', async () => {
  const home = homeWith({
    buttons: { b: { code: '', spec: { triggers: [hook('/b', { token: 't' })] } } },
  })
  writeHook(home, 'd', '/d')
  const engine = await open(home)
  expect(await engine.post('/d', { method: 'GET' })).toMatchObject({
    status: 200,
    body: { ok: true },
  })
  for (const method of ['PUT', 'HEAD', 'DELETE'])
    expect(await engine.post('/d', { method })).toMatchObject({
      status: 405,
      body: { ok: false, error: 'method_not_allowed' },
      headers: { Allow: 'POST' },
    })
  const withToken = { method: 'GET', headers: { 'X-Buttons-Token': 't' } }
  expect(await engine.post('/b', withToken)).toMatchObject({ status: 405 })
})

function hook(path: string, more: Record<string, unknown> = {}) {
  return { id: 'aabbccdd', kind: 'webhook', path, created_at: '2026-05-02T09:00:00Z', ...more }
}

test('the token of a button opens it, in a header or the query', async () => {
  const home = homeWith({
    buttons: {
      b: { code: '', spec: { triggers: [hook('/b', { token: 't', args: { a: '1' } })] } },
    },
  })
  const engine = await open(home)
  const unauthorized = { status: 401, body: { ok: false, error: 'unauthorized' } }
  expect(await engine.post('/b')).toMatchObject(unauthorized)
  expect(await engine.post('/b', { query: 'token=x' })).toMatchObject(unauthorized)
  expect(await engine.post('/b', { query: 'token=t' })).toMatchObject({
    status: 202,
    body: { ok: true, button: 'b' },
  })
  await engine.post('/b', { headers: { 'X-Buttons-Token': 't' } })
  await engine.start('')
  const { press } = await until(() => engine.runs[1])
  expect(press).toMatchObject({ name: 'b', args: { a: '1' }, variables: expect.anything() })
  expect(engine.counted).toContain('/b auth_failed')
  await engine.close()
})

test('a body reaches a button only when it is mapped', async () => {
  const mapped = hook('/m', { map_body: true, args: { n: '${webhook.body.n}', p: 'x' } })
  const home = homeWith({ buttons: { b: { code: '', spec: { triggers: [mapped] } } } })
  let seen = ''
  const engine = await open(home, {
    perform: async ({ press }) => {
      seen = await Bun.file(press!.variables!['BUTTONS_WEBHOOK_PATH']!).text()
      return {}
    },
  })
  await engine.start('')
  const answer = await engine.post('/m', { body: '{"n":7}' })
  const { press } = await until(() => engine.runs[0])
  expect(press!.args).toEqual({ n: '7', p: 'x' })
  expect(press!.variables!['BUTTONS_DELIVERY_ID']).toBe(answer!.deliveryId!)
  await until(() => seen !== '')
  expect(JSON.parse(seen)).toMatchObject({ body: { n: 7 }, path: '/m' })
  const path = press!.variables!['BUTTONS_WEBHOOK_PATH']!
  await until(() => engine.deliveries.find(answer!.deliveryId!)!.status === 'ok')
  expect(await Bun.file(path).exists()).toBe(false)
  await engine.close()
})

test('what cannot be filled in fails the delivery, with the reason', async () => {
  const mapped = hook('/m', { map_body: true, args: { n: '${webhook.body.n}' } })
  const home = homeWith({ buttons: { b: { code: '', spec: { triggers: [mapped] } } } })
  const engine = await open(home)
  await engine.start('')
  const { deliveryId } = (await engine.post('/m', { body: '{}' }))!
  const failed = () => engine.deliveries.list({ limit: 1, status: 'failed' })[0]
  expect(await until(failed)).toMatchObject({ id: deliveryId!, error_code: 'RESOLVE_ERROR' })
  expect(engine.runs).toEqual([])
  await engine.close()
})

test('a signature is checked over the body, and the same delivery is run once', async () => {
  const home = emptyHome()
  writeHook(home, 'd', '/d', { auth: { type: 'github', secret: '$ENV{SECRET}' } })
  const running = Promise.withResolvers<object>()
  const engine = await open(home, { env: { SECRET: 's' }, perform: () => running.promise })
  await engine.start('')
  const call = github('s', '{"a":1}', { 'X-GitHub-Delivery': 'g1' })
  const first = await engine.post('/d', call)
  expect(first).toMatchObject({ status: 202 })
  await until(() => engine.runs[0])
  expect(await engine.post('/d', call)).toMatchObject({
    status: 202,
    body: { duplicate: true, delivery_id: first!.deliveryId! },
  })
  running.resolve({ status: 'failed', error: { code: 'SCRIPT_ERROR', message: 'no' } })
  await until(() => engine.deliveries.find(first!.deliveryId!)!.status === 'failed')
  // A sender that repeats what failed gets a further attempt.
  expect(await engine.post('/d', call)).toMatchObject({ deliveryId: first!.deliveryId! })
  await until(() => engine.runs[1])
  expect(engine.deliveries.find(first!.deliveryId!)!.provider).toBe('github')
  expect(await engine.post('/d', { ...call, body: '{"a":2}' })).toMatchObject({
    status: 401,
    body: { ok: false, error: 'AUTH_INVALID' },
  })
  expect(engine.runs).toHaveLength(2)
  await engine.close()
})

test('providers that only try are answered and nothing is kept', async () => {
  const home = emptyHome()
  writeHook(home, 'd', '/d', { auth: { type: 'github', secret: 's' } })
  const engine = await open(home)
  const ping = github('s', '{}', { 'X-GitHub-Event': 'ping' })
  expect(await engine.post('/d', ping)).toMatchObject({ status: 202, body: { skipped: 'ping' } })
  const forged = github('x', '{}', { 'X-GitHub-Event': 'ping' })
  expect(await engine.post('/d', forged)).toMatchObject({ status: 401 })
  expect(engine.deliveries.stats().pending).toBe(0)
})

test('what a filter does not want is not run', async () => {
  const home = emptyHome()
  writeHook(home, 'd', '/d', { filter: 'inputs.webhook.body.ref == "main"' })
  const engine = await open(home)
  const skipped = { status: 202, body: { ok: true, drawer: 'd', skipped: 'filter' } }
  expect(await engine.post('/d', { body: '{"ref":"other"}' })).toMatchObject(skipped)
  expect(await engine.post('/d', { body: 'x' })).toMatchObject(skipped)
  const wanted = await engine.post('/d', { body: '{"ref":"main"}' })
  expect(wanted!.body).not.toHaveProperty('skipped')
  expect(engine.deliveries.stats().pending).toBe(1)
})

test('bodies have a limit, which a trigger may move', async () => {
  const home = emptyHome()
  writeHook(home, 'a', '/a')
  writeHook(home, 'b', '/b', { max_body_bytes: 2000 })
  const engine = await open(home)
  const body = 'x'.repeat(1001)
  expect(await engine.post('/a', { body })).toMatchObject({
    status: 413,
    body: { ok: false, error: 'body_too_large' },
    result: 'too_large',
  })
  expect(await engine.post('/b', { body })).toMatchObject({ status: 202 })
})

test('a secret that is nowhere lets nobody in and says so in the log alone', async () => {
  const home = emptyHome()
  writeHook(home, 'd', '/d', { auth: { type: 'github', secret: '$BATTERY{GH}' } })
  const engine = await open(home)
  expect(await engine.post('/d', github('', '{}'))).toMatchObject({
    status: 500,
    body: { error: 'AUTH_MISCONFIGURED' },
  })
  expect(engine.logged.join()).toContain('A webhook lets nobody in')
  home.write('data/batteries.json', JSON.stringify({ batteries: { GH: 'volt' } }))
  expect(await engine.post('/d', github('volt', '{}'))).toMatchObject({ status: 202 })
})

test('somebody who fails too often is told to wait', async () => {
  const home = emptyHome()
  writeHook(home, 'd', '/d', { auth: { type: 'basic', username: 'u', password: 'p' } })
  let much = false
  const engine = await open(home, { tooManyFailures: () => much })
  expect(await engine.post('/d')).toMatchObject({
    status: 401,
    headers: { 'WWW-Authenticate': 'Basic realm="buttons webhook"' },
  })
  much = true
  expect(await engine.post('/d')).toMatchObject({ status: 429, headers: { 'Retry-After': '60' } })
  // Whoever proves who it is is never limited.
  const good = { headers: { Authorization: `Basic ${btoa('u:p')}` } }
  expect(await engine.post('/d', good)).toMatchObject({ status: 202 })
})

test('a rate turns strangers away and lets those who sign wait', async () => {
  const home = emptyHome()
  writeHook(home, 'a', '/a', { rate_limit: 2 })
  writeHook(home, 'b', '/b', { rate_limit: 2, auth: { type: 'github', secret: 's' } })
  const engine = await open(home)
  const open_ = [await engine.post('/a'), await engine.post('/a'), await engine.post('/a')]
  expect(open_.map((answer) => answer!.status)).toEqual([202, 202, 429])
  const signed = github('s', '{}')
  for (let count = 0; count < 3; count++)
    expect(await engine.post('/b', signed)).toMatchObject({ status: 202 })
  const [last] = engine.deliveries.list({ limit: 1, target: 'b' })
  expect(Date.parse(last!.next_attempt_at!) - Date.parse(last!.received_at)).toBeGreaterThan(50_000)
})

test('a full inbox and a broken one are no 202', async () => {
  const home = emptyHome()
  writeHook(home, 'd', '/d')
  const engine = await open(home, { settings: { inboxMax: 1 } })
  expect(await engine.post('/d')).toMatchObject({ status: 202 })
  expect(await engine.post('/d')).toMatchObject({
    status: 503,
    body: { ok: false, error: 'inbox_full' },
    headers: { 'Retry-After': '30' },
  })
  await engine.close()
  const other = await open(home)
  await other.close()
  expect(await other.post('/d')).toMatchObject({
    status: 503,
    body: { ok: false, error: 'not_accepted' },
    headers: { 'Retry-After': '5' },
  })
})

test('an HTTP button is not pressed by just anybody', async () => {
  const spec = { runtime: 'http', url: 'http://127.0.0.1:1/', triggers: [hook('/b')] }
  const home = homeWith({ buttons: { b: { spec } } })
  const closed = await open(home)
  expect(await closed.post('/b')).toMatchObject({ status: 403 })
  const opened = await open(home, { settings: { allowHttpButtons: true } })
  expect(await opened.post('/b')).toMatchObject({ status: 202 })
  writeButton(home, 'b', { spec: { ...spec, triggers: [hook('/b', { token: 't' })] } })
  expect(await closed.post('/b', { query: 'token=t' })).toMatchObject({ status: 202 })
})

test('a changed secret counts at once, and a drawer that is gone is said to be', async () => {
  const home = emptyHome()
  const auth = (secret: string) => ({ auth: { type: 'github', secret } })
  writeHook(home, 'd', '/d', auth('old'))
  const engine = await open(home)
  writeHook(home, 'd', '/d', auth('other'))
  expect(await engine.post('/d', github('old', '{}'))).toMatchObject({ status: 401 })
  expect(await engine.post('/d', github('other', '{}'))).toMatchObject({ status: 202 })
  rmSync(join(home.data, 'drawers/d'), { recursive: true })
  expect(await engine.post('/d', github('other', '{}'))).toMatchObject({
    status: 500,
    body: { error: 'drawer_not_found' },
  })
})

test('a paused webhook asks its sender to come back', async () => {
  const home = emptyHome()
  writeHook(home, 'd', '/d', { enabled: false })
  const engine = await open(home)
  expect(await engine.post('/d')).toMatchObject({ status: 503, body: { error: 'paused' } })
})

test('a file that cannot be read keeps what it said before', async () => {
  const home = emptyHome()
  writeHook(home, 'd', '/d')
  const engine = await open(home)
  home.write('data/drawers/d/drawer.json', '{ broken')
  expect(await engine.post('/d')).toMatchObject({ status: 202 })
  expect(engine.logged.join()).toContain('Cannot follow a change')
})

test('a flow drawer is refused when it would be run', async () => {
  const home = emptyHome()
  writeDrawer(home, 'f', { triggers: [{ kind: 'webhook', path: '/f' }] })
  const engine = await open(home, {
    perform: async () => {
      throw fail('FLOW_RUNTIME_REQUIRED', 'Cannot press')
    },
  })
  await engine.start('')
  await engine.post('/f')
  const failed = () => engine.deliveries.list({ limit: 1, status: 'failed' })[0]
  expect(await until(failed)).toMatchObject({ error_code: 'FLOW_RUNTIME_REQUIRED' })
  await engine.close()
})

test('a listener serves drawers alone, at paths a server needs itself', async () => {
  const home = homeWith({ buttons: { b: { code: '', spec: { triggers: [hook('/b')] } } } })
  writeHook(home, 'd', '/api/x')
  const server = await open(home)
  expect(server.shadowed).toHaveLength(1)
  expect(await server.post('/api/x')).toBeUndefined()
  const listen = await open(home, { settings: { listenOnly: true } })
  expect(await listen.post('/api/x')).toMatchObject({ status: 202 })
  expect(await listen.post('/b')).toBeUndefined()
})
