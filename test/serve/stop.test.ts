// Stopping a host: what runs is waited for, then ended, and nothing survives (serve.md 9.13).

import { expect, test } from 'bun:test'
import { gone } from '../helpers/fixture.ts'
import { serveHome } from '../helpers/hosts.ts'
import { homeWith } from '../helpers/home.ts'
import { until } from '../helpers/program.ts'

const untilGo = 'echo $$ > "$HOME/pid"; until [ -e "$HOME/go" ]; do sleep 0.01; done; echo done'

test('what runs may end within the drain time, while nothing new is begun and all can see that', async () => {
  const home = homeWith({ buttons: { wait: untilGo } })
  const host = await serveHome(home, { drain: '1m' })
  const press = host.press('wait')
  await until(() => home.list('.').includes('pid'))
  const stopped = host.stop()
  const ready = await host.ask('/readyz')
  expect(ready.status).toBe(503)
  expect(ready.body).toMatchObject({ ok: false, checks: { draining: true } })
  expect(ready.headers.get('connection')).toBe('close')
  expect((await host.ask('/livez')).status).toBe(200)
  const refused = await host.press('wait')
  expect(refused.status).toBe(503)
  expect(refused.body.error.code).toBe('BUSY')
  home.write('go', '')
  expect((await press).body.data).toMatchObject({ status: 'ok', stdout: 'done\n' })
  await stopped
  await expect(host.ask('/readyz')).rejects.toThrow()
})

test('a webhook that comes while the host drains is kept for the next one', async () => {
  const hook = { id: 'aabbccdd', kind: 'webhook', path: '/b', created_at: '2026-05-02T09:00:00Z' }
  const home = homeWith({
    buttons: { wait: untilGo, b: { code: 'echo b >> "$HOME/b"', spec: { triggers: [hook] } } },
  })
  const host = await serveHome(home, { drain: '1m' })
  const press = host.press('wait')
  await until(() => home.list('.').includes('pid'))
  const stopped = host.stop()
  const { status, body } = await host.ask('/b', { method: 'POST' })
  expect(status).toBe(202)
  home.write('go', '')
  await Promise.all([press, stopped])
  expect(home.list('.')).not.toContain('b')
  const next = await serveHome(home)
  await until(() => home.list('.').includes('b'))
  expect((await next.ask(`/api/deliveries/${body.delivery_id}`)).body.data.attempt).toBe(1)
})

test('what does not end in time is ended with all it started, and recorded', async () => {
  const code = `trap "" TERM; ${untilGo}`
  const home = homeWith({ buttons: { stubborn: `sleep 60 & ${code}` } })
  const host = await serveHome(home, { drain: '10ms' })
  const press = host.press('stubborn').catch(() => undefined)
  await until(() => home.list('.').includes('pid'))
  const hurry = new AbortController()
  const stopped = host.stop(hurry.signal)
  hurry.abort()
  await stopped
  await gone(Number(home.read('pid')))
  await press
  const record = home.list('data/buttons/stubborn/pressed').find((name) => name.endsWith('Z.json'))
  expect(JSON.parse(home.read(`data/buttons/stubborn/pressed/${record}`)).status).toBe('cancelled')
})

test('the index knows of every press once the host has stopped', async () => {
  const home = homeWith({ buttons: { hello: 'echo' } })
  const host = await serveHome(home)
  for (let n = 0; n < 5; n++) await host.press('hello')
  await host.stop()
  const { Database } = await import('bun:sqlite')
  const database = new Database(`${home.data}/state.db`, { readonly: true })
  expect(database.query('SELECT count(*) AS n FROM runs').get()).toEqual({ n: 5 })
  database.close()
})
