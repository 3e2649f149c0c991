import { describe, expect, test } from 'bun:test'
import { limits } from '#spec/limits.ts'
import { openEngine } from '../helpers/engine.ts'
import { type Home, homeWith } from '../helpers/home.ts'

const runs = (home: Home) =>
  home.list('work').includes('runs') ? home.read('work/runs').split('\n').length - 1 : 0

const stored = (home: Home) => home.list('data/idempotency')

test('presses of one process with one key run once', async () => {
  const home = homeWith({ buttons: { job: 'echo run >> runs; echo $$' } })
  const engine = openEngine(home)
  const all = await Promise.all(
    Array.from({ length: 8 }, () => engine.press({ name: 'job', idempotencyKey: 'k' })),
  )
  expect(runs(home)).toBe(1)
  expect(new Set(all.map(({ stdout }) => stdout)).size).toBe(1)
  expect(all.filter(({ cached }) => !cached)).toHaveLength(1)
})

test('who waits for a key can be cancelled, and runs nothing', async () => {
  const home = homeWith({ buttons: { job: 'echo run >> runs' } })
  const engine = openEngine(home)
  const claim = (await engine.store.idempotency.tryClaim('k'))!
  const controller = new AbortController()
  const { tryClaim } = engine.store.idempotency
  engine.store.idempotency.tryClaim = async (key) => {
    controller.abort()
    return tryClaim(key)
  }
  const press = engine.press({ name: 'job', idempotencyKey: 'k', signal: controller.signal })
  await expect(press).rejects.toMatchObject({ code: 'CANCELLED' })
  claim.release()
  expect(runs(home)).toBe(0)
  expect(stored(home)).toEqual([])
})

test('a key is free again after whatever keeps its press from starting', async () => {
  const home = homeWith({ buttons: { job: { code: 'true', spec: { queue: { name: 'q' } } } } })
  home.write('data/queues', 'a file')
  const engine = openEngine(home)
  const press = engine.press({ name: 'job', idempotencyKey: 'k' })
  await expect(press).rejects.toMatchObject({ code: 'STORAGE_ERROR' })
  expect(stored(home)).toEqual([])
})

test('a cache that is taken away during a press does not cost its answer', async () => {
  const home = homeWith({ buttons: { job: 'rm -r "$BUTTONS_HOME/idempotency"; exit 3' } })
  const engine = openEngine(home)
  const result = await engine.press({ name: 'job', idempotencyKey: 'k' })
  expect(result).toMatchObject({ status: 'error', exit_code: 3 })
})

test('an answer too long to be read back is shortened rather than forgotten', async () => {
  const length = limits.idempotencyEntryBytes
  const home = homeWith({ buttons: { job: `echo run >> runs; head -c ${length} /dev/zero` } })
  const engine = openEngine(home)
  const first = await engine.press({ name: 'job', idempotencyKey: 'k' })
  expect(first.stdout).toHaveLength(length)
  const again = await engine.press({ name: 'job', idempotencyKey: 'k' })
  expect(again).toMatchObject({ cached: true, truncated: true, run_id: first.run_id })
  expect(again.stdout).toEndWith('[truncated]')
  expect(runs(home)).toBe(1)
})

describe('deleting a button', () => {
  test('drops its answers, expired ones too, and no others', async () => {
    const home = homeWith({ buttons: { one: 'echo 1', two: 'echo 2' } })
    const engine = openEngine(home)
    await engine.press({ name: 'one', idempotencyKey: 'a' })
    await engine.press({ name: 'two', idempotencyKey: 'c' })
    await engine.press({ name: 'one', idempotencyKey: 'b', idempotencyTtlMs: -1 })
    expect(await engine.store.idempotency.removeOf('one')).toBe(2)
    expect(stored(home)).toHaveLength(1)
    expect(await engine.press({ name: 'two', idempotencyKey: 'c' })).toMatchObject({ cached: true })
  })

  test('has nothing to drop where nothing was ever stored', async () => {
    const home = homeWith({ buttons: { one: 'true' } })
    expect(await openEngine(home).store.idempotency.removeOf('one')).toBe(0)
    expect(home.list('data')).not.toContain('idempotency')
  })
})

test('a large cache is tidied a little with each answer, and in the end wholly', async () => {
  const home = homeWith({ buttons: { job: 'true' } })
  const engine = openEngine(home)
  const { store } = engine
  for (let n = 0; n < 40; n++) {
    const claim = (await store.idempotency.tryClaim(`old ${n}`))!
    const result = await engine.press({ name: 'job', record: false })
    await claim.keep({ button: 'job', args: {}, ttlMs: n < 39 ? -1 : 60_000, result })
    claim.release()
  }
  let most = stored(home).length
  for (let n = 0; stored(home).length > 2 && n < 500; n++) {
    await engine.press({ name: 'job', idempotencyKey: 'mine', idempotencyTtlMs: -1 })
    expect(stored(home).length).toBeGreaterThanOrEqual(most - limits.idempotencyReaped)
    most = stored(home).length
  }
  expect(stored(home).length).toBeLessThanOrEqual(2)
})
