import { expect, test } from 'bun:test'
import { mkdirSync, readdirSync, rmdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { openBunHost } from '#host/bun.ts'
import type { HostError, SpawnRequest } from '#host/host.ts'
import { emptyHome } from '../helpers/home.ts'

const { processes } = openBunHost()
const openFiles = () => readdirSync('/proc/self/fd').length

function start(script: string, changes: Partial<SpawnRequest> = {}) {
  const printed = { stdout: '', stderr: '' }
  const child = processes.spawn({
    command: ['/bin/sh', '-c', script],
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '' },
    onOutput: (stream, bytes) => void (printed[stream] += new TextDecoder().decode(bytes)),
    ...changes,
  })
  return { child, printed }
}

async function run(script: string, changes?: Partial<SpawnRequest>) {
  const { child, printed } = start(script, changes)
  const exit = await child.exited
  await child.outputEnded
  return { ...exit, ...printed }
}

test('output and exit status come back, whether or not somebody watches', async () => {
  for (const live of [true, false]) {
    const all = await run('echo out; echo err >&2; exit 7', { live })
    expect(all).toEqual({ code: 7, signal: null, stdout: 'out\n', stderr: 'err\n' })
  }
})

test('a signal is named', async () => {
  expect(await run('kill -KILL $$')).toMatchObject({ code: null, signal: 'SIGKILL' })
})

test('the child leads its own session and has nothing but its three descriptors', async () => {
  const script =
    'ls /proc/self/fd | tr "\\n" " "; test "$(ps -o sid= -p $$ | tr -d " ")" = $$ && echo leads'
  const { stdout } = await run(script)
  // The fourth is that of the listing itself.
  expect(stdout).toBe('0 1 2 3 leads\n')
})

test('standard input is empty', async () => {
  expect(await run('cat; readlink /proc/self/fd/0')).toMatchObject({ stdout: '/dev/null\n' })
})

test('the environment is exactly what was given', async () => {
  const env = { A: '1', ['__proto__']: 'x', 'with.dot': 'ü', EMPTY: '' }
  const { stdout } = await run('', { command: ['/usr/bin/env'], env })
  expect(stdout.trimEnd().split('\n').sort()).toEqual([
    'A=1',
    'EMPTY=',
    '__proto__=x',
    'with.dot=ü',
  ])
})

test('more output than a pipe holds arrives whole', async () => {
  const { stdout } = await run('head -c 3000000 /dev/zero | tr "\\0" x')
  expect(stdout).toHaveLength(3_000_000)
})

test('a thousand children leave no descriptor open', async () => {
  await run('echo warm')
  const before = openFiles()
  for (let n = 0; n < 250; n++) await Promise.all([1, 2, 3, 4].map(() => run('echo x; echo y >&2')))
  // Children that a busy machine made slow got streams, whose duplicates a thread closes.
  while (openFiles() > before) await Bun.sleep(1)
}, 60_000)

test('streams and output that is cut off leave no descriptor open either', async () => {
  await run('echo warm', { live: true })
  const before = openFiles()
  for (let n = 0; n < 20; n++) {
    await run('echo x', { live: true })
    const { child } = start('sleep 600 & echo x')
    await child.exited
    expect(child.outputOpen).toBe(true)
    child.closeOutput()
    await child.outputEnded
    child.signalGroup('SIGKILL')
  }
  // The runtime closes the duplicates its streams read on a thread of its own.
  while (openFiles() > before) await Bun.sleep(1)
})

test('what cannot be started says what is wrong', () => {
  const home = emptyHome()
  const gone = join(home.root, 'gone')
  mkdirSync(gone)
  symlinkSync(gone, join(home.root, 'link'))
  rmdirSync(gone)
  const notExecutable = home.write('plain', 'x')
  const cases: [Partial<SpawnRequest>, string, string][] = [
    [{ command: ['/nowhere/sh'] }, 'ENOENT', '/nowhere/sh'],
    [{ command: [notExecutable] }, 'EACCES', notExecutable],
    [{ cwd: gone }, 'ENOENT', gone],
    [{ cwd: join(home.root, 'link') }, 'ENOENT', join(home.root, 'link')],
    [{ cwd: notExecutable }, 'ENOTDIR', notExecutable],
    [{ command: ['/bin/sh', 'x'.repeat(3_000_000)] }, 'E2BIG', '/bin/sh'],
    [{ env: { SECRET: 'a\0b' } }, 'EINVAL', 'SECRET'],
    [{ env: { 'A\0B': 'a' } }, 'EINVAL', 'A\0B'],
  ]
  const before = openFiles()
  for (const [changes, code, path] of cases) {
    let error: HostError | undefined
    try {
      start('true', changes)
    } catch (caught) {
      error = caught as HostError
    }
    expect(error).toMatchObject({ name: 'HostError', code, path })
    expect(error!.message).not.toContain('a\0b')
  }
  expect(openFiles()).toBeLessThanOrEqual(before)
})

test('a program is found in the given PATH only', () => {
  expect(processes.find('sh', '/bin')).toBe('/bin/sh')
  expect(processes.find('sh', '')).toBeUndefined()
  expect(processes.find('sh', '/nowhere')).toBeUndefined()
})
