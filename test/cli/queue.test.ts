import { describe, expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { openBunHost } from '#host/bun.ts'
import { buttons, executable } from '../helpers/buttons.ts'
import { type Home, homeWith } from '../helpers/home.ts'
import { type Running, start, until } from '../helpers/program.ts'

const { locks, files } = openBunHost()

const queued = (queue: object, code = 'echo done', spec: object = {}): Home =>
  homeWith({ buttons: { job: { code, spec: { queue, ...spec } } } })

/** Takes a slot as an older program would. */
function takeSlot(home: Home, queue: string, number = 0) {
  const directory = join(home.data, 'queues', queue)
  files.makeDirectory(directory, 0o700)
  return locks.tryLock(join(directory, `slot-${number}.lock`))!
}

const isFree = (home: Home, queue: string, number: number) => {
  const slot = locks.tryLock(join(home.data, 'queues', queue, `slot-${number}.lock`))
  slot?.release()
  return slot !== undefined
}

const waiting = (home: Home, queue: string) =>
  home.list(`data/queues/${queue}/waiting`).filter((name) => name.endsWith('.ticket'))

test('a queue is a private directory of empty slot files', async () => {
  const home = queued({ name: 'my queue', concurrency: 2 })
  await buttons('press job')
    .in(home)
    .expect({ data: { queue_wait_ms: expect.any(Number) } })
  expect(home.list('data/queues/my_queue')).toEqual(['slot-0.lock'])
  const path = join(home.data, 'queues/my_queue')
  expect(statSync(path).mode & 0o777).toBe(0o700)
  expect(statSync(join(path, 'slot-0.lock'))).toMatchObject({ size: 0 })
  expect(statSync(join(path, 'slot-0.lock')).mode & 0o777).toBe(0o600)
  expect(isFree(home, 'my_queue', 0)).toBe(true)
})

test('a button without a queue has no waiting time', async () => {
  const home = homeWith({ buttons: { job: 'true' } })
  expect(await buttons('press job').in(home).data()).not.toHaveProperty('queue_wait_ms')
  expect(home.list('data')).not.toContain('queues')
})

test('the slot is free once the answer is out', async () => {
  const home = queued({ name: 'q' })
  for (let n = 0; n < 3; n++) await buttons('press job --timeout 1').in(home).data()
  expect(isFree(home, 'q', 0)).toBe(true)
})

test('while all slots are taken a press times out in the queue and leaves no record', async () => {
  const home = queued({ name: 'q', concurrency: 2 })
  const slots = [takeSlot(home, 'q', 0), takeSlot(home, 'q', 1)]
  await buttons('press job --timeout 1')
    .in(home)
    .expect({ error: { code: 'QUEUE_TIMEOUT', message: expect.stringContaining('"q"') } })
  for (const slot of slots) slot.release()
  expect(home.list('data/buttons/job/pressed')).toEqual([])
  expect(waiting(home, 'q')).toEqual([])
})

test('the second slot serves while the first is taken', async () => {
  const home = queued({ name: 'q', concurrency: 2 })
  const slot = takeSlot(home, 'q', 0)
  await buttons('press job --timeout 1').in(home).data()
  slot.release()
})

describe('keys', () => {
  const spec = { args: [{ name: 'env', type: 'string' }] }

  test('with other values have other slots', async () => {
    const home = queued({ name: 'q', key: '${inputs.env}' }, 'true', spec)
    const slot = takeSlot(home, 'q__prod')
    await buttons('press job --timeout 1 --arg env=dev').in(home).data()
    await buttons('press job --timeout 1 --arg env=prod')
      .in(home)
      .expect({ error: { code: 'QUEUE_TIMEOUT' } })
    slot.release()
    expect(home.list('data/queues')).toEqual(['q__dev', 'q__prod'])
  })

  test('that refer to an argument nobody gave count it as empty, and say so', async () => {
    const home = queued({ name: 'q', key: '${args.env}' }, 'true', spec)
    await buttons('press job')
      .in(home)
      .expect({
        data: { status: 'ok' },
        stderr:
          'warning: the queue key of "job" refers to "env", which was not given and counts as empty\n',
      })
    expect(home.list('data/queues')).toEqual(['q'])
  })
})

test('a queue that cannot be used is no timeout', async () => {
  const home = queued({ name: 'q' })
  home.write('data/queues/q', 'a file')
  await buttons('press job --timeout 1')
    .in(home)
    .expect({
      error: { code: 'STORAGE_ERROR', message: expect.stringContaining('"q"') },
    })
  expect(home.list('data/buttons/job/pressed')).toEqual([])
})

test('what a script leaves running does not keep the slot', async () => {
  const home = queued({ name: 'q' }, 'sleep 60 >/dev/null 2>&1 </dev/null & echo $!')
  const { stdout } = await buttons('press job').in(home).data<{ stdout: string }>()
  expect(isFree(home, 'q', 0)).toBe(true)
  process.kill(Number(stdout))
})

describe('a press that waits', () => {
  async function startWaiting(home: Home, line = 'press job'): Promise<Running> {
    const before = waiting(home, 'q').length
    const running = start(home, line)
    await until(() => waiting(home, 'q').length > before)
    return running
  }

  test('runs when an older program lets go of its slot', async () => {
    const home = queued({ name: 'q' })
    const slot = takeSlot(home, 'q')
    const running = await startWaiting(home)
    slot.release()
    const { exit, stdout } = await running.finished
    expect(exit).toBe(0)
    expect(JSON.parse(stdout).data.queue_wait_ms).toBeGreaterThan(0)
  })

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends on %s without a slot, a place or a record', async (signal, exit) => {
    const home = queued({ name: 'q' })
    const slot = takeSlot(home, 'q')
    const running = await startWaiting(home)
    running.kill(signal)
    const finished = await running.finished
    slot.release()
    expect(finished.exit).toBe(exit)
    expect(JSON.parse(finished.stdout)).toMatchObject({ ok: false, error: { code: 'CANCELLED' } })
    expect(waiting(home, 'q')).toEqual([])
    expect(isFree(home, 'q', 0)).toBe(true)
    expect(home.list('data/buttons/job/pressed')).toEqual([])
  })

  test('and is killed leaves its place to those behind', async () => {
    const home = queued({ name: 'q' })
    const slot = takeSlot(home, 'q')
    const first = await startWaiting(home)
    const second = await startWaiting(home)
    first.kill('SIGKILL')
    await first.finished
    slot.release()
    expect((await second.finished).exit).toBe(0)
    expect(waiting(home, 'q')).toEqual([])
  })
})

