// Presses through the API: what callers send, what they get, and what is refused (serve.md 2.7, 10.1).

import { expect, test } from 'bun:test'
import { hostOnlyNames } from '#spec/env.ts'
import { gone } from '../helpers/fixture.ts'
import { serveHome } from '../helpers/hosts.ts'
import { homeWith } from '../helpers/home.ts'
import { until } from '../helpers/program.ts'

const hello = 'echo "hello $BUTTONS_ARG_WHO"'

test('a press gives its result, and is recorded', async () => {
  const host = await serveHome(homeWith({ buttons: { hello } }))
  const { status, body, text } = await host.press('hello', { args: { who: 'x' } })
  expect(status).toBe(200)
  expect(body).toMatchObject({ ok: true, data: { status: 'ok', stdout: 'hello x\n' } })
  expect(text.endsWith('}\n')).toBe(true)
  const runs = await host.ask('/api/buttons/hello/runs')
  expect(runs.body.data.runs).toHaveLength(1)
  expect(runs.body.data.runs[0].run_id).toBe(body.data.run_id)
})

test('a press that fails is answered as a success of the request', async () => {
  const host = await serveHome(homeWith({ buttons: { bad: 'echo no >&2; exit 3' } }))
  const { status, body } = await host.press('bad')
  expect(status).toBe(200)
  expect(body).toMatchObject({
    ok: true,
    data: { status: 'error', exit_code: 3, stderr: 'no\n', error_type: 'SCRIPT_ERROR' },
  })
})

test('the name is one segment, percent-decoded, then a slug', async () => {
  const host = await serveHome(homeWith({ buttons: { 'my-button': 'echo ok' } }))
  const path = '/api/buttons/My%20Button/press'
  expect((await host.ask(path, { method: 'POST' })).status).toBe(200)
  expect((await host.ask('/api/b%75ttons/my_button')).status).toBe(200)
  expect((await host.ask('/api/buttons/%zz')).body.error.code).toBe('BAD_REQUEST')
  expect((await host.ask('/api/buttons/%2e%2e%2f')).status).toBe(400)
  expect((await host.ask('/api//buttons')).status).toBe(404)
})

const declared = {
  code: 'echo "$BUTTONS_ARG_N"',
  spec: {
    args: [
      { name: 'env', type: 'enum', required: true, values: ['a', 'b'] },
      { name: 'n', type: 'int', required: false },
    ],
  },
}

test.each([
  ['{}', 'MISSING_ARG'],
  ['', 'MISSING_ARG'],
  [' \n ', 'MISSING_ARG'],
  ['null', 'MISSING_ARG'],
  ['{"args":null}', 'MISSING_ARG'],
  ['{"args":{"env":"c"}}', 'VALIDATION_ERROR'],
  ['{"args":{"env":"a","n":"x"}}', 'VALIDATION_ERROR'],
  ['{"args":{"env":"a","n":1}}', 'BAD_REQUEST'],
  ['{"args":{"env":"a","":"x"}}', 'VALIDATION_ERROR'],
  ['{"args":{"env":"a","a=b":"x"}}', 'VALIDATION_ERROR'],
  ['{"args":{"env":"a","a\\u0000b":"x"}}', 'VALIDATION_ERROR'],
  ['{"args":[]}', 'BAD_REQUEST'],
  ['{"timeout":1.5}', 'BAD_REQUEST'],
  ['{"timeout":"5"}', 'BAD_REQUEST'],
  ['[]', 'BAD_REQUEST'],
  ['"x"', 'BAD_REQUEST'],
  ['{} {}', 'BAD_REQUEST'],
  ['{', 'BAD_REQUEST'],
])('the body %p is refused with %p', async (body, code) => {
  const host = await serveHome(homeWith({ buttons: { declared } }))
  const asked = await host.ask('/api/buttons/declared/press', { method: 'POST', body })
  expect(asked.status).toBe(400)
  expect(asked.body).toMatchObject({ ok: false, error: { code } })
})

