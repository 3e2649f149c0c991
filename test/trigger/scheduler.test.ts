// Schedules and watches in a running engine: one process fires, the next one takes over.

import { expect, test } from 'bun:test'
import { rmSync } from 'node:fs'
import { openBunHost } from '#host/bun.ts'
import type { Clock } from '#host/host.ts'
import { type Home, homeWith, writeButton } from '../helpers/home.ts'
import { until } from '../helpers/program.ts'
import { engineOf } from '../helpers/triggers.ts'

function homeWithTrigger(trigger: Record<string, unknown>): Home {
  const home = homeWith({ buttons: {} })
  setTrigger(home, trigger)
  return home
}

function setTrigger(home: Home, trigger: Record<string, unknown>): void {
  const triggers = [{ id: 'aabbccdd', created_at: '2026-05-02T09:00:00Z', ...trigger }]
  writeButton(home, 'hello', { code: 'true', spec: { triggers } })
}

test('of two processes one fires, and the other takes over when it is gone', async () => {
  const home = homeWithTrigger({ kind: 'cron', schedule: '@every 1s', args: { a: 'b' } })
  const [one, two] = [await engineOf(home), await engineOf(home)]
  await one.start('127.0.0.1:1')
  await two.start('127.0.0.1:2')
  expect([one.scheduler, two.scheduler]).toEqual(['active', 'standby'])
  expect(JSON.parse(home.read('data/serve.lock'))).toMatchObject({
    pid: process.pid,
    addr: '127.0.0.1:1',
    instance: expect.any(String),
  })
  await until(() => one.counted.includes('fired hello'))
  expect(two.counted).not.toContain('fired hello')
  await one.close()
  await until(() => two.scheduler === 'active')
  await until(() => two.runs.some(({ start }) => start.source === 'cron'))
  const { press } = two.runs.find(({ start }) => start.source === 'cron')!
  expect(press).toMatchObject({ name: 'hello', args: { a: 'b' } })
  await two.close()
  // Every tick was fired once, whoever did it.
  const keys = [...one.runs, ...two.runs].map(({ start }) => start.deliveryId)
  expect(new Set(keys).size).toBe(keys.length)
})

test('a schedule that was changed on disk is followed', async () => {
  const home = homeWithTrigger({ kind: 'cron', schedule: '@yearly' })
  const engine = await engineOf(home)
  await engine.start('')
  expect(engine.listTriggers()).toHaveLength(1)
  setTrigger(home, { kind: 'cron', schedule: '@every 1s' })
  await until(() => engine.runs[0])
  expect(engine.counted).toContain('reloaded')
  rmSync(`${home.data}/buttons/hello`, { recursive: true })
  await until(() => engine.listTriggers().length === 0)
  await engine.close()
})

test('a watched file fires when it changes, not before', async () => {
  const home = homeWithTrigger({ kind: 'watch', path: './x.json' })
  home.write('work/x.json', '1')
  const engine = await engineOf(home)
  await engine.start('')
  expect(engine.runs).toEqual([])
  home.write('work/x.json', '{"longer": true}')
  const { start } = await until(() => engine.runs[0])
  expect(start).toMatchObject({ source: 'watch', target: { kind: 'button', name: 'hello' } })
  await engine.close()
})

test('a fire that would overlap is skipped when its trigger says so', async () => {
  const home = homeWithTrigger({ kind: 'cron', schedule: '@every 1s', overlap: 'skip' })
  const gate = Promise.withResolvers<object>()
  const engine = await engineOf(home, { perform: () => gate.promise })
  await engine.start('')
  await until(() => engine.counted.includes('skipped hello'))
  expect(engine.runs).toHaveLength(1)
  gate.resolve({})
  await engine.close()
})

test('a fire is a delivery of one attempt', async () => {
  const home = homeWithTrigger({ kind: 'cron', schedule: '@every 1s' })
  const never = () => new Promise<object>(() => {})
  const engine = await engineOf(home, { perform: never, instance: 'dies' })
  await engine.start('')
  await until(() => engine.runs[0])
  const [delivery] = engine.deliveries.list({ limit: 1, status: 'running' })
  expect(delivery).toMatchObject({ source: 'cron', max_attempts: 1 })
  await engine.drain(AbortSignal.abort())
})

test('without a scheduler nothing fires', async () => {
  const home = homeWithTrigger({ kind: 'cron', schedule: '@every 1s' })
  const engine = await engineOf(home, { settings: { scheduler: false } })
  await engine.start('')
  expect(engine.scheduler).toBe('off')
  await engine.close()
})

test('a clock that jumps ahead makes one fire of many', async () => {
  const home = homeWithTrigger({ kind: 'cron', schedule: '* * * * *' })
  const real = openBunHost().clock
  let ahead = 0
  const naps: (() => void)[] = []
  const clock: Clock = {
    ...real,
    now: () => real.now() + ahead,
    after: (ms, act) => (ms > 1000 ? (naps.push(act), () => {}) : real.after(ms, act)),
  }
  const engine = await engineOf(home, { clock })
  await engine.start('')
  await until(() => naps.length > 0)
  ahead = 3_600_000
  for (const wake of naps.splice(0)) wake()
  await until(() => engine.runs[0])
  expect(
    engine.deliveries.list({ limit: 9 }).filter(({ source }) => source === 'cron'),
  ).toHaveLength(1)
  await engine.close()
})
