import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { openBunHost } from '#host/bun.ts'
import { fastClock, openEngine } from '../helpers/engine.ts'
import { type Home, homeWith } from '../helpers/home.ts'

const { locks, files } = openBunHost()

const queued = (spec: object = {}): Home =>
  homeWith({
    buttons: {
      job: { code: 'echo done', spec: { queue: { name: 'q', concurrency: 1 }, ...spec } },
    },
  })

/** Takes a lock below the home as another program would. */
function hold(home: Home, path: string) {
  const full = join(home.data, 'queues/q', path)
  files.makeDirectory(full.slice(0, full.lastIndexOf('/')), 0o700)
  return locks.tryLock(full)!
}

const slotIsFree = (home: Home) => {
  const slot = locks.tryLock(join(home.data, 'queues/q/slot-0.lock'))
  slot?.release()
  return slot !== undefined
}

test('a free slot is taken at once and given back when the press is recorded', async () => {
  const home = queued()
  const result = await openEngine(home).press({ name: 'job' })
  expect(result).toMatchObject({ status: 'ok', queue_wait_ms: expect.any(Number) })
  expect(slotIsFree(home)).toBe(true)
  expect(home.list('data/queues/q')).toEqual(['slot-0.lock'])
})

test('a held slot stays taken until it is let go', async () => {
  const home = queued()
  const engine = openEngine(home)
  const held: { release(): void }[] = []
  engine.holdSlot = (slot) => void held.push(slot)
  const { press } = await import('#press/press.ts')
  await press({ name: 'job', args: {}, holdSlot: true }, engine)
  expect(slotIsFree(home)).toBe(false)
  held[0]!.release()
  expect(slotIsFree(home)).toBe(true)
})

test('waiting does not eat the time of the run, and the result tells how long it was', async () => {
  const home = queued({ timeout_seconds: 10 })
  const clock = fastClock()
  const slot = hold(home, 'slot-0.lock')
  clock.onTick = (passedMs) => {
    if (passedMs >= 9000) slot.release()
  }
  const result = await openEngine(home, { clock }).press({ name: 'job' })
  expect(result.status).toBe('ok')
  expect(result.queue_wait_ms).toBeGreaterThanOrEqual(9000)
  expect(result.duration_ms).toBe(0)
  expect(clock.deadlines[0]).toBe(10_000)
})

test('nobody waits longer than the timeout, and then nothing is recorded', async () => {
  const home = queued({ timeout_seconds: 10 })
  const clock = fastClock()
  const slot = hold(home, 'slot-0.lock')
  const press = openEngine(home, { clock }).press({ name: 'job' })
  await expect(press).rejects.toMatchObject({
    code: 'QUEUE_TIMEOUT',
    message: expect.stringContaining('"q"'),
  })
  slot.release()
  expect(clock.monotonic()).toBe(10_000)
  expect(home.list('data/queues/q/waiting')).toEqual(['door.lock'])
  expect(home.list('data/buttons/job/pressed')).toEqual([])
})

test('who is cancelled while waiting leaves neither a place nor a slot behind', async () => {
  const home = queued()
  const clock = fastClock()
  const controller = new AbortController()
  const slot = hold(home, 'slot-0.lock')
  clock.onTick = (passedMs) => {
    if (passedMs > 500) controller.abort()
  }
  const press = openEngine(home, { clock }).press({ name: 'job', signal: controller.signal })
  await expect(press).rejects.toMatchObject({ code: 'CANCELLED' })
  slot.release()
  expect(home.list('data/queues/q/waiting')).toEqual(['door.lock'])
  expect(slotIsFree(home)).toBe(true)
  expect(home.list('data/buttons/job/pressed')).toEqual([])
})

test('who is cancelled before the start does not run', async () => {
  const home = homeWith({ buttons: { job: 'echo run >> runs' } })
  const press = openEngine(home).press({ name: 'job', signal: AbortSignal.abort() })
  await expect(press).rejects.toMatchObject({ code: 'CANCELLED' })
  expect(home.list('work')).toEqual([])
})

