// Children that are started in a thread of their own: as good as any other.

import { afterAll, beforeAll, expect, test } from 'bun:test'
import { openBunHost } from '#host/bun.ts'
import { openThread, type Thread } from '#host/crowd/starter.ts'
import type { ChildProcess, SpawnRequest } from '#host/host.ts'

const base = { PATH: process.env['PATH'], SHARED: 'all', BUN_SECRET: 'x' }
let thread: Thread
beforeAll(() => {
  const { promise, resolve } = Promise.withResolvers<void>()
  thread = openThread(base, resolve)
  return promise
})
afterAll(() => thread.end())

interface Said {
  child: ChildProcess
  said: { stdout: string; stderr: string }
}

type Start = (request: SpawnRequest) => ChildProcess | Promise<ChildProcess>

async function run(code: string, changes: Partial<SpawnRequest> = {}, start: Start = thread.start) {
  const said = { stdout: '', stderr: '' }
  const child = await start({
    command: ['/bin/sh', '-c', code],
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '' },
    onOutput: (stream, bytes) => void (said[stream] += new TextDecoder().decode(bytes)),
    ...changes,
  })
  return { child, said } satisfies Said
}

async function finish({ child, said }: Said) {
  const exit = await child.exited
  await child.outputEnded
  return { ...exit, ...said }
}

test('what it prints and how it ends is told', async () => {
  const one = await run('echo out; echo err >&2; exit 3')
  expect(one.child.pid).toBeGreaterThan(1)
  expect(await finish(one)).toEqual({ code: 3, signal: null, stdout: 'out\n', stderr: 'err\n' })
  expect(one.child.outputOpen).toBe(false)
})

test('a signal that ends it is told by name', async () => {
  const { code, signal } = await finish(await run('kill -SEGV $$'))
  expect([code, signal]).toEqual([null, 'SIGSEGV'])
})

test('it leads its own session and has nothing but its three descriptors', async () => {
  const one = await run('exec python3 -c "$CODE"', {
    env: {
      PATH: process.env['PATH'] ?? '',
      CODE: 'import os; fds = os.listdir("/dev/fd"); print(os.getsid(0) == os.getpid(), len(fds))',
    },
  })
  // One more is that with which the folder is listed.
  expect((await finish(one)).stdout).toBe('True 4\n')
})

test('one that prints for long keeps nobody else waiting', async () => {
  const slow = await run('while echo x; do sleep 0.005; done', { live: true })
  for (let n = 0; n < 20; n++) expect(await finish(await run('exit 4'))).toMatchObject({ code: 4 })
  while (slow.said.stdout.length < 20) await Bun.sleep(1)
  slow.child.signalGroup('SIGKILL')
  expect(await finish(slow)).toMatchObject({ signal: 'SIGKILL' })
})

test('nothing is kept of what is over, whether its end or that of its output came first', async () => {
  for (const code of ['exit 0', 'exec >&- 2>&-; exit 3', 'sleep 0.05 & exit 0'])
    await finish(await run(code))
  await finish(await run('sleep 0.05 & exit 0').then((one) => (one.child.closeOutput(), one)))
  while (thread.children > 0) await Bun.sleep(2)
})

test('it sees the environment it was given, and only that', async () => {
  const env = { PATH: process.env['PATH'] ?? '', SHARED: 'all', OWN: 'a\nb' }
  const { stdout } = await finish(await run('echo "$SHARED/$OWN/${BUN_SECRET-none}"', { env }))
  expect(stdout).toBe('all/a\nb/none\n')
  const bare = await finish(await run('echo "${SHARED-none}"'))
  expect(bare.stdout).toBe('none\n')
})

test('its output is a real pipe, and comes whole', async () => {
  const { stdout } = await finish(
    await run('echo first > /dev/stdout; head -c 300000 /dev/zero | tr "\\0" x'),
  )
  expect(stdout).toHaveLength('first\n'.length + 300_000)
})

test('what cannot be started is a failure with its reason', async () => {
  const missing = run('', { command: ['/none/such'] })
  await expect(missing).rejects.toMatchObject({ name: 'HostError', code: 'ENOENT' })
  const nowhere = run('true', { cwd: '/none' })
  await expect(nowhere).rejects.toMatchObject({
    code: 'ENOENT',
    path: '/none',
    message: 'ENOENT: enter the working directory "/none"',
  })
})

test('the whole group can be ended, and output nobody waits for is let go', async () => {
  const one = await run('trap "" TERM; sleep 60 & echo up; sleep 60', { live: true })
  while (one.said.stdout === '') await Bun.sleep(1)
  one.child.signalGroup('SIGKILL')
  expect(await finish(one)).toMatchObject({ code: null, signal: 'SIGKILL' })
  const daemon = await run('sleep 60 & echo done')
  expect(await daemon.child.exited).toMatchObject({ code: 0 })
  daemon.child.closeOutput()
  await daemon.child.outputEnded
  expect(daemon.child.outputOpen).toBe(false)
  daemon.child.signalGroup('SIGKILL')
})

test('a crowd is served from both sides, each child once', async () => {
  const { processes } = openBunHost()
  const start = processes.inCrowds(base)
  const rounds = Array.from({ length: 20 }, async (_, at) => {
    for (let round = 0; round < 6; round++) {
      const { stdout, code } = await finish(await run(`echo ${at}-${round}`, {}, start))
      expect([stdout, code]).toEqual([`${at}-${round}\n`, 0])
    }
  })
  await Promise.all(rounds)
})
