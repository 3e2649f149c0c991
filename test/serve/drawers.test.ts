// Drawers through the API: lists, specs, runs with their steps as events (serve.md 9.2, 9.8).

import { expect, test } from 'bun:test'
import { writeDrawer } from '../helpers/drawerFiles.ts'
import { serveHome } from '../helpers/hosts.ts'
import { homeWith, type Home } from '../helpers/home.ts'

const two = {
  inputs: [{ name: 'who', type: 'string', required: true }],
  steps: [
    { id: 'greet', button: 'hello', args: { who: '${inputs.who}' } },
    { id: 'again', button: 'hello', args: { who: '${greet.output}' } },
  ],
}

function homeWithDrawers(): Home {
  const home = homeWith({ buttons: { hello: 'printf "hi %s" "$BUTTONS_ARG_WHO"', bad: 'exit 3' } })
  writeDrawer(home, 'two', two)
  writeDrawer(home, 'broken', { steps: [{ id: 'b', button: 'bad', args: {} }] })
  writeDrawer(home, 'flow', { drawer_kind: 'flow', steps: [] })
  return home
}

test('a drawer runs, and its run is listed', async () => {
  const host = await serveHome(homeWithDrawers())
  const { drawers } = (await host.ask('/api/drawers')).body.data
  expect(drawers.map(({ name }: { name: string }) => name)).toEqual(['broken', 'flow', 'two'])
  const body = JSON.stringify({ inputs: { who: 'x' } })
  const pressed = await host.ask('/api/drawers/Two/press', { method: 'POST', body })
  expect(pressed.body).toMatchObject({
    ok: true,
    data: { drawer: 'two', status: 'ok', steps: [{ id: 'greet' }, { id: 'again' }] },
  })
  const { run_id } = pressed.body.data
  expect((await host.ask('/api/drawers/two/runs')).body.data.runs).toMatchObject([{ run_id }])
  expect((await host.ask('/api/runs')).body.data.runs).toMatchObject([
    { run_id, target: 'drawer/two' },
  ])
  expect((await host.ask(`/api/runs/${run_id}`)).body.data.record).toMatchObject({
    drawer_name: 'two',
  })
})

test('a drawer that fails is a success of the request', async () => {
  const host = await serveHome(homeWithDrawers())
  const { status, body } = await host.ask('/api/drawers/broken/press', { method: 'POST' })
  expect(status).toBe(200)
  expect(body).toMatchObject({ ok: true, data: { status: 'failed', failed_step: 'b' } })
})

test.each([
  ['/api/drawers/none/press', '{}', 404, 'NOT_FOUND'],
  ['/api/drawers/flow/press', '{}', 409, 'FLOW_RUNTIME_REQUIRED'],
  ['/api/drawers/two/press', '{"inputs":[]}', 400, 'BAD_REQUEST'],
  ['/api/drawers/two/press', '{"mode":"fast"}', 400, 'BAD_REQUEST'],
  ['/api/drawers/two/press', '{"concurrency":-1}', 400, 'BAD_REQUEST'],
  ['/api/drawers/two/press', '{', 400, 'BAD_REQUEST'],
])('%s with %s is answered with %p %p', async (path, body, status, code) => {
  const host = await serveHome(homeWithDrawers())
  const asked = await host.ask(path, { method: 'POST', body })
  expect([asked.status, asked.body.error?.code]).toEqual([status, code])
})

test('the steps of a run are events', async () => {
  const host = await serveHome(homeWithDrawers())
  const response = await fetch(`${host.origin}/api/drawers/two/press`, {
    method: 'POST',
    headers: { Accept: 'text/event-stream' },
    body: JSON.stringify({ inputs: { who: 'x' } }),
  })
  const events = [...(await response.text()).matchAll(/event: (\w+)\ndata: (.*)/g)]
  expect(events.map(([, event]) => event)).toEqual(['started', 'step', 'step', 'result'])
  expect(JSON.parse(events[1]![2]!)).toEqual({
    id: 'greet',
    status: 'ok',
    duration_ms: expect.any(Number),
  })
})

test('a dry run tells what would be done', async () => {
  const home = homeWithDrawers()
  const host = await serveHome(home)
  const body = JSON.stringify({ inputs: { who: 'x' } })
  const planned = await host.ask('/api/drawers/two/press?dry_run=1', { method: 'POST', body })
  expect(planned.body.data).toMatchObject({ drawer: 'two', inputs_resolved: { who: 'x' } })
  expect(home.list('data/drawers/two/pressed')).toEqual([])
})

test('a deadline cancels the run', async () => {
  const home = homeWith({ buttons: { slow: 'sleep 60' } })
  writeDrawer(home, 'slow', { steps: [{ id: 's', button: 'slow', args: {} }] })
  const host = await serveHome(home)
  const body = JSON.stringify({ timeout: 1 })
  const pressed = await host.ask('/api/drawers/slow/press', { method: 'POST', body })
  expect(pressed.body.data.status).toBe('cancelled')
})