// Every script writes a line when it begins and one when it ends; at no line may more be open than
// the queue has slots. Half of them kill their own press, so that only the kernel frees the slot.
describe('eight processes and one queue of two', () => {
  const rounds = executable ? 26 : 4
  const work = 'echo begin >> ledger; sleep 0.00$(($$ % 10)); echo end >> ledger'
  const spec = { queue: { name: 'q', concurrency: 2 } }

  test('never run more than two at once, and leave no slot and no place taken', async () => {
    const home = homeWith({
      buttons: { job: { code: work, spec }, crash: { code: `${work}; kill -9 $PPID`, spec } },
    })
    const worker = async () => {
      for (let round = 0; round < rounds; round += 2) {
        expect((await start(home, 'press job').finished).exit).toBe(0)
        expect((await start(home, 'press crash').finished).exit).not.toBe(0)
      }
    }
    await Promise.all(Array.from({ length: 8 }, worker))
    const lines = home.read('work/ledger').trim().split('\n')
    expect(lines).toHaveLength(8 * rounds * 2)
    expect(mostAtOnce(lines)).toBeLessThanOrEqual(2)
    expect([isFree(home, 'q', 0), isFree(home, 'q', 1)]).toEqual([true, true])
    expect(waiting(home, 'q')).toEqual([])
  })
})

function mostAtOnce(lines: readonly string[]): number {
  let [open, most] = [0, 0]
  for (const line of lines) {
    open += line.startsWith('begin') ? 1 : -1
    most = Math.max(most, open)
  }
  return most
}
