// Webhooks of a running host: real sockets, real files, real children (serve.md 10.3, 10.6, 10.11).

import { expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { emptyHome, homeWith } from '../helpers/home.ts'
import { serveHome, type TestHost } from '../helpers/hosts.ts'
import { until } from '../helpers/program.ts'
import { writeDrawer, writeHook } from '../helpers/triggers.ts'

const post = (body = '', headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body,
  headers,
})

function hook(path: string, more: Record<string, unknown> = {}) {
  return { id: 'aabbccdd', kind: 'webhook', path, created_at: '2026-05-02T09:00:00Z', ...more }
}

async function settled(host: TestHost, id: string): Promise<Record<string, unknown>> {
  for (;;) {
    const { body } = await host.ask(`/api/deliveries/${id}`)
    if (!['accepted', 'running'].includes(body.data.status)) return body.data
    await Bun.sleep(5)
  }
}

test('a webhook presses a button in the background, and the run is found by its delivery', async () => {
  const triggers = [hook('/hooks/x', { token: 't', args: { who: 'me' } })]
  const home = homeWith({
    buttons: {
      hello: { code: 'echo "$BUTTONS_ARG_WHO $BUTTONS_DELIVERY_ID"', spec: { triggers } },
    },
  })
  const host = await serveHome(home)
  expect(host.started).toMatchObject({
    webhook_routes: 1,
    routes: [{ path: '/hooks/x', kind: 'button', target: 'hello', auth_type: 'token' }],
    scheduler: 'active',
  })
  expect((await host.ask('/hooks/x', post())).status).toBe(401)
  expect((await host.ask('/hooks/x?token=t')).status).toBe(405)
  const accepted = await host.ask('/hooks/x', post('', { 'X-Buttons-Token': 't' }))
  expect([accepted.status, accepted.body]).toEqual([
    202,
    { ok: true, button: 'hello', delivery_id: expect.any(String) },
  ])
  const delivery = await settled(host, accepted.body.delivery_id)
  expect(delivery).toMatchObject({ status: 'ok', source: 'webhook', attempt: 1 })
  const run = await host.ask(`/api/runs/${String(delivery['run_id'])}`)
  expect(run.body.data.record.stdout).toBe(`me ${accepted.body.delivery_id}\n`)
})

test('a drawer gets the request, its headers by any spelling and without secrets', async () => {
  const home = homeWith({
    buttons: {
      show: {
        code: 'echo "$BUTTONS_ARG_TEXT"',
        spec: { args: [{ name: 'text', type: 'string' }] },
      },
    },
  })
  const text =
    '${inputs.webhook.body.a} ${inputs.webhook.headers.x-event} ${inputs.webhook.query.q}'
  writeDrawer(home, 'd', {
    steps: [{ id: 'show', kind: 'button', button: 'show', args: { text } }],
    triggers: [{ kind: 'webhook', path: '/a/b' }],
  })
  const host = await serveHome(home)
  const sent = post('{"a":[1]}', {
    'X-Event': 'push',
    Authorization: 'Bearer sekrit',
    Cookie: 'sekrit=1',
  })
  const accepted = await host.ask('/a%2Fb?q=a+b&token=sekrit', sent)
  // %2F is a slash to webhooks, as it is stored.
  expect(accepted.status).toBe(202)
  const delivery = await settled(host, accepted.body.delivery_id)
  expect(delivery).toMatchObject({ status: 'ok', path: '/a/b', query: { q: 'a b' } })
  const run = await host.ask(`/api/runs/${String(delivery['run_id'])}`)
  expect(run.text).toContain('[1] push a b')
  expect(run.text + JSON.stringify(delivery)).not.toContain('sekrit')
})

test.each([
  ['/apify/', 404],
  ['/Apify', 404],
  ['/apify', 202],
])('the path %s', async (path, status) => {
  const home = emptyHome()
  writeHook(home, 'd', '/apify')
  const host = await serveHome(home)
  const asked = await host.ask(path, post())
  expect(asked.status).toBe(status)
  if (status === 404)
    expect(asked.body).toEqual({ ok: false, error: 'no_drawer_registered_for_path' })
})

