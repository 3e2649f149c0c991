// Presses that were accepted and have not begun: visible from the moment their id was told, to be
// watched, waited for and cancelled (serve.md 9.8).

import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { serveHome, type TestHost } from '../helpers/hosts.ts'
import { type Home, homeWith } from '../helpers/home.ts'
import { until } from '../helpers/program.ts'

const untilGo = 'echo x >> "$HOME/begun"; until [ -e "$HOME/go" ]; do sleep 0.01; done; echo done'

/** A host whose only place is taken until the file `go` is there. */
async function busyHost(): Promise<{ home: Home; host: TestHost }> {
  const home = homeWith({ buttons: { wait: untilGo, next: 'echo y >> "$HOME/next"; echo next' } })
  const host = await serveHome(home, { 'max-runs': '1' })
  await accept(host, 'wait')
  await until(() => home.list('.').includes('begun'))
  return { home, host }
}

async function accept(host: TestHost, name: string): Promise<string> {
  const { status, body } = await host.press(name, {}, { headers: { Prefer: 'respond-async' } })
  expect(status).toBe(202)
  return body.data.run_id as string
}

test('an accepted press is shown as waiting, and its events can be read before it begins', async () => {
  const { home, host } = await busyHost()
  const runId = await accept(host, 'next')
  const shown = await host.ask(`/api/runs/${runId}`)
  expect(shown.status).toBe(200)
  expect(shown.body.data).toMatchObject({ status: 'waiting', target: 'button/next' })
  const events = await fetch(`${host.origin}/api/runs/${runId}/events`)
  expect(events.status).toBe(200)
  const outcome = host.ask(`/api/runs/${runId}/outcome`)
  home.write('go', '')
  const text = await events.text()
  expect(text).toContain('event: started')
  expect(text).toContain('event: result')
  expect((await outcome).body.data).toMatchObject({ run_id: runId, ok: true, status: 'ok' })
})

test('an accepted press that is cancelled never begins', async () => {
  const { home, host } = await busyHost()
  const runId = await accept(host, 'next')
  const outcome = host.ask(`/api/runs/${runId}/outcome`)
  expect((await host.ask(`/api/runs/${runId}/cancel`, { method: 'POST' })).status).toBe(202)
  expect((await outcome).body.data).toMatchObject({ status: 'cancelled', ok: false })
  expect((await host.ask(`/api/runs/${runId}`)).body.data.status).toBe('cancelled')
  expect((await host.ask(`/api/runs/${runId}/cancel`, { method: 'POST' })).status).toBe(409)
  const after = await accept(host, 'next')
  home.write('go', '')
  expect((await host.ask(`/api/runs/${after}/outcome`)).body.data.status).toBe('ok')
  expect(home.read('next')).toBe('y\n')
})

test('what was accepted waits for the next host, under the same id', async () => {
  const { home, host } = await busyHost()
  const runId = await accept(host, 'next')
  // Waiting work keeps nobody from stopping.
  await host.stop(AbortSignal.abort())
  home.write('go', '')
  const again = await serveHome(home)
  const outcome = await again.ask(`/api/runs/${runId}/outcome`)
  expect(outcome.body.data).toMatchObject({ run_id: runId, ok: true })
})

test('a press that asks another host is no more accepted for later than for now', async () => {
  const home = homeWith({
    buttons: { web: { spec: { runtime: 'http', url: 'http://127.0.0.1:1' } } },
  })
  const host = await serveHome(home)
  for (const headers of [{}, { Prefer: 'respond-async' }]) {
    const refused = await host.press('web', {}, { headers: headers as Record<string, string> })
    expect(refused.status).toBe(403)
    expect(refused.body.error.code).toBe('HTTP_BUTTON_BLOCKED')
  }
})

test('accepted presses are listed among the runs before they begin', async () => {
  const { home, host } = await busyHost()
  const ids = [await accept(host, 'next'), await accept(host, 'next')]
  const waiting = await host.ask('/api/runs?status=waiting')
  const handles = waiting.body.data.runs as { run_id: string; target: string }[]
  expect(handles.map(({ run_id }) => run_id).sort()).toEqual(ids.toSorted())
  expect(handles[0]).toMatchObject({ target: 'button/next', status: 'waiting' })
  const first = await host.ask('/api/runs?limit=1')
  const second = await host.ask(`/api/runs?limit=1&before=${first.body.data.next}`)
  const pages = [...first.body.data.runs, ...second.body.data.runs] as { run_id: string }[]
  expect(pages.map(({ run_id }) => run_id).sort()).toEqual(ids.toSorted())
  expect((await host.ask('/api/runs?target=button/wait')).body.data.runs).toHaveLength(1)
  home.write('go', '')
  await host.ask(`/api/runs/${ids[1]}/outcome`)
  const { body } = await host.ask('/api/runs')
  expect(body.data.runs).toHaveLength(3)
})

test('a press for later is given no more time than one that is waited for', async () => {
  const { home, host } = await busyHost()
  for (const timeout of [99_999, 5]) {
    const headers = { Prefer: 'respond-async' }
    expect((await host.press('next', { timeout }, { headers })).status).toBe(202)
  }
  const inbox = new Database(join(home.data, 'inbox.db'), { readonly: true })
  const rows = inbox.query<{ plan: string }, []>(
    `SELECT plan FROM deliveries WHERE status = 'accepted' ORDER BY id`,
  )
  const limits = rows.all().map(({ plan }) => JSON.parse(plan) as object)
  inbox.close()
  expect(limits).toMatchObject([{ timeout_seconds: 300 }, { timeout_seconds: 5 }])
})
