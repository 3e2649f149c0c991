import { describe, expect, test } from 'bun:test'
import { retryDelayMs } from '#core/drawer/run/backoff.ts'
import type { Backoff, Step } from '#spec/steps.ts'
import { failing, openDrawerEngine, type Setup, taking } from '../helpers/drawerEngine.ts'

function engineOf(step: Partial<Step>, more: Partial<Setup> = {}) {
  const steps = [{ id: 'a', ...step }]
  return openDrawerEngine({
    buttons: { boom: {}, slow: {}, fine: {} },
    press: (request, clock) =>
      request.name === 'boom'
        ? failing()
        : taking(request.name === 'slow' ? 10_000 : 1, request, clock),
    ...more,
    drawers: { main: { steps }, ...more.drawers },
  })
}

describe('the pause after attempt', () => {
  test.each<[number, Backoff | undefined, number]>([
    [1, undefined, 0],
    [1, { strategy: 'exponential' }, 0],
    [1, { strategy: 'exponential', initial_ms: 50, factor: 3 }, 50],
    [2, { strategy: 'exponential', initial_ms: 50, factor: 3 }, 150],
    [4, { strategy: 'exponential', initial_ms: 50 }, 400],
    [4, { strategy: 'exponential', initial_ms: 50, max_ms: 70 }, 70],
    [4, { strategy: 'fixed', initial_ms: 50, factor: 3 }, 50],
    [4, { strategy: 'whatever', initial_ms: 50 }, 50],
    [900, { strategy: 'exponential', initial_ms: 50, factor: 9 }, Number.MAX_SAFE_INTEGER],
  ])('%i with %j is %i ms', (n, backoff, expected) => {
    expect(retryDelayMs(backoff, n, 0.5)).toBe(expected)
  })

  test('lies between half and whole with jitter', () => {
    const backoff = { strategy: 'fixed', initial_ms: 100, jitter: true }
    expect(retryDelayMs(backoff, 1, 0)).toBe(50)
    expect(retryDelayMs(backoff, 1, 0.999)).toBeCloseTo(100, 0)
  })
})

test('three attempts with growing pauses', async () => {
  const engine = engineOf({
    button: 'boom',
    on_failure: {
      action: 'retry',
      max_attempts: 3,
      backoff: { strategy: 'exponential', initial_ms: 50, factor: 3 },
    },
  })
  const result = await engine.press('main')
  expect(engine.presses).toHaveLength(3)
  expect(engine.clock.monotonic()).toBe(200)
  expect(result).toMatchObject({ status: 'failed', failed_step: 'a', steps: [{ attempts: 3 }] })
  expect(engine.events.map(({ type }) => type)).toEqual([
    'run.started',
    'step.started',
    'attempt.failed',
    'attempt.started',
    'attempt.failed',
    'attempt.started',
    'step.finished',
    'run.finished',
    'run.recorded',
  ])
})

test('an error that is not listed is not tried again', async () => {
  const engine = engineOf({
    button: 'boom',
    on_failure: { action: 'retry', max_attempts: 3, retry_on: ['TIMEOUT'] },
  })
  const result = await engine.press('main')
  expect(engine.presses).toHaveLength(1)
  expect(result.steps[0]).not.toHaveProperty('attempts')
})

test('a later attempt that succeeds is a step that succeeded', async () => {
  let attempt = 0
  const engine = engineOf(
    { button: 'boom', on_failure: { action: 'retry', max_attempts: 3 } },
    { press: () => (++attempt < 2 ? failing() : 'fine') },
  )
  expect(await engine.press('main')).toMatchObject({
    status: 'ok',
    steps: [{ attempts: 2, output: 'fine', status: 'ok' }],
  })
})

test('a press that had no slot in time is tried again', async () => {
  const engine = engineOf(
    { button: 'boom', on_failure: { action: 'retry', max_attempts: 2, retry_on: ['TIMEOUT'] } },
    { press: () => ({ status: 'timeout', exit_code: -1, error_type: 'TIMEOUT' }) },
  )
  const result = await engine.press('main')
  expect(result.steps[0]).toMatchObject({ status: 'timeout', exit_code: -1, attempts: 2 })
})