test('nobody overtakes those who wait', async () => {
  const home = queued({ timeout_seconds: 10 })
  const clock = fastClock()
  const earlier = hold(home, 'waiting/7.ticket')
  let left = 0
  clock.onTick = (passedMs) => {
    if (passedMs < 1000 || left > 0) return
    left = passedMs
    files.remove(join(home.data, 'queues/q/waiting/7.ticket'))
    earlier.release()
  }
  const result = await openEngine(home, { clock }).press({ name: 'job' })
  expect(left).toBeGreaterThan(0)
  expect(result.queue_wait_ms).toBeGreaterThanOrEqual(Math.round(left))
})

test('a place whose holder has died is cleared away', async () => {
  const home = queued()
  const clock = fastClock()
  for (const number of [3, 4, 5]) home.write(`data/queues/q/waiting/${number}.ticket`, '')
  const result = await openEngine(home, { clock }).press({ name: 'job' })
  expect(result.queue_wait_ms).toBe(0)
  expect(home.list('data/queues/q/waiting')).toEqual(['door.lock'])
})

test('a waiter that is stopped for ever does not stop the queue', async () => {
  const home = queued({ timeout_seconds: 10 })
  const clock = fastClock()
  const stopped = hold(home, 'waiting/7.ticket')
  const result = await openEngine(home, { clock }).press({ name: 'job' })
  stopped.release()
  expect(result.status).toBe('ok')
  expect(result.queue_wait_ms).toBeGreaterThanOrEqual(2000)
})

test('whoever has waited out the timeout may still try once', async () => {
  const home = queued({ timeout_seconds: 1 })
  const clock = fastClock()
  const earlier = hold(home, 'waiting/7.ticket')
  const result = await openEngine(home, { clock }).press({ name: 'job' })
  earlier.release()
  expect(result.status).toBe('ok')
  expect(result.queue_wait_ms).toBe(1000)
})

test('presses in one process wait for each other in the order they came', async () => {
  const home = queued()
  home.write('data/buttons/job/main.sh', 'echo "$BUTTONS_ARG_N" >> order', 0o700)
  const engine = openEngine(home)
  const slot = hold(home, 'slot-0.lock')
  const joined = () => home.list('data/queues/q/waiting').filter((name) => name.endsWith('.ticket'))
  const presses: Promise<unknown>[] = []
  for (const n of ['1', '2', '3', '4']) {
    presses.push(engine.press({ name: 'job', args: { n } }))
    while (joined().length < presses.length) await new Promise((resolve) => setImmediate(resolve))
  }
  slot.release()
  await Promise.all(presses)
  expect(home.read('work/order')).toBe('1\n2\n3\n4\n')
})

test('a line that is taken away while somebody waits does not cost the press', async () => {
  const home = queued()
  const clock = fastClock()
  const slot = hold(home, 'slot-0.lock')
  clock.onTick = (passedMs) => {
    if (passedMs < 200) return
    files.removeTree(join(home.data, 'queues/q/waiting'))
    slot.release()
    clock.onTick = () => {}
  }
  expect(await openEngine(home, { clock }).press({ name: 'job' })).toMatchObject({ status: 'ok' })
})

test('two specs that disagree on a queue are named', async () => {
  const home = homeWith({
    buttons: {
      wide: { code: 'true', spec: { queue: { name: 'q', concurrency: 3 } } },
      narrow: { code: 'true', spec: { queue: { name: 'q' } } },
      other: { code: 'true', spec: { queue: { name: 'r', concurrency: 9 } } },
    },
  })
  const held = [hold(home, 'slot-0.lock'), hold(home, 'slot-1.lock')]
  const engine = openEngine(home)
  await engine.press({ name: 'wide' })
  for (const slot of held) slot.release()
  expect(engine.warnings).toEqual([])
  await engine.press({ name: 'narrow' })
  expect(engine.warnings).toEqual(['queue "q" allows 1 at once in "narrow" but 3 in "wide"'])
})

test('slots left from a larger queue of former days are no disagreement', async () => {
  const home = queued()
  hold(home, 'slot-1.lock').release()
  const engine = openEngine(home)
  await engine.press({ name: 'job' })
  expect(engine.warnings).toEqual([])
})

test('who waits looks rarely', async () => {
  const home = queued({ timeout_seconds: 60 })
  const clock = fastClock()
  const slot = hold(home, 'slot-0.lock')
  await expect(openEngine(home, { clock }).press({ name: 'job' })).rejects.toThrow()
  slot.release()
  // 60 s of waiting as the first in line, in steps of 50 ms on average.
  expect(clock.sleeps.length).toBeLessThan(2000)
})
