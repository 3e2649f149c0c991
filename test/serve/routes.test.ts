// Paths and methods, specs without secrets, health, readiness and metrics (serve.md 2.5, 2.6, 9.9).

import { expect, test } from 'bun:test'
import { serveHome } from '../helpers/hosts.ts'
import { emptyHome, homeWith } from '../helpers/home.ts'
import { until } from '../helpers/program.ts'

test.each([
  ['DELETE', '/api/buttons', 405, 'GET, HEAD'],
  ['OPTIONS', '/api/buttons', 405, 'GET, HEAD'],
  ['GET', '/api/buttons/x/press', 405, 'POST'],
  ['PUT', '/api/runs/x/cancel', 405, 'POST'],
  ['POST', '/livez', 405, 'GET, HEAD'],
])('%s %s is %p, and says what is allowed', async (method, path, status, allow) => {
  const host = await serveHome(emptyHome())
  const asked = await host.ask(path, { method })
  expect(asked.status).toBe(status)
  expect(asked.headers.get('allow')).toBe(allow)
  expect(asked.body.ok).toBe(false)
  expect(asked.headers.get('access-control-allow-origin')).toBeNull()
})

test('HEAD is answered wherever GET is', async () => {
  const host = await serveHome(homeWith({ buttons: { hello: 'echo' } }))
  for (const path of ['/api/health', '/api/buttons', '/api/buttons/hello', '/livez', '/metrics']) {
    const asked = await host.ask(path, { method: 'HEAD' })
    expect([path, asked.status, asked.text]).toEqual([path, 200, ''])
  }
})

test('unknown paths are answered by their family', async () => {
  const host = await serveHome(emptyHome())
  expect((await host.ask('/api/nothing')).body.error.code).toBe('NOT_FOUND')
  const nothing = await host.ask('/v1/nothing')
  expect(nothing.body.error.code).toBe('REGISTRY_NOT_CONFIGURED')
  expect((await host.ask('/nothing')).body).toEqual({
    ok: false,
    error: 'no_drawer_registered_for_path',
  })
  expect((await host.ask('/api/buttons/none')).body.error.code).toBe('NOT_FOUND')
  expect((await host.ask('/api/buttons/none/runs')).status).toBe(404)
})

test('specs leave the host without their secrets', async () => {
  const home = homeWith({
    buttons: {
      hook: {
        code: 'echo',
        spec: {
          headers: { Authorization: 'Bearer sekrit', 'X-Ref': '$ENV{TOKEN}' },
          triggers: [
            { id: '1', kind: 'webhook', path: '/h', token: 'sekrit', created_at: 'x' },
            {
              id: '2',
              kind: 'webhook',
              path: '/i',
              auth: { type: 'github', secret: 'sekrit', secrets: ['sekrit', '$BATTERY{S}'] },
            },
          ],
        },
      },
    },
  })
  home.write(
    'data/drawers/d/drawer.json',
    JSON.stringify({
      schema_version: 2,
      name: 'd',
      steps: [],
      triggers: [
        { kind: 'webhook', path: '/d', auth: { type: 'basic', username: 'u', password: 'sekrit' } },
      ],
    }),
  )
  const host = await serveHome(home)
  for (const path of ['/api/buttons', '/api/buttons/hook', '/api/drawers', '/api/drawers/d']) {
    const { text } = await host.ask(path)
    expect(text).not.toContain('sekrit')
    expect(text).toContain('[redacted]')
  }
  const { headers } = (await host.ask('/api/buttons/hook?reveal=1')).body.data
  expect(headers).toEqual({ Authorization: '[redacted]', 'X-Ref': '$ENV{TOKEN}' })
})

test('a spec that cannot be read is left out of the list, and told in the log', async () => {
  const home = homeWith({ buttons: { fine: 'echo' } })
  home.write('data/buttons/broken/button.json', '{')
  const host = await serveHome(home)
  const { buttons } = (await host.ask('/api/buttons')).body.data
  expect(buttons.map(({ name }: { name: string }) => name)).toEqual(['fine'])
  await until(() =>
    host.log().some(({ level, msg }) => level === 'warn' && /broken/.test(`${msg}`)),
  )
})

test('a host is ready while it can write', async () => {
  const host = await serveHome(emptyHome())
  const ready = await host.ask('/readyz')
  expect(ready.status).toBe(200)
  expect(ready.body).toMatchObject({
    ok: true,
    checks: { data_dir: true, disk: true, inbox: true, scheduler: true, draining: false },
  })
  expect((await host.ask('/livez')).status).toBe(200)
})

test('metrics count by route template, never by path', async () => {
  const host = await serveHome(homeWith({ buttons: { hello: 'echo' } }))
  await host.press('hello')
  await host.ask('/api/buttons/secret-name-1')
  await host.ask('/secret-name-2')
  const { text, headers } = await host.ask('/metrics')
  expect(headers.get('content-type')).toStartWith('text/plain; version=0.0.4')
  expect(text).toContain(
    'buttons_http_requests_total{route="/api/buttons/{name}/press",method="POST",code="200"} 1\n',
  )
  expect(text).toContain(
    'buttons_runs_total{kind="button",target="hello",status="ok",source="api"} 1\n',
  )
  expect(text).toContain('buttons_build_info{version=')
  expect(text).toMatch(/process_resident_memory_bytes [1-9]/)
  expect(text).not.toContain('secret-name')
  for (const line of text.trim().split('\n'))
    expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [\d.e+-]+)$/)
})

test('request ids are echoed when they are fit for a log, else minted', async () => {
  const host = await serveHome(emptyHome())
  const fit = await host.ask('/api/health', { headers: { 'X-Request-Id': 'abc-1.2_Z' } })
  expect(fit.headers.get('x-request-id')).toBe('abc-1.2_Z')
  const unfit = await host.ask('/api/health', { headers: { 'X-Request-Id': 'a b' } })
  expect(unfit.headers.get('x-request-id')).toMatch(/^[0-9a-f]{16}$/)
})

test('log and audit tell of a press by its ids, and of no argument', async () => {
  const home = homeWith({ buttons: { hello: 'echo' } })
  const host = await serveHome(home, { 'api-key': 'k' })
  const headers = { Authorization: 'Bearer k', 'X-Request-Id': 'r-1' }
  const { body } = await host.press('hello', { args: { who: 'hidden-value' } }, { headers })
  await host.stop()
  const line = host.log().find(({ request_id }) => request_id === 'r-1')
  expect(line).toMatchObject({ level: 'info', status: 200, run_id: body.data.run_id })
  const audit = home.read('data/audit.jsonl')
  const entries = audit
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text))
  expect(entries.map(({ action }) => action)).toEqual(['start', 'press', 'stop'])
  expect(entries[1]).toMatchObject({
    request_id: 'r-1',
    actor: expect.stringMatching(/^key:[0-9a-f]{8}$/),
    client: '127.0.0.1',
    surface: 'private',
    target: 'button/hello',
    run_id: body.data.run_id,
    status: 'ok',
  })
  expect(audit + JSON.stringify(host.log())).not.toContain('hidden-value')
})