test('a body of endless brackets is refused', async () => {
  const host = await serveHome(homeWith({ buttons: { hello } }))
  const asked = await host.ask('/api/buttons/hello/press', {
    method: 'POST',
    body: '['.repeat(500_000),
  })
  expect(asked.body.error.code).toBe('BAD_REQUEST')
})

test('a body is refused before the name is looked up', async () => {
  const host = await serveHome(homeWith({}))
  const asked = await host.ask('/api/buttons/none/press', { method: 'POST', body: '{' })
  expect(asked.body.error.code).toBe('BAD_REQUEST')
  expect((await host.press('none')).body.error.code).toBe('NOT_FOUND')
})

test('bytes that are no UTF-8 are refused', async () => {
  const host = await serveHome(homeWith({ buttons: { hello } }))
  const body = new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])
  const asked = await host.ask('/api/buttons/hello/press', { method: 'POST', body })
  expect(asked.body.error.code).toBe('BAD_REQUEST')
})

test('a body of more than the limit is refused, also when it does not say how long it is', async () => {
  const host = await serveHome(homeWith({ buttons: { hello } }))
  const path = '/api/buttons/hello/press'
  const long = `{"x":"${'y'.repeat(1024 * 1024)}"}`
  expect((await host.ask(path, { method: 'POST', body: long })).body.error.code).toBe(
    'BODY_TOO_LARGE',
  )
  const chunked = new Response(long).body!
  const asked = await host.ask(path, { method: 'POST', body: chunked })
  expect(asked.status).toBe(413)
  const fitting = `{"x":"${'y'.repeat(1024 * 1024 - 8)}"}`
  expect((await host.ask(path, { method: 'POST', body: fitting })).status).toBe(200)
})

test('a longer timeout than 300 s is cut, a shorter one holds', async () => {
  const home = homeWith({ buttons: { slow: { code: 'sleep 30', spec: { timeout_seconds: 1 } } } })
  const host = await serveHome(home)
  expect((await host.press('slow')).body.data).toMatchObject({ status: 'timeout', exit_code: -1 })
  const plan = await host.ask('/api/buttons/slow/press?dry_run=1', { method: 'POST' })
  expect(plan.body.data.timeout).toBe(1)
})

test('HTTP buttons are closed to callers unless they are opened', async () => {
  const spec = { runtime: 'http', url: 'http://127.0.0.1:1/', allow_private_networks: true }
  const named = { runtime: 'shell', url: 'http://127.0.0.1:1/' }
  const home = homeWith({ buttons: { ask: { spec }, odd: { code: 'echo', spec: named } } })
  const closed = await serveHome(home)
  expect((await closed.press('ask')).body.error.code).toBe('HTTP_BUTTON_BLOCKED')
  expect((await closed.press('odd')).status).toBe(403)
  const opened = await serveHome(home, { 'allow-http-buttons': true })
  expect((await opened.press('ask')).status).toBe(200)
})

test('a button made while the host runs is there at once', async () => {
  const home = homeWith({})
  const host = await serveHome(home)
  expect((await host.ask('/api/buttons')).body.data).toEqual({ buttons: [] })
  home.write('data/buttons/new/button.json', JSON.stringify({ name: 'new', runtime: 'shell' }))
  home.write('data/buttons/new/main.sh', 'echo new', 0o700)
  expect((await host.ask('/api/buttons')).body.data.buttons).toHaveLength(1)
  expect((await host.press('new')).body.data.stdout).toBe('new\n')
})

test('instructions come with the result', async () => {
  const home = homeWith({
    buttons: { ask: { spec: { runtime: 'prompt' }, instructions: 'Do it' } },
  })
  const host = await serveHome(home)
  expect((await host.press('ask')).body.data.prompt).toBe('Do it')
})

