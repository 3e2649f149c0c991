import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PressResult } from '#spec/run.ts'
import { buttons, executable } from '../helpers/buttons.ts'
import { writeDrawer } from '../helpers/drawerFiles.ts'
import { program, start, until } from '../helpers/program.ts'
import {
  activeIds,
  atGate,
  detach,
  gated,
  isAlive,
  listRuns,
  openGate,
  rounds,
  runsHome,
  statuses,
} from '../helpers/runs.ts'

test('a detached press returns at once, and wait prints what the press would have printed', async () => {
  const home = runsHome({
    slow: {
      code: `${gated}echo "hi $BUTTONS_ARG_A"; echo oops >&2`,
      spec: { args: [{ name: 'a', type: 'string' }] },
      instructions: 'Read this twice.',
    },
  })
  const { id } = await detach(home, 'press', 'slow', '--arg', 'a=1')
  await atGate(home, id)
  expect(await listRuns(home)).toMatchObject([{ run_id: id, status: 'running', detached: true }])
  openGate(home)
  const waited = await buttons('wait', id).in(home).data<PressResult>()
  const pressed = await buttons('press slow --arg a=1').in(home).data<PressResult>()
  const same = ({
    run_id: _,
    started_at: __,
    duration_ms: ___,
    progress_path: ____,
    ...rest
  }: PressResult) => rest
  expect(same(waited)).toEqual(same(pressed))
  expect(Object.keys(waited)).toEqual(Object.keys(pressed))
  expect(waited).toMatchObject({ run_id: id, prompt: 'Read this twice.', stdout: 'hi 1\n' })
  expect(home.list('data/active')).toEqual([])
})

test('waiting again gives the same answer', async () => {
  const home = runsHome({ bad: 'echo no >&2; exit 3' })
  const { id } = await detach(home, 'press', 'bad')
  const first = await buttons('wait', id).in(home)
  expect(first).toMatchObject({ exit: 1 })
  expect(JSON.parse(first.stdout)).toMatchObject({
    ok: false,
    error: { code: 'SCRIPT_ERROR', message: 'no\n' },
    data: { exit_code: 3 },
  })
  expect(await buttons('wait', id).in(home)).toEqual(first)
})

test('a detached press outlives its caller, its session and its terminal', async () => {
  const home = runsHome({ slow: gated })
  const { id, pid } = await detach(home, 'press', 'slow')
  await atGate(home, id)
  // State, parent, group, session, terminal.
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  expect({ group: stat[2], session: stat[3], terminal: stat[4] }).toEqual({
    group: String(pid),
    session: String(pid),
    terminal: '0',
  })
  openGate(home)
  await buttons('wait', id)
    .in(home)
    .expect({ data: { status: 'ok' } })
})

test('the caller hung up, and the detached press goes on', async () => {
  const home = runsHome({ slow: gated })
  const words = [...program, 'press', 'slow', '--detach'].map((word) => `'${word}'`).join(' ')
  // The shell leads the session that hangs up; what it started in it would hear of that.
  const shell = Bun.spawn(['/bin/sh', '-c', `${words}; sleep 600`], {
    cwd: home.cwd,
    env: home.env,
    stdout: 'pipe',
    detached: true,
  })
  const id = await until(() => activeIds(home)[0])
  await atGate(home, id)
  process.kill(-shell.pid, 'SIGHUP')
  await shell.exited
  openGate(home)
  await buttons('wait', id)
    .in(home)
    .expect({ data: { status: 'ok' } })
})

test('neither arguments nor batteries of a detached press can be seen from outside', async () => {
  const home = runsHome({
    tell: {
      code: `${gated}echo "$BUTTONS_BAT_TOKEN and $BUTTONS_ARG_PASS"`,
      spec: { args: [{ name: 'pass', type: 'string', secret: true }] },
    },
  })
  await buttons('batteries set TOKEN hunter2-hunter2').in(home).data()
  const { id, pid } = await detach(home, 'press', 'tell', '--arg', 'pass=swordfish')
  await atGate(home, id)
  expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain('swordfish')
  openGate(home)
  await buttons('wait', id)
    .in(home)
    .expect({ data: { stdout: '[redacted] and [redacted]\n', args: { pass: '[redacted]' } } })
  for (const name of home.list('data/active')) expect(name).toBe('')
})

test('what a detached press prints can be followed, without secrets', async () => {
  const home = runsHome({ tell: `echo "one $BUTTONS_BAT_TOKEN"; ${gated}echo two; echo three >&2` })
  await buttons('batteries set TOKEN hunter2-hunter2').in(home).data()
  const { id } = await detach(home, 'press', 'tell')
  await atGate(home, id)
  await until(() => home.read(`data/active/${id}.d/stdout`) !== '')
  await buttons('logs', id).in(home).expect({ stdout: 'one [redacted]\n' })
  const follower = start(home, `logs -f ${id}`)
  openGate(home)
  expect(await follower.finished).toEqual({
    exit: 0,
    stdout: 'one [redacted]\ntwo\n',
    stderr: 'three\n',
  })
  await buttons('logs', id).in(home).expect({ stdout: 'one [redacted]\ntwo\n', stderr: 'three\n' })
})

test('what cannot be pressed is refused before anything is started', async () => {
  const home = runsHome({
    need: { code: 'true', spec: { args: [{ name: 'a', type: 'string', required: true }] } },
  })
  await buttons('press nothing --detach')
    .in(home)
    .expect({ error: { code: 'NOT_FOUND' } })
  await buttons('press need --detach')
    .in(home)
    .expect({ error: { code: 'MISSING_ARG' } })
  await buttons('drawer nothing press --detach')
    .in(home)
    .expect({ error: { code: 'NOT_FOUND' } })
  await buttons('press need --arg a=1 --detach --follow')
    .in(home)
    .expect({ error: { code: 'VALIDATION_ERROR' }, stderr: /exclude each other/ })
  expect(home.list('data/active')).toEqual([])
})

