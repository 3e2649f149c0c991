import { expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { RunDetails } from '#runs/show.ts'
import type { RunPage } from '#spec/runs.ts'
import { buttons } from '../helpers/buttons.ts'
import { writeDrawer } from '../helpers/drawerFiles.ts'
import { homeWith } from '../helpers/home.ts'
import { start, until } from '../helpers/program.ts'
import {
  activeIds,
  atGate,
  detach,
  gated,
  listRuns,
  openGate,
  runsHome,
  statuses,
} from '../helpers/runs.ts'

test('nothing was pressed, so nothing is listed', async () => {
  await buttons('runs')
    .in(homeWith({}))
    .expect({ json: { ok: true, data: { runs: [], next: null } } })
  await buttons('runs').in(homeWith({})).onTerminal().expect({ stdout: 'No runs\n' })
})

test('a press is listed under its id while it runs, and under the same when it is over', async () => {
  const home = runsHome({ slow: { code: gated, spec: { args: [{ name: 'a', type: 'string' }] } } })
  const press = start(home, 'press slow --arg a=1')
  const id = await until(() => activeIds(home)[0])
  await atGate(home, id)
  const [running] = await listRuns(home)
  expect(running).toMatchObject({
    run_id: id,
    target: 'button/slow',
    status: 'running',
    pid: press.pid,
    args: { a: '1' },
  })
  openGate(home)
  const { stdout } = await press.finished
  expect(JSON.parse(stdout)).toMatchObject({ data: { run_id: id } })
  expect(await statuses(home)).toEqual([`${id} ok`])
  expect(activeIds(home)).toEqual([])
})

test('sixteen processes at once have sixteen ids', async () => {
  const home = runsHome({ hello: 'echo hi' })
  const all = Array.from({ length: 16 }, () => start(home, 'press hello').finished)
  const ids = (await Promise.all(all)).map(
    ({ stdout }) => (JSON.parse(stdout) as { data: { run_id: string } }).data.run_id,
  )
  expect(new Set(ids).size).toBe(16)
  expect(new Set((await listRuns(home)).map(({ run_id }) => run_id))).toEqual(new Set(ids))
}, 60_000)

test('a press that was killed is interrupted, until somebody cancels it', async () => {
  const home = runsHome({ slow: gated })
  const press = start(home, 'press slow')
  const id = await until(() => activeIds(home)[0])
  await atGate(home, id)
  press.kill('SIGKILL')
  await press.finished
  expect(await statuses(home)).toEqual([`${id} interrupted`])
  expect(await statuses(home, '--status', 'running')).toEqual([])
  const shown = await buttons('runs', 'show', id).in(home).data<RunDetails>()
  expect(shown).toMatchObject({
    status: 'interrupted',
    active: { run_id: id, interrupted_at: expect.any(String) },
  })
  await buttons('cancel', id)
    .in(home)
    .expect({ data: { status: 'cancelled' } })
  expect(await statuses(home)).toEqual([`${id} cancelled`])
  expect(activeIds(home)).toEqual([])
})

test('what a script presses has that script as its parent', async () => {
  const home = runsHome({ outer: 'buttons press inner > /dev/null', inner: 'echo hi' })
  const { run_id: parent } = await buttons('press outer').in(home).data<{ run_id: string }>()
  const inner = await listRuns(home, '--parent', parent)
  expect(inner).toMatchObject([{ target: 'button/inner', parent_run_id: parent }])
  expect(await listRuns(home, '--parent', inner[0]!.run_id!)).toEqual([])
})

test('a list is narrowed by target and status, and comes in pages', async () => {
  const home = runsHome({ good: 'true', bad: 'exit 3' })
  writeDrawer(home, 'flow', { steps: [{ id: 'good', kind: 'button', button: 'good' }] })
  for (let n = 0; n < 3; n++) {
    await buttons('press good').in(home)
    await buttons('press bad').in(home)
  }
  await buttons('drawer flow press').in(home)
  const count = async (...flags: string[]) => (await listRuns(home, ...flags)).length
  expect(await count('--target', 'good')).toBe(3)
  expect(await count('--target', 'button/bad')).toBe(3)
  expect(await count('--target', 'flow')).toBe(1)
  expect(await count('--target', 'drawer/good')).toBe(0)
  expect(await count('--status', 'error')).toBe(3)
  expect(await count('--status', 'ok')).toBe(4)
  expect(await count('--since', '1h')).toBe(7)
  expect(await count('--since', '0')).toBe(0)
  const all = await statuses(home)
  const pages: string[] = []
  let flags: string[] = []
  for (;;) {
    const page = await buttons('runs', '--limit', '3', ...flags)
      .in(home)
      .data<RunPage>()
    expect(page.runs.length).toBeLessThanOrEqual(3)
    pages.push(...page.runs.map(({ run_id, status }) => `${run_id} ${status}`))
    if (page.next === null) break
    flags = ['--cursor', page.next]
  }
  expect(pages).toEqual(all)
})

test('what a list cannot be narrowed by is said', async () => {
  const home = homeWith({})
  const error = { code: 'VALIDATION_ERROR' }
  await buttons('runs --status done')
    .in(home)
    .expect({ error, stderr: /runs with the status/ })
  await buttons('runs --cursor nonsense')
    .in(home)
    .expect({ error, stderr: /is no cursor/ })
  await buttons('runs show 0123456789abcdef')
    .in(home)
    .expect({ error: { code: 'NOT_FOUND' } })
  await buttons('runs show ../../x')
    .in(home)
    .expect({ error: { code: 'NOT_FOUND' } })
})

test('a run shows its record, its artifacts and output that was too long for the record', async () => {
  const home = runsHome({
    big: `mkdir -p "$BUTTONS_ARTIFACTS_DIR/sub" && echo made > "$BUTTONS_ARTIFACTS_DIR/sub/a.txt"
head -c 2000000 /dev/zero | tr '\\0' x`,
  })
  const { run_id: id } = await buttons('press big').in(home).data<{ run_id: string }>()
  const shown = await buttons('runs', 'show', id).in(home).data<RunDetails>()
  expect(shown.artifacts).toMatchObject([{ path: expect.stringContaining('sub/a.txt'), size: 5 }])
  expect(shown.record).toMatchObject({ stdout: expect.stringMatching(/\[truncated\]$/) })
  expect(await Bun.file(shown.files.stdout!).text()).toBe('x'.repeat(2_000_000))
  expect((await Bun.file(shown.files.stdout!).stat()).mode & 0o777).toBe(0o600)
  const waited = await buttons('wait', id).in(home).data<{ stdout: string }>()
  expect(waited.stdout).toHaveLength(2_000_000)
})

test('a press in a queue is waiting, and cancelled there it never begins', async () => {
  const queue = { name: 'one', concurrency: 1 }
  const home = runsHome({
    first: { code: gated, spec: { queue } },
    second: { code: 'true', spec: { queue } },
  })
  const first = await detach(home, 'press', 'first')
  await atGate(home, first.id)
  const second = await detach(home, 'press', 'second')
  await until(() => home.read(`data/active/${second.id}`).includes('waiting'))
  expect(await statuses(home, '--status', 'waiting')).toEqual([`${second.id} waiting`])
  await buttons('cancel', second.id)
    .in(home)
    .expect({ data: { status: 'cancelled' } })
  openGate(home)
  await buttons('wait', first.id)
    .in(home)
    .expect({ data: { status: 'ok' } })
  await buttons('wait', second.id)
    .in(home)
    .expect({
      error: {
        code: 'CANCELLED',
        message: expect.stringContaining('while it waited for queue "one"'),
      },
    })
})

test('a drawer that sits in a wait is waiting, not running, and can be cancelled there', async () => {
  const home = runsHome({ hello: 'echo hi' })
  writeDrawer(home, 'inner', { steps: [{ id: 'pause', kind: 'wait', duration: '1h' }] })
  writeDrawer(home, 'outer', {
    steps: [
      { id: 'hello', kind: 'button', button: 'hello' },
      {
        id: 'each',
        kind: 'for_each',
        over: '${[1]}',
        steps: [{ id: 'in', kind: 'drawer', drawer: 'inner' }],
      },
    ],
  })
  const { id } = await detach(home, 'drawer', 'outer', 'press')
  await until(() => home.read(`data/active/${id}`).includes('waiting'))
  expect(await statuses(home, '--status', 'waiting')).toEqual([`${id} waiting`])
  expect(await statuses(home, '--status', 'running')).toEqual([])
  await buttons('cancel', id)
    .in(home)
    .expect({ data: { status: 'cancelled' } })
  expect(await statuses(home, '--target', 'outer')).toEqual([`${id} cancelled`])
})

test('a drawer is running as long as one of its branches works', async () => {
  const home = runsHome({ slow: gated })
  writeDrawer(home, 'both', {
    steps: [
      { id: 'pause', kind: 'wait', duration: '1h' },
      { id: 'slow', kind: 'button', button: 'slow' },
    ],
  })
  const { id } = await detach(home, 'drawer', 'both', 'press', '--mode', 'parallel')
  await atGate(home, id)
  expect(await statuses(home)).toEqual([`${id} running`])
  openGate(home)
  await until(() => home.read(`data/active/${id}`).endsWith('waiting"}\n'))
  expect(await statuses(home)).toEqual([`${id} waiting`])
  await buttons('cancel', id).in(home)
})

test('a drawer whose step stands in a queue or rests before its next attempt is waiting', async () => {
  const home = runsHome({
    slow: { code: gated, spec: { queue: { name: 'one', concurrency: 1 } } },
    fails: 'exit 1',
  })
  writeDrawer(home, 'queued', { steps: [{ id: 'slow', kind: 'button', button: 'slow' }] })
  const backoff = { strategy: 'fixed', initial_ms: 3_600_000 }
  writeDrawer(home, 'again', {
    steps: [
      {
        id: 'fails',
        kind: 'button',
        button: 'fails',
        on_failure: { action: 'retry', max_attempts: 2, backoff },
      },
    ],
  })
  const first = await detach(home, 'press', 'slow')
  await atGate(home, first.id)
  const runs = [
    await detach(home, 'drawer', 'queued', 'press'),
    await detach(home, 'drawer', 'again', 'press'),
  ]
  for (const { id } of runs) {
    await until(() => home.read(`data/active/${id}`).includes('waiting'))
    expect(await statuses(home, '--status', 'waiting')).toContain(`${id} waiting`)
  }
  openGate(home)
  const [queued, again] = runs
  await buttons('wait', queued!.id)
    .in(home)
    .expect({ data: { status: 'ok' } })
  await buttons('cancel', again!.id).in(home)
})

test('what steps of a drawer leave in their artifacts is listed and removed with its run', async () => {
  const make = 'mkdir -p "$BUTTONS_ARTIFACTS_DIR" && echo made > "$BUTTONS_ARTIFACTS_DIR/a.txt"'
  const home = runsHome({ make, wait: `${make}\n${gated}` })
  writeDrawer(home, 'inner', { steps: [{ id: 'deep', button: 'make' }] })
  writeDrawer(home, 'outer', {
    steps: [
      { id: 'each', kind: 'for_each', over: '${[1, 2]}', steps: [{ id: 'm', button: 'make' }] },
      { id: 'sub', kind: 'drawer', drawer: 'inner' },
      { id: 'w', button: 'wait' },
    ],
  })
  const press = start(home, 'drawer outer press')
  const id = await until(() => activeIds(home)[0])
  await atGate(home, id)
  press.kill()
  await press.finished
  openGate(home)
  await buttons('resume', id).in(home).data()
  const { artifacts } = await buttons('runs', 'show', id).in(home).data<RunDetails>()
  const folder = join(home.data, 'drawers/outer/pressed')
  const names = artifacts.map(({ path }) => path.slice(path.indexOf('.artifacts/') + 11))
  expect(names).toEqual(['each[0].m/a.txt', 'each[1].m/a.txt', 'sub/deep/a.txt', 'w/a.txt'])
  for (const { path, size } of artifacts) {
    expect(path).toStartWith(folder)
    expect(size).toBe(5)
  }
  await buttons('config set history-keep 1').in(home).data()
  await buttons('drawer outer press').in(home).data()
  expect(artifacts.filter(({ path }) => existsSync(path))).toEqual([])
  expect(activeIds(home)).toEqual([])
  expect(home.list('data/active')).toEqual([])
})