test('a path that is the API is shadowed, and the API keeps its key', async () => {
  const triggers = [hook('/api/buttons/x/press')]
  const home = homeWith({
    buttons: {
      a: { code: 'true', spec: { triggers: [hook('/same')] } },
      b: { code: 'true', spec: { triggers: [hook('/same')] } },
      x: { code: 'true', spec: { triggers } },
    },
  })
  const host = await serveHome(home, { 'api-key': 'k' })
  expect(host.started.shadowed).toEqual([
    { path: '/same', kind: 'button', target: 'b', why: 'button "a" has it already' },
    {
      path: '/api/buttons/x/press',
      kind: 'button',
      target: 'x',
      why: 'the server needs the path itself',
    },
  ])
  expect((await host.ask('/api/buttons/x/press', post())).status).toBe(401)
  expect((await host.ask('/same', post())).body).toMatchObject({ button: 'a' })
  const withKey = { headers: { Authorization: 'Bearer k' } }
  const { body } = await host.ask('/api/triggers', withKey)
  expect(body.data.shadowed).toHaveLength(2)
  const metrics = await host.ask('/metrics', withKey)
  expect(metrics.text).toContain('buttons_shadowed_routes 2')
})

test('strangers reach webhooks and nothing else', async () => {
  const home = emptyHome()
  writeHook(home, 'd', '/d')
  const host = await serveHome(home, { 'public-host': ['hooks.example.com'] })
  const outside = { Host: 'hooks.example.com' }
  expect((await host.ask('/d', post('', outside))).status).toBe(202)
  for (const path of ['/api/deliveries', '/api/triggers', '/api/buttons', '/metrics'])
    expect((await host.ask(path, { headers: outside })).status).toBe(404)
})

test('long bodies are refused, also when their length was not told', async () => {
  const home = emptyHome()
  writeHook(home, 'd', '/d')
  writeHook(home, 'large', '/large', { max_body_bytes: 4096 })
  const host = await serveHome(home, { 'max-webhook-body': '1KiB' })
  const tooLarge = { status: 413, body: { ok: false, error: 'body_too_large' } }
  expect(await host.ask('/d', post('x'.repeat(1025)))).toMatchObject(tooLarge)
  const stream = new ReadableStream({
    start: (controller) => {
      for (let count = 0; count < 3; count++) controller.enqueue(new Uint8Array(600))
      controller.close()
    },
  })
  expect(await host.ask('/d', { method: 'POST', body: stream })).toMatchObject(tooLarge)
  expect((await host.ask('/d', post('x'.repeat(1024)))).status).toBe(202)
  expect((await host.ask('/large', post('x'.repeat(4096)))).status).toBe(202)
})

test('a body that breaks off starts nothing', async () => {
  const home = emptyHome()
  writeHook(home, 'd', '/d')
  const host = await serveHome(home)
  const { port } = new URL(host.origin)
  const socket = connect(Number(port), '127.0.0.1')
  socket.write('POST /d HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nonly a part')
  await new Promise((resolve) => socket.write('', resolve))
  socket.destroy()
  expect((await host.ask('/d', post())).status).toBe(202)
  const { body } = await host.ask('/api/deliveries')
  expect(body.data.deliveries).toHaveLength(1)
})

test('forged and stale signatures are refused over the wire, and failures are counted', async () => {
  const home = emptyHome()
  writeHook(home, 's', '/s', { auth: { type: 'slack', secret: 'k' } })
  const host = await serveHome(home)
  const sign = (time: number, body: string) => {
    const text = `v0:${time}:${body}`
    return post(body, {
      'X-Slack-Request-Timestamp': String(time),
      'X-Slack-Signature': `v0=${createHmac('sha256', 'k').update(text).digest('hex')}`,
    })
  }
  const now = Math.floor(Date.now() / 1000)
  const challenge = sign(now, '{"type":"url_verification","challenge":"c0ffee"}')
  const shaken = await host.ask('/s', challenge)
  expect([shaken.status, shaken.text, shaken.headers.get('content-type')]).toEqual([
    200,
    'c0ffee',
    'text/plain',
  ])
  expect(await host.ask('/s', sign(now, '{}'))).toMatchObject({ status: 202 })
  expect(await host.ask('/s', sign(now - 400, '{}'))).toMatchObject({
    status: 401,
    body: { error: 'AUTH_EXPIRED' },
  })
  expect(await host.ask('/s', { ...sign(now, '{}'), body: '{ }' })).toMatchObject({
    status: 401,
    body: { error: 'AUTH_INVALID' },
  })
  const many = await Promise.all(Array.from({ length: 20 }, () => host.ask('/s', post())))
  expect(many.map(({ status }) => status)).toContain(429)
  expect((await host.ask('/s', sign(now, '{"n":2}'))).status).toBe(202)
  const { text } = await host.ask('/metrics')
  expect(text).toContain('buttons_webhook_deliveries_total{path="/s",result="accepted"} 2')
  expect(text).toMatch(/buttons_webhook_deliveries_total\{path="\/s",result="auth_failed"\} 22/)
})

