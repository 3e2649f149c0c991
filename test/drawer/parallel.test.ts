import { expect, test } from 'bun:test'
import type { DrawerRequest } from '#spec/drawerPress.ts'
import type { Step } from '#spec/steps.ts'
import { failing, openDrawerEngine, taking } from '../helpers/drawerEngine.ts'

/** Steps whose button says how long it takes and how it ends: `ok-50`, `fail-10`. */
async function run(steps: Partial<Step>[], request: Partial<DrawerRequest> = {}) {
  const names = steps.flatMap(({ button }) => button ?? [])
  const engine = openDrawerEngine({
    drawers: { main: { steps } },
    buttons: Object.fromEntries(names.map((name) => [name, {}])),
    press: async (press, clock) => {
      const [end, ms] = press.name.split('-')
      return taking(
        Number(ms),
        press,
        clock,
        end === 'fail' ? failing(press.name) : { stdout: '{"v":42}' },
      )
    },
  })
  const result = await engine.press('main', { mode: 'parallel', ...request })
  return { engine, result }
}

test('independent steps run side by side', async () => {
  const { engine, result } = await run([
    { id: 'a', button: 'ok-50' },
    { id: 'b', button: 'ok-50' },
  ])
  expect(result).toMatchObject({ status: 'ok', steps: [{ id: 'a' }, { id: 'b' }] })
  expect(engine.clock.monotonic()).toBe(50)
})

test('a step listed before what it reads sees it', async () => {
  const { engine, result } = await run([
    { id: 'b', button: 'ok-1', args: { x: '${a.output.v}' } },
    { id: 'a', button: 'ok-5' },
  ])
  expect(engine.presses.map(({ args }) => args)).toEqual([{}, { x: '42' }])
  expect(result.steps.map(({ id }) => id)).toEqual(['b', 'a'])
})

test('nobody waits for the slowest of a wave', async () => {
  const { engine } = await run([
    { id: 'slow', button: 'ok-100' },
    { id: 'quick', button: 'ok-10' },
    { id: 'next', button: 'ok-80', args: { x: '${quick.output.v}' } },
  ])
  expect(engine.clock.monotonic()).toBe(100)
})

test('never more at once than allowed', async () => {
  const steps = Array.from({ length: 6 }, (_, n) => ({ id: `s${n}`, button: 'ok-10' }))
  const { engine } = await run(steps, { concurrency: 2 })
  expect(engine.clock.monotonic()).toBe(30)
})

test('continue: everything that can run runs, what depends on the failure is listed', async () => {
  const { result } = await run(
    [
      { id: 'a', button: 'fail-10' },
      { id: 'b', button: 'ok-20' },
      { id: 'c', button: 'ok-1', args: { x: '${a.output}' } },
      { id: 'd', button: 'ok-1', args: { x: '${c.output}' } },
      { id: 'e', button: 'ok-1', args: { x: '${b.output.v}' } },
    ],
    { onFailure: 'continue' },
  )
  expect(result).toMatchObject({ status: 'failed', failed_step: 'a', skipped_steps: ['c', 'd'] })
  expect(result.steps.map(({ id, status }) => [id, status])).toEqual([
    ['a', 'error'],
    ['b', 'ok'],
    ['e', 'ok'],
  ])
})

test('stop: what runs is ended and called cancelled, the first failure in time is to blame', async () => {
  const { engine, result } = await run([
    { id: 'a', button: 'ok-100' },
    { id: 'b', button: 'fail-20' },
    { id: 'c', button: 'fail-10' },
    { id: 'd', button: 'ok-1', args: { x: '${a.output.v}' } },
  ])
  expect(result).toMatchObject({
    status: 'failed',
    failed_step: 'c',
    error: { message: 'fail-10' },
  })
  expect(result.steps.map(({ id, error }) => [id, error!.code])).toEqual([
    ['a', 'CANCELLED'],
    ['b', 'CANCELLED'],
    ['c', 'SCRIPT_ERROR'],
  ])
  expect(engine.clock.monotonic()).toBe(10)
})

test('a tolerated failure counts as done with null', async () => {
  const { engine, result } = await run([
    { id: 'a', button: 'fail-1', on_failure: { action: 'continue' } },
    { id: 'b', button: 'ok-1', args: { x: '${a.output}' } },
  ])
  expect(result.status).toBe('ok')
  expect(engine.presses[1]!.args).toEqual({ x: 'null' })
})

test('steps that wait for each other are found out before anything starts', async () => {
  const { engine, result } = await run([
    { id: 'a', button: 'ok-1', args: { x: '${b.output}' } },
    { id: 'b', button: 'ok-1', args: { x: '${a.output}' } },
    { id: 'c', button: 'ok-1' },
  ])
  expect(result).toMatchObject({
    status: 'failed',
    steps: [],
    error: { code: 'PARALLEL_DEADLOCK' },
  })
  expect(result.error!.message).toContain('a → b → a')
  expect(engine.presses).toEqual([])
})

test('a step sees what it waited for, and nothing else that happens to be there', async () => {
  const { engine } = await run(
    [
      {
        id: 'b',
        button: 'ok-1',
        args: { x: "${steps[inputs.name].output ?? 'none'}", y: '${c.output.v}' },
      },
      { id: 'a', button: 'ok-1' },
      { id: 'c', button: 'ok-10' },
    ],
    { inputs: { name: 'a' } },
  )
  expect(engine.presses.at(-1)!.args).toEqual({ x: 'none', y: '42' })
})

test('a thousand steps side by side', async () => {
  const steps = Array.from({ length: 1000 }, (_, n) => ({ id: `s${n}`, button: 'ok-8' }))
  const { engine, result } = await run(steps, { concurrency: 8 })
  expect(result.steps).toHaveLength(1000)
  expect(engine.clock.monotonic()).toBe(1000)
})
