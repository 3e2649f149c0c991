import { expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { openBunHost } from '#host/bun.ts'
import type { Host } from '#host/host.ts'
import { type ProcessRequest, runProcess } from '#press/process/run.ts'
import { truncationMark } from '#spec/limits.ts'
import { fileWritten, fixture, gone, runs } from '../helpers/fixture.ts'
import { emptyHome, type Home } from '../helpers/home.ts'

const host = openBunHost()

// Deadlines and graces pass a hundred times faster; the processes are as fast as they are.
const hasty: Host = {
  ...host,
  clock: { ...host.clock, after: (ms, act) => host.clock.after(ms / 100, act) },
}

function request(code: string, changes: Partial<ProcessRequest> = {}, home: Home = emptyHome()) {
  const env = { PATH: process.env['PATH'] ?? '', PID_FILE: join(home.root, 'pid') }
  const script = home.write('main.sh', code)
  return { command: ['/bin/sh', script], cwd: home.cwd, env, timeoutMs: 600_000, ...changes }
}

const run = (code: string, changes?: Partial<ProcessRequest>) =>
  runProcess(request(code, changes), host)

test('output by name works as output does', async () => {
  const end = await run(fixture('reopens-its-output.sh'))
  expect(end).toMatchObject({ exitCode: 0, stdout: 'one\nthree\nfour\n', stderr: 'two\nthree\n' })
})

test('bytes that are no text become replacement characters, NUL bytes stay', async () => {
  const end = await run(
    String.raw`printf 'a\000b\377\376c\303\n\357\273\277'; printf '\360\237\230\200' >&2`,
  )
  expect(end.stdout).toBe('a\0b\ufffd\ufffdc\ufffd\n\ufeff')
  expect(end.stderr).toBe('😀')
})

test('a character that comes in two pieces is one', async () => {
  const seen: number[] = []
  const onOutput = (_: string, bytes: Uint8Array) => void seen.push(bytes.length)
  const end = await run(String.raw`printf '\303'; sleep 0.05; printf '\274'`, { onOutput })
  expect(end.stdout).toBe('ü')
  expect(seen).toEqual([1, 1])
})

test('a gigabyte of output is cut at the cap and takes no more memory than that', async () => {
  const before = process.memoryUsage.rss()
  const end = await run('head -c 1073741824 /dev/zero | tr "\\0" x; echo end >&2')
  expect(end).toMatchObject({ exitCode: 0, stderr: 'end\n' })
  expect(end.stdout).toHaveLength(64 * 1024 * 1024 + truncationMark.length)
  expect(end.stdout.endsWith(`x${truncationMark}`)).toBe(true)
  expect(process.memoryUsage.rss() - before).toBeLessThan(600 * 1024 * 1024)
}, 60_000)

test('a process that outlives its timeout is told to end', async () => {
  const end = await runProcess(request(fixture('obeys-term.sh'), { timeoutMs: 20_000 }), hasty)
  expect(end).toMatchObject({ stopped: 'timeout', stdout: expect.stringContaining('told to end') })
})

test('a timeout longer than a timer can be does not strike at once', async () => {
  expect(await run('echo in time', { timeoutMs: 2 ** 40 })).toMatchObject({ stopped: undefined })
})

for (const name of [
  'ignores-term.sh',
  'grandchild-ignores-term.sh',
  'silent-grandchild-ignores-term.sh',
]) {
  test(`${name}: is killed with everything it started`, async () => {
    const home = emptyHome()
    const stop = new AbortController()
    const running = runProcess(request(fixture(name), { signal: stop.signal }, home), hasty)
    const pid = Number(await fileWritten(join(home.root, 'pid')))
    stop.abort()
    expect(await running).toMatchObject({ stopped: 'cancelled' })
    await gone(pid)
    expect(runs(pid)).toBe(false)
  })
}

test('whoever is in a hurry ends the grace', async () => {
  const home = emptyHome()
  const [stop, hurry] = [new AbortController(), new AbortController()]
  // On this clock no grace ever ends by itself.
  const patient: Host = { ...host, clock: { ...host.clock, after: () => () => {} } }
  const running = runProcess(
    request(fixture('ignores-term.sh'), { signal: stop.signal, hurry: hurry.signal }, home),
    patient,
  )
  const pid = Number(await fileWritten(join(home.root, 'pid')))
  stop.abort()
  expect(runs(pid)).toBe(true)
  hurry.abort()
  expect(await running).toMatchObject({ stopped: 'cancelled', exitCode: null, stdout: 'ready\n' })
  expect(runs(pid)).toBe(false)
})

test('what is cancelled before it starts does not start', async () => {
  const home = emptyHome()
  const end = await runProcess(
    request('echo $$ > "$PID_FILE"', { signal: AbortSignal.abort() }, home),
    host,
  )
  expect(end).toEqual({ stopped: 'cancelled', exitCode: null, stdout: '', stderr: '' })
  expect(home.list('.')).not.toContain('pid')
})

test('a daemon left behind keeps neither the press nor its status', async () => {
  const home = emptyHome()
  const end = await runProcess(request(fixture('leaves-daemon.sh'), {}, home), hasty)
  expect(end).toEqual({ stopped: undefined, exitCode: 3, stdout: 'started\n', stderr: '' })
  const pid = Number(await fileWritten(join(home.root, 'pid')))
  expect(runs(pid)).toBe(true)
  process.kill(pid, 'SIGKILL')
})

test('a daemon left behind ends with a press that is cancelled meanwhile', async () => {
  const home = emptyHome()
  const stop = new AbortController()
  const running = runProcess(
    request(fixture('leaves-daemon.sh'), { signal: stop.signal }, home),
    host,
  )
  const pid = Number(await fileWritten(join(home.root, 'pid')))
  stop.abort()
  expect(await running).toMatchObject({ stopped: 'cancelled' })
  await gone(pid)
  expect(runs(pid)).toBe(false)
})

test('a watcher that fails does not harm the press', async () => {
  const onOutput = () => {
    throw new Error('no room to show it')
  }
  expect(await run('echo one; sleep 0.02; echo two', { onOutput })).toMatchObject({
    exitCode: 0,
    stdout: 'one\ntwo\n',
  })
})

test('a thousand presses leave no descriptor open', async () => {
  const made = request('echo hi')
  await runProcess(made, host)
  const openFiles = () => readdirSync('/proc/self/fd').length
  const before = openFiles()
  for (let n = 0; n < 250; n++) await Promise.all([1, 2, 3, 4].map(() => runProcess(made, host)))
  // Children that a busy machine made slow got streams, whose duplicates a thread closes.
  while (openFiles() > before) await Bun.sleep(1)
}, 60_000)