test('a delivery that was run can be listed, and run again', async () => {
  const home = homeWith({ buttons: { b: { code: 'exit 3', spec: { triggers: [hook('/b')] } } } })
  const host = await serveHome(home)
  const { body } = await host.ask('/b', post('x'))
  const id = body.delivery_id as string
  expect(await settled(host, id)).toMatchObject({ status: 'failed', error_code: 'SCRIPT_ERROR' })
  const replayed = await host.ask(`/api/deliveries/${id}/replay`, post())
  expect(replayed).toMatchObject({ status: 202, body: { data: { replay_of: id } } })
  await settled(host, replayed.body.data.delivery_id)
  const page = await host.ask('/api/deliveries?status=failed&target=B&limit=1')
  expect(page.body.data).toMatchObject({
    deliveries: [{ id: replayed.body.data.delivery_id, source: 'replay', replay_of: id }],
    next: replayed.body.data.delivery_id,
  })
  const rest = await host.ask(`/api/deliveries?before=${page.body.data.next}`)
  expect(rest.body.data).toMatchObject({ deliveries: [{ id }], next: null })
  expect((await host.ask('/api/deliveries/none')).status).toBe(404)
  expect((await host.ask('/api/deliveries/none/replay', post())).status).toBe(404)
  expect((await host.ask('/api/deliveries?status=odd')).status).toBe(400)
})

test('a press for later is accepted at once and found under its run id', async () => {
  const home = homeWith({ buttons: { slow: 'echo done' } })
  const host = await serveHome(home)
  const accepted = await host.press('slow', {}, { headers: { Prefer: 'respond-async' } })
  expect(accepted).toMatchObject({ status: 202, body: { data: { status: 'accepted' } } })
  const { run_id } = accepted.body.data as { run_id: string }
  const events = await host.ask(`/api/runs/${run_id}/events`)
  expect(events.status).toBe(200)
  const finished = async () => (await host.ask(`/api/runs/${run_id}`)).body
  for (;;) {
    const { data } = await finished()
    if (data?.status === 'ok') break
    await Bun.sleep(5)
  }
})

test('a host that stops ends what runs and leaves its delivery to the next one', async () => {
  const code =
    'if [ -f "$FLAG" ]; then echo again; else touch "$FLAG"; echo $$ > "$FLAG"; sleep 60; fi'
  const home = homeWith({ buttons: { b: { code, spec: { triggers: [hook('/b')] } } } })
  const flag = `${home.root}/flag`
  home.env['FLAG'] = flag
  const first = await serveHome(home)
  const { body } = await first.ask('/b', post())
  const pid = Number(await until(() => findText(flag)))
  await first.stop()
  expect(() => process.kill(pid, 0)).toThrow()
  const second = await serveHome(home)
  expect(await settled(second, body.delivery_id)).toMatchObject({ status: 'ok', attempt: 2 })
})

function findText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}

test('without triggers only presses are served', async () => {
  const home = emptyHome()
  writeHook(home, 'd', '/d')
  const host = await serveHome(home, { 'no-triggers': true })
  expect(host.started).toMatchObject({ webhook_routes: 0, scheduler: 'off' })
  expect((await host.ask('/d', post())).status).toBe(404)
})

test('a trigger that is added while the host runs is there soon', async () => {
  const home = emptyHome()
  const host = await serveHome(home)
  expect((await host.ask('/d', post())).status).toBe(404)
  writeHook(home, 'd', '/d')
  for (;;) if ((await host.ask('/d', post())).status === 202) break
})
