import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { buttons } from '../helpers/buttons.ts'
import { homeWith } from '../helpers/home.ts'
import { start, until } from '../helpers/program.ts'
import {
  atGate,
  detach,
  gated,
  isAlive,
  openGate,
  rounds,
  runsHome,
  statuses,
} from '../helpers/runs.ts'

const twoGates = `while [ ! -e "$BUTTONS_ARG_GATE" ]; do sleep 0.02; done; exit $BUTTONS_ARG_EXIT`
const args = ['gate', 'exit'].map((name) => ({ name, type: 'string' }))

test('all are waited for, and one failure is a failure', async () => {
  const home = runsHome({ two: { code: twoGates, spec: { args } } })
  const a = await detach(home, 'press', 'two', '--arg', 'gate=a', '--arg', 'exit=0')
  const b = await detach(home, 'press', 'two', '--arg', 'gate=b', '--arg', 'exit=3')
  const waiter = start(home, `wait ${a.id} ${b.id} --all --timeout 60s`)
  const patient = start(home, `wait ${a.id} ${b.id}`)
  home.write('work/b', '')
  home.write('work/a', '')
  for (const { finished } of [waiter, patient]) {
    const { exit, stdout } = await finished
    expect(exit).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      data: {
        results: [
          { run_id: a.id, ok: true, status: 'ok', result: { exit_code: 0 } },
          { run_id: b.id, ok: false, status: 'error', error: { code: 'SCRIPT_ERROR' } },
        ],
        total: 2,
        failures: 1,
      },
    })
  }
})

test('the first of any is waited for, the others go on', async () => {
  const home = runsHome({ two: { code: twoGates, spec: { args } } })
  const a = await detach(home, 'press', 'two', '--arg', 'gate=a', '--arg', 'exit=0')
  const b = await detach(home, 'press', 'two', '--arg', 'gate=b', '--arg', 'exit=0')
  const waiter = start(home, `wait --any ${a.id} ${b.id}`)
  home.write('work/b', '')
  const { exit, stdout } = await waiter.finished
  expect(exit).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, data: { run_id: b.id, status: 'ok' } })
  expect(await statuses(home, '--status', 'running')).toEqual([`${a.id} running`])
  home.write('work/a', '')
  await buttons('wait', a.id)
    .in(home)
    .expect({ data: { status: 'ok' } })
})

test('a wait that takes too long gives up and leaves the run alone', async () => {
  const home = runsHome({ slow: gated })
  const { id } = await detach(home, 'press', 'slow')
  await buttons('wait', id, '--timeout', '50ms')
    .in(home)
    .expect({ error: { code: 'TIMEOUT' } })
  await atGate(home, id)
  expect(await statuses(home)).toEqual([`${id} running`])
  openGate(home)
  await buttons('wait', id, '--timeout', '1m')
    .in(home)
    .expect({ data: { status: 'ok' } })
})

test('a press that nobody detached can be waited for as well', async () => {
  const home = runsHome({ slow: `${gated}echo hi` })
  const press = start(home, 'press slow')
  const id = await until(() => home.list('data/active')[0])
  const waiter = start(home, `wait ${id}`)
  openGate(home)
  const [pressed, waited] = [await press.finished, await waiter.finished]
  expect(waited).toEqual(pressed)
})

test('who waits for a process that is killed is told at once', async () => {
  const home = runsHome({ slow: gated })
  const { id, pid } = await detach(home, 'press', 'slow')
  await atGate(home, id)
  const waiters = ['', ' --timeout 60s'].map((flags) => start(home, `wait ${id}${flags}`))
  await Promise.all(waiters.map((waiter) => asleep(waiter.pid)))
  process.kill(pid, 'SIGKILL')
  for (const { finished } of waiters) {
    const { exit, stdout } = await finished
    expect(exit).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: { code: 'INTERRUPTED', hint: `buttons retry ${id}` },
      data: { run_id: id, status: 'interrupted' },
    })
  }
  openGate(home)
})

test('fifty waiters on one run all return, and none of them works while it waits', async () => {
  const home = runsHome({ slow: `${gated}echo hi` })
  const { id } = await detach(home, 'press', 'slow')
  await atGate(home, id)
  const waiters = Array.from({ length: rounds(50, 8) }, () => start(home, `wait ${id}`))
  await Promise.all(waiters.map((waiter) => asleep(waiter.pid)))
  // Threads of the runtime may still be tidying up; one that polls would never come to rest.
  await Promise.all(waiters.map((waiter) => atRest(waiter.pid)))
  openGate(home)
  for (const { finished } of waiters) {
    const { exit, stdout } = await finished
    expect(exit).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ data: { run_id: id, stdout: 'hi\n' } })
  }
}, 120_000)

test('nobody waits for a run that does not exist, or for none', async () => {
  const home = homeWith({})
  await buttons('wait 0123456789abcdef')
    .in(home)
    .expect({ error: { code: 'NOT_FOUND' } })
  await buttons('wait ../x')
    .in(home)
    .expect({ error: { code: 'NOT_FOUND' } })
  await buttons('wait')
    .in(home)
    .expect({ error: { code: 'VALIDATION_ERROR' }, stderr: /accepts at least 1/ })
  await buttons('wait a --any --all')
    .in(home)
    .expect({ error: { code: 'VALIDATION_ERROR' }, stderr: /exclude each other/ })
})

test('for people a wait ends as the press would have', async () => {
  const home = runsHome({ good: 'echo hi', bad: 'echo no >&2; exit 3' })
  const good = await detach(home, 'press', 'good')
  const bad = await detach(home, 'press', 'bad')
  await buttons('wait', good.id)
    .in(home)
    .onTerminal()
    .expect({ stdout: /^✓ good \(\d+ms, exit 0\)\nhi\n$/ })
  await buttons('wait', bad.id)
    .in(home)
    .onTerminal()
    .expect({ exit: 1, stdout: /^✗ bad \(\d+ms, exit status 3\)\nno\n$/ })
})

/** Waits until a process sleeps in the lock of a run. */
async function asleep(pid: number): Promise<void> {
  await until(() => {
    if (!isAlive(pid)) throw new Error('the waiter has ended')
    const tasks = new Bun.Glob('*').scanSync({ cwd: `/proc/${pid}/task`, onlyFiles: false })
    return [...tasks].some((task) => readProc(`${pid}/task/${task}/wchan`).includes('lock'))
  })
}

/** Waits until a process has used no processor time for a quarter of a second. */
async function atRest(pid: number): Promise<void> {
  for (let before = ''; before !== worked(pid);) {
    before = worked(pid)
    await Bun.sleep(250)
  }
}

/** User and system time in clock ticks. */
function worked(pid: number): string {
  return readProc(`${pid}/stat`).split(') ')[1]!.split(' ').slice(11, 13).join(' ')
}

function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, 'utf8')
  } catch {
    return ''
  }
}