test('a run that cannot be performed by hand is left alone', async () => {
  const home = runsHome({ slow: gated })
  const { id } = await detach(home, 'press', 'slow')
  await atGate(home, id)
  await buttons('__run', id)
    .in(home)
    .expect({ error: { code: 'VALIDATION_ERROR' } })
  expect(await statuses(home)).toEqual([`${id} running`])
  openGate(home)
  await buttons('wait', id)
    .in(home)
    .expect({ data: { status: 'ok' } })
})

test('a detached press with a key that was used gets the answer of the first', async () => {
  const home = runsHome({ once: 'echo x >> ledger; echo done' })
  await buttons('press once --idempotency-key k').in(home)
  const { id } = await detach(home, 'press', 'once', '--idempotency-key', 'k')
  await buttons('wait', id)
    .in(home)
    .expect({ json: expect.objectContaining({ ok: true, cached: true }) })
  expect(home.read('work/ledger')).toBe('x\n')
  expect(await listRuns(home)).toHaveLength(2)
})

test('a drawer is detached, waited for and cancelled like a button', async () => {
  const home = runsHome({ slow: `${gated}echo '{"n":1}'`, bad: 'exit 3' })
  const step = (id: string) => ({ id, kind: 'button', button: id })
  writeDrawer(home, 'flow', { steps: [step('slow')], return: { n: '${slow.output.n}' } })
  writeDrawer(home, 'broken', { steps: [step('bad')] })
  const first = await detach(home, 'drawer', 'flow', 'press')
  await atGate(home, first.id)
  expect(await listRuns(home)).toMatchObject([
    { run_id: first.id, target: 'drawer/flow', status: 'running' },
  ])
  openGate(home)
  await buttons('wait', first.id)
    .in(home)
    .expect({ data: { run_id: first.id, drawer: 'flow', status: 'ok', output: { n: 1 } } })
  const second = await detach(home, 'drawer', 'broken', 'press')
  await buttons('wait', second.id)
    .in(home)
    .expect({ error: { code: 'SCRIPT_ERROR' }, data: { status: 'failed', failed_step: 'bad' } })
})

test('a detached drawer is cancelled with what its steps had started', async () => {
  const home = runsHome({ slow: `${gated}` })
  writeDrawer(home, 'flow', { steps: [{ id: 'slow', kind: 'button', button: 'slow' }] })
  const { id, pid } = await detach(home, 'drawer', 'flow', 'press')
  await atGate(home, id)
  await buttons('cancel', id)
    .in(home)
    .expect({ data: { status: 'cancelled' } })
  // It lets go of the run first, and is gone a moment later.
  await until(() => !isAlive(pid))
  expect(await listRuns(home)).toMatchObject([{ run_id: id, status: 'cancelled' }])
})

// From before it has begun to after it has answered: whatever was begun ends by itself, or is
// known to have died.
test.skipIf(!executable)(
  'a caller killed at any instant leaves no run that nobody holds and everybody takes for running',
  async () => {
    const home = runsHome({ hello: 'echo hi' })
    const began = performance.now()
    await start(home, 'press hello --detach').finished
    const wholeMs = performance.now() - began
    const many = rounds(40, 5)
    for (let i = 0; i < many; i++) {
      const caller = start(home, 'press hello --detach')
      await Bun.sleep((wholeMs * 1.2 * i) / many)
      caller.kill('SIGKILL')
      const { stdout } = await caller.finished
      if (stdout.endsWith('}\n')) {
        const { run_id } = (JSON.parse(stdout) as { data: { run_id: string } }).data
        await buttons('wait', run_id)
          .in(home)
          .expect({ data: { status: 'ok' } })
      }
    }
    for (const id of activeIds(home)) {
      const { status } = await waitForEnd(home, id)
      expect(['ok', 'interrupted', 'gone']).toContain(status)
    }
    for (const { status } of await listRuns(home, '--limit', '200'))
      expect(['ok', 'interrupted']).toContain(status)
  },
  120_000,
)

async function waitForEnd(home: ReturnType<typeof runsHome>, id: string) {
  const { stdout } = await buttons('wait', id).in(home)
  const envelope = JSON.parse(stdout) as { ok: boolean; error?: { code: string } }
  if (envelope.ok) return { status: 'ok' }
  return { status: envelope.error?.code === 'INTERRUPTED' ? 'interrupted' : 'gone' }
}

test('a detached process that is killed leaves its run interrupted, and its script can be ended', async () => {
  const home = runsHome({ slow: `${gated}` })
  const { id, pid } = await detach(home, 'press', 'slow')
  await atGate(home, id)
  const group = Number(/"group":(\d+)/.exec(home.read(`data/active/${id}`))![1])
  process.kill(pid, 'SIGKILL')
  await until(() => !isAlive(pid))
  // Its other threads may take a moment longer, and with them its lock.
  while ((await statuses(home)).includes(`${id} running`)) await Bun.sleep(2)
  expect(await statuses(home)).toEqual([`${id} interrupted`])
  expect(isAlive(group)).toBe(true)
  await buttons('cancel', id)
    .in(home)
    .expect({ data: { status: 'cancelled' } })
  await until(() => !isAlive(group))
  expect(home.list(join('data', 'active'))).toEqual([])
})