test('one key runs once, and means one press', async () => {
  const home = homeWith({ buttons: { count: 'echo x >> "$HOME/count"', other: 'echo' } })
  const host = await serveHome(home)
  const headers = { 'Idempotency-Key': 'k' }
  const first = await host.press('count', {}, { headers })
  const again = await host.press('count', {}, { headers })
  expect(first.headers.get('idempotent-replayed')).toBeNull()
  expect(again.headers.get('idempotent-replayed')).toBe('true')
  expect(again.body.data).toEqual(first.body.data)
  expect(home.read('count')).toBe('x\n')
  expect((await host.press('other', {}, { headers })).body.error.code).toBe(
    'IDEMPOTENCY_KEY_REUSED',
  )
})

test('presses beyond the places wait in line, and beyond the line they are turned away', async () => {
  const home = homeWith({ buttons: { wait: 'until [ -e "$HOME/go" ]; do sleep 0.01; done' } })
  const host = await serveHome(home, { 'max-presses': '1', 'max-waiting': '1' })
  const two = [host.press('wait'), host.press('wait')]
  await until(() => home.list('data/buttons/wait/pressed').length > 0)
  const runs = async () => (await host.ask('/api/runs')).body.data.runs as { status: string }[]
  while ((await runs()).length < 2) await Bun.sleep(5)
  expect((await runs()).map(({ status }) => status).toSorted()).toEqual(['running', 'waiting'])
  const third = await host.press('wait')
  expect(third.status).toBe(503)
  expect(third.body.error.code).toBe('BUSY')
  expect(third.headers.get('retry-after')).toBe('1')
  expect((await host.press('none')).status).toBe(503)
  home.write('go', '')
  for (const press of two) expect((await press).body.data.status).toBe('ok')
})

test('a press that waits for its queue takes no place from others', async () => {
  const spec = { queue: { name: 'one', concurrency: 1 } }
  const code = 'until [ -e "$HOME/go" ]; do sleep 0.01; done'
  const home = homeWith({ buttons: { queued: { code, spec }, free: 'echo free' } })
  const host = await serveHome(home, { 'max-presses': '2' })
  const queued = [host.press('queued'), host.press('queued'), host.press('queued')]
  await until(() => home.list('data/buttons/queued/pressed').length > 0)
  expect((await host.press('free')).body.data.stdout).toBe('free\n')
  home.write('go', '')
  for (const press of queued) expect((await press).body.data.status).toBe('ok')
})

test('whoever hangs up cancels the press with everything it started', async () => {
  const code = 'trap "" HUP; sleep 60 & echo $! > "$HOME/child"; wait'
  const home = homeWith({ buttons: { slow: code } })
  const host = await serveHome(home)
  const leaving = new AbortController()
  const press = host.press('slow', {}, { signal: leaving.signal }).catch(() => 'gone')
  await until(() => home.list('.').includes('child'))
  leaving.abort()
  expect(await press).toBe('gone')
  const record = await until(() =>
    home.list('data/buttons/slow/pressed').find((name) => name.endsWith('Z.json')),
  )
  const run = JSON.parse(home.read(`data/buttons/slow/pressed/${record}`))
  expect(run).toMatchObject({ status: 'cancelled', error_type: 'CANCELLED' })
  await gone(Number(home.read('child')))
})

test('children do not see the secrets of the host', async () => {
  const home = homeWith({ buttons: { env: 'env' } })
  const names = Object.keys(hostOnlyNames)
  for (const name of names) home.env[name] = `secret of ${name}`
  Object.assign(home.env, { BUTTONS_SERVE_RATE_LIMIT: '1000', OTHER: 'stays' })
  const host = await serveHome(home)
  const headers = { Authorization: `Bearer ${home.env['BUTTONS_API_KEY']}` }
  const { stdout } = (await host.press('env', {}, { headers })).body.data
  expect(stdout).toContain('OTHER=stays')
  expect(names).toContain('BUTTONS_BAT_REGISTRY_WRITE_KEY')
  expect(stdout).not.toMatch(/secret of|BUTTONS_SERVE/)
})
