import { expect, test } from 'bun:test'
import type { Summary } from '#core/run/summary.ts'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome, type Home, homeWith } from '../helpers/home.ts'
import { makeRun, writeRecord } from '../helpers/records.ts'

const drawer = {
  schema_version: 2,
  name: 'hello-flow',
  drawer_kind: 'action',
  inputs: [{ name: 'who', type: 'string', required: true }],
  steps: [
    { id: 'greet', kind: 'button', button: 'hello' },
    { id: 'shout', kind: 'button', button: 'hello' },
  ],
  triggers: [{ kind: 'webhook', path: '/hi', auth: { type: 'basic' } }],
}

function withDrawer(home: Home): Home {
  home.write('data/drawers/hello-flow/drawer.json', JSON.stringify(drawer))
  return home
}

test('an empty home has every key, and no list is null', async () => {
  const home = emptyHome()
  const summary = await buttons('summary').in(home).data()
  expect(summary).toEqual({
    version: expect.any(String),
    data_dir: home.data,
    profile: '',
    counts: { buttons: 0, drawers: 0, failures_recent: 0 },
    buttons: [],
    drawers: [],
    active_runs: [],
    schedules: [],
    recent_failures: [],
    webhook: {
      mode: 'quick',
      routes: [],
      route_count: 0,
      listen_hint: 'buttons webhook listen',
    },
  })
  await buttons('--json')
    .in(home)
    .expect({ data: { counts: { buttons: 0 } } })
})

test('a button is summarized with its newest three runs', async () => {
  const spec = { tags: ['a'], output_schema: { type: 'object' }, description: 'Says hello' }
  const home = homeWith({ buttons: { hello: { code: 'echo hi', spec } } })
  for (let i = 0; i < 4; i++) await buttons('press hello').in(home).data()
  const { buttons: listed } = await buttons('summary').in(home).data<Summary>()
  expect(listed).toEqual([
    {
      name: 'hello',
      description: 'Says hello',
      runtime: 'shell',
      args: [],
      timeout_seconds: 300,
      output_schema_ref: 'hello.output',
      tags: ['a'],
      version: '1',
      recent_runs: Array(3).fill({
        id: expect.stringMatching(/^\d{8}-\d{6}$/),
        status: 'ok',
        duration_ms: expect.any(Number),
        started_ago: expect.stringMatching(/^\d+s$/),
      }),
    },
  ])
})

test('--deep shows output schemas, steps and all runs', async () => {
  const spec = { output_schema: { type: 'object' } }
  const home = withDrawer(homeWith({ buttons: { hello: { code: 'echo hi', spec } } }))
  for (let i = 0; i < 4; i++) await buttons('press hello').in(home).data()
  const summary = await buttons('summary --deep').in(home).data<Summary>()
  expect(summary.buttons[0]).toMatchObject({ output_schema: { type: 'object' } })
  expect(summary.buttons[0]).not.toHaveProperty('output_schema_ref')
  expect(summary.buttons[0]!.recent_runs).toHaveLength(4)
  expect(summary.drawers[0]!.steps).toMatchObject(drawer.steps)
})

test('a failed press is among the recent failures', async () => {
  const home = homeWith({ buttons: { broken: 'echo boom >&2; exit 3', quiet: 'exit 4' } })
  for (const name of ['broken', 'quiet'])
    await buttons(`press ${name}`)
      .in(home)
      .expect({ error: { code: 'SCRIPT_ERROR' } })
  const {
    counts,
    recent_failures,
    buttons: listed,
  } = await buttons('summary --json').in(home).data<Summary>()
  expect(counts.failures_recent).toBe(2)
  expect(recent_failures).toMatchObject([
    { target: 'button/quiet', failed_step: '', error: { message: 'exit status 4' } },
    { target: 'button/broken', error: { code: 'SCRIPT_ERROR', message: 'boom' } },
  ])
  expect(recent_failures[0]!.run_id).toMatch(/^\d{8}-\d{6}$/)
  expect(listed[0]!.recent_runs[0]).toMatchObject({ error: { code: 'SCRIPT_ERROR' } })
})

