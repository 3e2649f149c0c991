// How what waits is run: so many at once, again when it failed, and given back at the end.

import { expect, test } from 'bun:test'
import { fail } from '#spec/errors.ts'
import { emptyHome } from '../helpers/home.ts'
import { until } from '../helpers/program.ts'
import { engineOf, type EngineSetup, type Started, writeHook } from '../helpers/triggers.ts'

const setup = (changes: EngineSetup = {}): EngineSetup => ({
  ...changes,
  settings: { scheduler: false, ...changes.settings },
})

test('a hundred at once are all accepted, and run two at a time', async () => {
  const home = emptyHome()
  writeHook(home, 'd', '/d')
  let now = 0
  let most = 0
  const engine = await engineOf(
    home,
    setup({
      settings: { maxRuns: 2 },
      perform: async () => {
        most = Math.max(most, ++now)
        await new Promise((resolve) => setImmediate(resolve))
        now--
        return {}
      },
    }),
  )
  await engine.start('')
  const answers = await Promise.all(Array.from({ length: 100 }, () => engine.post('/d')))
  expect(answers.every((answer) => answer!.status === 202)).toBe(true)
  await until(() => engine.deliveries.stats().pending + engine.deliveries.stats().running === 0)
  expect(most).toBe(2)
  expect(new Set(engine.runs.map(({ start }) => start.deliveryId)).size).toBe(100)
  expect(engine.runs).toHaveLength(100)
  await engine.close()
})

test('a trigger has a limit of its own', async () => {
  const home = emptyHome()
  writeHook(home, 'one', '/one', { concurrency: 1 })
  writeHook(home, 'other', '/other')
  const gates: (() => void)[] = []
  const engine = await engineOf(
    home,
    setup({ perform: () => new Promise((resolve) => gates.push(() => resolve({}))) }),
  )
  await engine.start('')
  for (const path of ['/one', '/one', '/one', '/other']) await engine.post(path)
  await until(() => gates.length === 2)
  expect(engine.runs.map(({ start }) => start.target.name).sort()).toEqual(['one', 'other'])
  for (let count = 0; count < 4; count++) {
    const open = await until(() => gates.shift())
    open()
  }
  await until(() => engine.deliveries.list({ limit: 9, status: 'ok' }).length === 4)
  await engine.close()
})

test('what fails is tried again as often as its trigger wants, and then dead', async () => {
  const home = emptyHome()
  writeHook(home, 'd', '/d', { retry: { max_attempts: 3, initial_seconds: 0 } })
  const engine = await engineOf(
    home,
    setup({
      perform: async () => ({ status: 'failed', error: { code: 'SCRIPT_ERROR', message: 'x' } }),
    }),
  )
  await engine.start('')
  const { deliveryId } = (await engine.post('/d'))!
  await until(() => engine.deliveries.find(deliveryId!)!.status === 'dead')
  expect(engine.runs.map(attemptOf)).toEqual([1, 2, 3])
  expect(new Set(engine.runs.map(({ start }) => start.runId)).size).toBe(3)
  expect(engine.deliveries.find(deliveryId!)).toMatchObject({
    attempt: 3,
    error_code: 'SCRIPT_ERROR',
  })
  await engine.close()
})

function attemptOf({ drawer }: Started): number {
  return (drawer!.inputs['webhook'] as { attempt: number }).attempt
}

test('without a policy what failed stays failed, and can be replayed', async () => {
  const home = emptyHome()
  writeHook(home, 'd', '/d')
  const engine = await engineOf(
    home,
    setup({
      perform: async ({ start }) => {
        if (start.source === 'replay') return {}
        throw fail('STORAGE_ERROR', 'Cannot do it')
      },
    }),
  )
  await engine.start('')
  const { deliveryId } = (await engine.post('/d', { body: '{"a":1}' }))!
  await until(() => engine.deliveries.find(deliveryId!)!.status === 'failed')
  const copy = await engine.replay(deliveryId!)
  await until(() => engine.deliveries.find(copy)!.status === 'ok')
  const [first, second] = engine.runs.map(({ drawer }) => drawer!.inputs['webhook'] as object)
  expect(second).toEqual({ ...first, delivery_id: copy, replayed: true })
  await engine.close()
})

test('at its end a host gives back what still ran, and the next one runs it', async () => {
  const home = emptyHome()
  writeHook(home, 'd', '/d')
  const first = await engineOf(
    home,
    setup({
      perform: ({ start: { signal } }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve({ status: 'cancelled' }))
        }),
    }),
  )
  await first.start('')
  const { deliveryId } = (await first.post('/d'))!
  await until(() => first.runs[0])
  const patience = new AbortController()
  const drained = first.drain(patience.signal)
  // Accepted while it drains: safe, but for the next one.
  const later = (await first.post('/d'))!
  expect(later.status).toBe(202)
  patience.abort()
  await drained
  expect(first.runs).toHaveLength(1)
  await first.close()
  const second = await engineOf(home, setup())
  expect(second.deliveries.find(deliveryId!)).toMatchObject({ status: 'accepted', attempt: 1 })
  await second.start('')
  await until(() => second.deliveries.list({ limit: 9, status: 'ok' }).length === 2)
  expect(second.runs.map(attemptOf).sort()).toEqual([1, 2])
  await second.close()
})

test('draining waits for what runs', async () => {
  const home = emptyHome()
  writeHook(home, 'd', '/d')
  const gate = Promise.withResolvers<object>()
  const engine = await engineOf(home, setup({ perform: () => gate.promise }))
  await engine.start('')
  const { deliveryId } = (await engine.post('/d'))!
  await until(() => engine.runs[0])
  let drained = false
  const done = engine.drain(new AbortController().signal).then(() => (drained = true))
  await new Promise((resolve) => setImmediate(resolve))
  expect(drained).toBe(false)
  gate.resolve({})
  await done
  expect(engine.deliveries.find(deliveryId!)!.status).toBe('ok')
  await engine.close()
})

test('a run that takes too long is cancelled by its deadline', async () => {
  const home = emptyHome()
  writeHook(home, 'd', '/d', { timeout_seconds: 1 })
  const engine = await engineOf(
    home,
    setup({
      perform: ({ start: { signal } }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve({ status: 'cancelled' }))
        }),
    }),
  )
  await engine.start('')
  const { deliveryId } = (await engine.post('/d'))!
  await until(() => engine.deliveries.find(deliveryId!)!.status === 'cancelled')
  expect(engine.deliveries.find(deliveryId!)).toMatchObject({
    error_code: 'TIMEOUT',
    error_message: 'stopped after 1 s',
  })
  await engine.close()
})

test('a press for later keeps the run id it was promised', async () => {
  const home = emptyHome()
  const engine = await engineOf(home, setup())
  await engine.accept({
    runId: '0123456789abcdef',
    target: { kind: 'button', name: 'hello' },
    plan: { args: { a: '1' }, idempotency_key: 'k' },
  })
  await engine.start('')
  expect(await until(() => engine.runs[0])).toMatchObject({
    start: { runId: '0123456789abcdef', source: 'api' },
    press: { name: 'hello', args: { a: '1' }, idempotencyKey: 'k' },
  })
  await engine.close()
})

test('what another process put into the inbox is found without being told', async () => {
  const home = emptyHome()
  writeHook(home, 'd', '/d')
  const [idle, other] = [await engineOf(home, setup()), await engineOf(home, setup())]
  await idle.start('')
  await other.post('/d')
  await until(() => idle.runs[0])
  await Promise.all([idle.close(), other.close()])
})