const loop = (step: Partial<Step>): Partial<Step> => ({
  kind: 'for_each',
  over: '[1]',
  steps: [{ id: 'x', ...step }],
})
const choice = (step: Partial<Step>): Partial<Step> => ({
  kind: 'switch',
  cases: [{ when: 'true', steps: [{ id: 'x', ...step }] }],
})
const child = (step: Partial<Step>) => ({ drawers: { child: { steps: [{ id: 'x', ...step }] } } })
const sub: Partial<Step> = { kind: 'drawer', drawer: 'child' }

describe('what holds for every kind:', () => {
  const failingKinds: [string, Partial<Step>, Partial<Setup>][] = [
    ['for_each', loop({ button: 'boom' }), {}],
    ['switch', choice({ button: 'boom' }), {}],
    ['drawer', sub, child({ button: 'boom' })],
    ['button', { button: 'boom' }, {}],
  ]
  const working: [string, Partial<Step>, Partial<Setup>][] = [
    ['aggregate', { kind: 'aggregate', from: '[{}]', pluck: 'item.x' }, {}],
    ['split', { kind: 'split', over: '7', size: 1 }, {}],
    ['batch', { kind: 'batch', over: 'inputs.gone', size: 1 }, {}],
    ['merge', { kind: 'merge', inputs: { a: { x: 1 }, b: { x: 2 } }, on_conflict: 'error' }, {}],
    ['transform', { kind: 'transform', fields: { x: '${1 / 0}' } }, {}],
  ]
  test.each([...failingKinds, ...working])('a failed %s is tolerated', async (_, step, more) => {
    const engine = engineOf({ ...step, on_failure: { action: 'continue' } }, more)
    const result = await engine.press('main')
    expect(result.status).toBe('ok')
    expect(result.steps[0]).toHaveProperty('error')
    expect(
      engine.events.find(({ type, key }) => type === 'step.finished' && key === 'a'),
    ).toMatchObject({
      verdict: 'tolerated',
    })
  })

  test.each(failingKinds)(
    'a failed %s is tried again, and everything in it',
    async (_, step, more) => {
      const engine = engineOf({ ...step, on_failure: { action: 'retry', max_attempts: 2 } }, more)
      const result = await engine.press('main')
      expect(result.steps[0]).toMatchObject({ attempts: 2 })
      expect(engine.presses).toHaveLength(2)
    },
  )

  const slowKinds: [string, Partial<Step>, Partial<Setup>][] = [
    ['for_each', loop({ button: 'slow' }), {}],
    ['switch', choice({ button: 'slow' }), {}],
    ['drawer', sub, child({ button: 'slow' })],
    ['wait', { kind: 'wait', duration: '1h' }, {}],
  ]
  test.each(slowKinds)('a %s ends at its deadline', async (_, step, more) => {
    const engine = engineOf({ ...step, timeout_seconds: 2 }, more)
    const result = await engine.press('main')
    expect(result).toMatchObject({
      status: 'failed',
      error: { code: 'TIMEOUT', message: 'Stopped step "a" after 2 s' },
    })
    expect(result.steps[0]).toMatchObject({ status: 'timeout', duration_ms: 2000 })
    expect(engine.clock.monotonic()).toBe(2000)
    expect(engine.pressing.size).toBe(0)
  })

  test.each(slowKinds)('every attempt at a %s has the whole deadline', async (_, step, more) => {
    const on_failure = { action: 'retry', max_attempts: 3, retry_on: ['TIMEOUT'] }
    const engine = engineOf({ ...step, timeout_seconds: 2, on_failure }, more)
    const result = await engine.press('main')
    expect(result.steps[0]).toMatchObject({ attempts: 3, status: 'timeout' })
    expect(engine.clock.monotonic()).toBe(6000)
  })
})

test('a tolerated deadline gives null', async () => {
  const engine = engineOf({
    kind: 'wait',
    duration: '1h',
    timeout_seconds: 1,
    on_failure: { action: 'continue' },
  })
  expect(await engine.press('main')).toMatchObject({ status: 'ok', steps: [{ status: 'timeout' }] })
})

test('the mistake inside a switch stays a mistake', async () => {
  const engine = engineOf({ ...choice({ button: 'gone' }), on_failure: { action: 'continue' } })
  expect(await engine.press('main')).toMatchObject({
    status: 'failed',
    error: { code: 'BUTTON_NOT_FOUND' },
  })
})