test('failures are the newest five of the newest fifty runs', async () => {
  const home = homeWith({ buttons: { hello: 'true' } })
  for (let second = 0; second < 58; second++) {
    const started_at = `2026-05-02T09:00:${String(second).padStart(2, '0')}.000Z`
    const stem = `${started_at.slice(0, 19).replaceAll(':', '-')}Z`
    // The first eight are the oldest: too old for a summary, though they failed.
    const status = second < 8 || second > 50 ? 'error' : 'ok'
    const run = makeRun({ started_at, status, stderr: 'é'.repeat(150) })
    writeRecord(home, `buttons/hello/pressed/${stem}.json`, run)
  }
  const { recent_failures } = await buttons('summary').in(home).data<Summary>()
  expect(recent_failures.map(({ started_at }) => started_at.slice(17, 19))).toEqual([
    '57',
    '56',
    '55',
    '54',
    '53',
  ])
  expect(recent_failures[0]!.error.message).toBe(`${'é'.repeat(100)}…`)
})

test('a drawer is summarized with its steps by name, its failures with their step', async () => {
  const home = withDrawer(homeWith({ buttons: { hello: 'true' } }))
  writeRecord(home, 'drawers/hello-flow/pressed/2026-05-02T09-00-00Z.json', {
    drawer_name: 'hello-flow',
    run_id: 'ffff000011112222',
    started_at: '2026-05-02T09:00:00Z',
    duration_ms: 7,
    status: 'failed',
    steps: [{ id: 'shout', status: 'failed', error: { code: 'SCRIPT_ERROR', message: 'boom' } }],
    error_type: 'SCRIPT_ERROR',
  })
  const summary = await buttons('summary').in(home).data<Summary>()
  expect(summary.drawers).toEqual([
    {
      name: 'hello-flow',
      description: '',
      inputs: drawer.inputs,
      topology: ['greet', 'shout'],
      triggers: [{ kind: 'webhook', path: '/hi', auth_type: 'basic' }],
      recent_runs: [
        {
          run_id: 'ffff000011112222',
          status: 'failed',
          duration_ms: 7,
          started_at: '2026-05-02T09:00:00.000Z',
          error_type: 'SCRIPT_ERROR',
        },
      ],
    },
  ])
  expect(summary.recent_failures).toMatchObject([
    {
      run_id: 'ffff000011112222',
      target: 'drawer/hello-flow',
      failed_step: 'shout',
      error: { code: 'SCRIPT_ERROR', message: 'boom' },
    },
  ])
})

test('a named tunnel gives the routes their addresses', async () => {
  const home = withDrawer(homeWith({ buttons: { hello: 'true' } }))
  const quick = { drawer: 'hello-flow', path: '/hi', auth_type: 'basic' }
  await buttons('summary')
    .in(home)
    .expect({ data: { webhook: { mode: 'quick', routes: [quick], route_count: 1 } } })
  home.write('data/webhook.json', '{"mode":"named","hostname":"hooks.example.com"}')
  const { webhook, drawers } = await buttons('summary').in(home).data<Summary>()
  const url = 'https://hooks.example.com/hi'
  expect(webhook).toEqual({
    mode: 'named',
    routes: [{ ...quick, url }],
    route_count: 1,
    listen_hint: 'buttons webhook listen',
    hostname: 'hooks.example.com',
    base_url: 'https://hooks.example.com',
  })
  expect(drawers[0]!.triggers).toEqual([{ kind: 'webhook', path: '/hi', auth_type: 'basic', url }])
})

test('the profile is echoed', async () => {
  await buttons('summary')
    .in(emptyHome())
    .env({ BUTTONS_PROFILE: 'work' })
    .expect({ data: { profile: 'work' } })
})

test('further words are ignored', async () => {
  await buttons('summary of everything')
    .in(emptyHome())
    .expect({ data: { profile: '' } })
})

test('people get a page on stdout', async () => {
  const home = withDrawer(homeWith({ buttons: { hello: 'exit 3' } }))
  writeRecord(
    home,
    'buttons/hello/pressed/2026-05-02T09-00-00Z.json',
    makeRun({
      status: 'error',
      exit_code: 3,
      stderr: 'boom\u001b[2J\nmore',
      error_type: 'SCRIPT_ERROR',
    }),
  )
  await buttons('summary')
    .in(home)
    .onTerminal()
    .expect({
      stdout: new RegExp(
        [
          `^buttons \\S+ {2}${home.data}`,
          '1 button, 1 drawer, 1 recent failure',
          '',
          'Buttons',
          ' {2}hello {2}shell {2}error \\d+\\w ago',
          '',
          'Drawers',
          ' {2}hello-flow {2}greet → shout {2}-',
          '',
          'Recent failures',
          ' {2}button/hello {2}SCRIPT_ERROR {2}\\d+\\w ago {2}boom \\[2J\\n$',
        ].join('\\n'),
      ),
    })
})
