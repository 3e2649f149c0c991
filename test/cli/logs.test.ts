import { expect, test } from 'bun:test'
import type { RunFailure } from '#core/run/failure.ts'
import type { Run } from '#spec/run.ts'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome, type Home, homeWith } from '../helpers/home.ts'
import { makeRun, morning, writeRecord } from '../helpers/records.ts'

function writeRun(home: Home, name: string, second: number, changes: Partial<Run> = {}): void {
  const started_at = new Date(morning + second * 1000).toISOString()
  const stem = `${started_at.slice(0, 19).replaceAll(':', '-')}Z`
  const run = makeRun({ button: name, button_name: name, started_at, ...changes })
  writeRecord(home, `buttons/${name}/pressed/${stem}.json`, run)
}

const failed = { status: 'error', exit_code: 3, error_type: 'SCRIPT_ERROR', stderr: 'boom\nmore\n' }

function homeWithRuns(): Home {
  const home = homeWith({ buttons: { alpha: 'true', beta: 'true' } })
  writeRun(home, 'alpha', 0, failed)
  for (let second = 1; second <= 25; second++) writeRun(home, 'alpha', second)
  writeRun(home, 'beta', 5, { ...failed, stderr: 'x'.repeat(500) })
  writeRecord(home, 'drawers/flow/pressed/2026-05-02T09-00-03Z.json', {
    drawer_name: 'flow',
    run_id: 'ffff000011112222',
    started_at: '2026-05-02T09:00:03Z',
    finished_at: '2026-05-02T09:00:04Z',
    duration_ms: 1000,
    status: 'failed',
    steps: [{ id: 'one', status: 'failed' }],
    error_type: 'SCRIPT_ERROR',
  })
  return home
}

test('the logs of a button are its runs, newest first, twenty unless told', async () => {
  const home = homeWithRuns()
  const runs = await buttons('logs alpha').in(home).data<Run[]>()
  expect(runs).toHaveLength(20)
  expect(runs[0]!.started_at).toBe('2026-05-02T09:00:25.000Z')
  expect(await buttons('logs alpha --limit 3').in(home).data<Run[]>()).toEqual(runs.slice(0, 3))
  expect(await buttons('logs alpha --limit 0').in(home).data<Run[]>()).toEqual(runs)
})

test('failures are looked for before the limit counts', async () => {
  const home = homeWithRuns()
  await buttons('logs alpha --failed --limit 1')
    .in(home)
    .expect({
      data: [expect.objectContaining({ started_at: '2026-05-02T09:00:00.000Z', status: 'error' })],
    })
})

test('the name may come first', async () => {
  const home = homeWithRuns()
  expect(await buttons('alpha logs --limit 2').in(home).data<Run[]>()).toHaveLength(2)
})

test('without a name the failures of the workspace come by time, drawers among them', async () => {
  const failures = await buttons('logs').in(homeWithRuns()).data<RunFailure[]>()
  expect(failures).toEqual([
    {
      target: 'button/beta',
      run_id: '0123456789abcdef',
      started_at: '2026-05-02T09:00:05.000Z',
      status: 'error',
      exit_code: 3,
      error_type: 'SCRIPT_ERROR',
      stderr: `${'x'.repeat(400)}…`,
    },
    {
      target: 'drawer/flow',
      run_id: 'ffff000011112222',
      started_at: '2026-05-02T09:00:03.000Z',
      status: 'failed',
      error_type: 'SCRIPT_ERROR',
      failed_step: 'one',
    },
    expect.objectContaining({ target: 'button/alpha', stderr: 'boom\nmore\n' }),
  ])
})

test('without a name, --limit counts failures and --follow is ignored', async () => {
  const home = homeWithRuns()
  expect(await buttons('logs --limit 2 -f').in(home).data<RunFailure[]>()).toHaveLength(2)
  await buttons('logs')
    .in(emptyHome())
    .expect({ json: { ok: true, data: [] } })
})

test('a button nobody knows has no logs and a hint', async () => {
  await buttons('logs alhpa')
    .in(homeWithRuns())
    .expect({ json: { ok: true, data: [], hint: expect.stringContaining('"alpha"') } })
})

test('people read a line per run, in their own time', async () => {
  const home = homeWithRuns()
  const env = { TZ: 'UTC' }
  await buttons('logs alpha --failed')
    .in(home)
    .env(env)
    .onTerminal()
    .expect({
      stdout: /^2026-05-0[123] \d\d:\d\d:00 {2}error · SCRIPT_ERROR {2}exit=3 {2}3ms\n$/,
    })
  await buttons('logs --limit 3')
    .in(home)
    .onTerminal()
    .expect({
      stdout:
        /button\/beta {2}error · SCRIPT_ERROR {2}exit=3 {2}x{400}…\n.*drawer\/flow {2}failed · SCRIPT_ERROR {2}step=one\n.*button\/alpha .* boom\n$/,
    })
})

test('people are told when nothing failed', async () => {
  const home = homeWith({ buttons: { alpha: 'true' } })
  await buttons('logs').in(home).onTerminal().expect({ stdout: 'No failures\n' })
  await buttons('logs alpha').in(home).onTerminal().expect({ stdout: 'No presses yet\n' })
})

test('following shows the progress of the newest press', async () => {
  const home = homeWith({ buttons: { hello: 'echo "{}" >> "$BUTTONS_PROGRESS_PATH"' } })
  await buttons('press hello').in(home).data()
  await buttons('logs hello --follow').in(home).expect({ stdout: '{}\n' })
  await buttons('hello logs -f').in(home).expect({ stdout: '{}\n' })
})

test('following a button nobody knows fails', async () => {
  await buttons('logs nope -f')
    .in(emptyHome())
    .expect({ error: { code: 'NOT_FOUND' } })
})
