// The promise of the journal: wherever a run is cut off, going on from the events there were gives
// what the undisturbed run gave, and nothing that had finished is done again.

import { expect, test } from 'bun:test'
import fc from 'fast-check'
import type { RunEvent } from '#spec/drawerEvents.ts'
import type { DrawerError, DrawerResult } from '#spec/drawerPress.ts'
import type { PressRequest } from '#spec/press.ts'
import { failing, openDrawerEngine, taking } from '../helpers/drawerEngine.ts'

type Json = Record<string, unknown>

/** Random steps of every kind that does something; ids are unique side by side. */
const bodies: fc.Memo<Json[]> = fc.memo((depth) =>
  fc.array(step(depth), { minLength: depth > 1 ? 1 : 0, maxLength: 4 }).map(withIds),
)

function withIds(steps: Json[]): Json[] {
  return steps.map((one, n) => ({ ...one, id: `${String(one['kind']).slice(0, 3)}-${n}` }))
}

const policy = fc.constantFrom<Json | undefined>(
  undefined,
  undefined,
  { action: 'continue' },
  {
    action: 'retry',
    max_attempts: 3,
    backoff: { strategy: 'exponential', initial_ms: 5, jitter: true },
  },
)

function step(depth: number): fc.Arbitrary<Json> {
  const press = fc.record({
    kind: fc.constant('button'),
    button: fc.constantFrom('fine', 'fine', 'fine', 'flaky', 'broken'),
    on_failure: policy,
  })
  const wait = fc.record({
    kind: fc.constant('wait'),
    duration: fc.constantFrom('0', '3ms', '40ms'),
  })
  const transform = fc.record({
    kind: fc.constant('transform'),
    fields: fc.constant({ n: '${inputs.n}' }),
  })
  if (depth <= 1) return fc.oneof({ weight: 4, arbitrary: press }, wait, transform)
  const inner = bodies(depth - 1)
  const loop = fc.record({
    kind: fc.constant('for_each'),
    over: fc.constant('inputs.list'),
    parallelism: fc.integer({ min: 1, max: 3 }),
    steps: inner,
    on_failure: policy,
  })
  const choice = fc.record({
    kind: fc.constant('switch'),
    cases: fc.tuple(inner, inner).map(([a, b]) => [
      { when: 'inputs.n == 1', id: 'one', steps: a },
      { when: 'inputs.n == 2', steps: b },
    ]),
    steps: inner,
    on_failure: policy,
  })
  const nested = fc.record({
    kind: fc.constant('drawer'),
    drawer: fc.constant('child'),
    args: fc.constant({ n: '${inputs.n + 1}', list: '${inputs.list}' }),
    on_failure: policy,
  })
  return fc.oneof({ weight: 4, arbitrary: press }, wait, transform, loop, choice, nested)
}

// In a parallel loop that stops, what the others had done by then depends on the moment.
function deterministic(steps: Json[]): Json[] {
  return steps.map((one) => ({
    ...one,
    ...(one['kind'] === 'for_each' && {
      on_item_failure: (one['parallelism'] as number) > 1 ? 'continue' : 'stop',
    }),
    ...(Array.isArray(one['steps']) && { steps: deterministic(one['steps'] as Json[]) }),
    ...(Array.isArray(one['cases']) && {
      cases: (one['cases'] as Json[]).map((c) => ({
        ...c,
        steps: deterministic(c['steps'] as Json[]),
      })),
    }),
  }))
}

const programs = fc
  .record({
    main: bodies(3),
    child: fc.array(step(1), { maxLength: 3 }).map(withIds),
    handler: fc.boolean(),
    inputs: fc.record({
      n: fc.integer({ min: 0, max: 2 }),
      list: fc.array(fc.nat(9), { maxLength: 4 }),
    }),
    parallel: fc.boolean(),
  })
  .map(({ main, child, handler, ...rest }) => ({
    ...rest,
    drawers: {
      main: {
        steps: deterministic(main),
        return: { n: '${inputs.n}' },
        ...(handler && { on_error: { drawer: 'rescue', with: { why: '${error.code}' } } }),
      },
      child: { steps: deterministic(child), return: { made: '${inputs.n}' } },
      rescue: { steps: [{ id: 'note', button: 'fine' }] },
    },
  }))

/** The world outside, which no crash undoes: what fails once only, has failed in the past already. */
function openWorld(past: readonly RunEvent[]) {
  const failed = new Set<string>()
  for (const event of past) {
    if (event.type === 'attempt.failed') failed.add(stable(event.key))
    if (event.type === 'step.finished' && event.verdict !== 'ok') failed.add(stable(event.key))
  }
  return async (request: PressRequest, clock: Parameters<typeof taking>[2]) => {
    const key = keyOf(request)
    const stdout = `{"key":"${key}"}`
    const result = await taking((key.length * 7) % 11, request, clock, { stdout })
    if (result.status === 'cancelled' || request.name === 'fine') return result
    const fails = request.name === 'broken' || !failed.has(key)
    failed.add(key)
    return fails ? failing() : result
  }
}

const stable = (key: string) => key.replace(/#\d+/g, '')

const keyOf = ({ variables }: PressRequest) => variables!['BUTTONS_STEP']!

type Program = typeof programs extends fc.Arbitrary<infer P> ? P : never

function openProcess(program: Program, past: readonly RunEvent[]) {
  return openDrawerEngine({
    drawers: program.drawers,
    buttons: { fine: {}, flaky: {}, broken: {} },
    press: openWorld(past),
  })
}

/** A result without what depends on the moment: times, and which of several failures came first. */
function timeless(value: unknown, parallel: boolean): unknown {
  const dropped = [
    'duration_ms',
    'waited_ms',
    'until',
    'started_at',
    'finished_at',
    'nested_run_id',
  ]
  if (parallel) dropped.push('failed_step', 'error')
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => (dropped.includes(key) ? undefined : inner)),
  )
}

test('a run cut off anywhere and gone on with ends as if nothing had happened', async () => {
  await fc.assert(
    fc.asyncProperty(
      programs,
      fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
      async (program, cuts) => {
        const { inputs, parallel } = program
        const request = {
          inputs,
          ...(parallel && { mode: 'parallel' as const, onFailure: 'continue' as const }),
        }
        const undisturbed = openProcess(program, [])
        const expected = await undisturbed.press('main', request)

        let past: RunEvent[] = []
        let result: DrawerResult | undefined
        let records = 0
        // Cut off several times over; the last process may finish.
        for (const cut of [...cuts, undefined]) {
          const process = openProcess(program, past)
          const before = past
          result = await process.press('main', past.length === 0 ? request : { past })
          const finished = new Set(
            before.filter(({ type }) => type === 'step.finished').map(({ key }) => stable(key)),
          )
          const again = process.presses.map(keyOf).filter((key) => finished.has(key))
          expect(again.filter((key) => !hasLaterAttempt(key, before, process.events))).toEqual([])
          const length =
            cut === undefined ? process.events.length : cut % (process.events.length + 1)
          past = [...before, ...process.events.slice(0, length)]
          if (past.length === 0) break
          records = past.filter(({ type }) => type === 'run.recorded').length
        }
        if (past.length === 0) return
        expect(timeless(result, parallel)).toEqual(
          timeless({ ...expected, run_id: result!.run_id }, parallel),
        )
        expect(records).toBe(undisturbed.records.length)
      },
    ),
    { numRuns: 1000 },
  )
}, 60_000)

// A container that is tried again does everything in it again, under the same names.
function hasLaterAttempt(
  key: string,
  before: readonly RunEvent[],
  now: readonly RunEvent[],
): boolean {
  return [...before, ...now].some(
    (event) =>
      event.type === 'attempt.failed' &&
      key !== stable(event.key) &&
      key.startsWith(stable(event.key)),
  )
}

test('the culprit of a resumed run is the step that failed first, not the first in the file', async () => {
  const setup = {
    drawers: {
      main: {
        steps: [
          { id: 'slow', button: 'slow' },
          { id: 'quick', button: 'quick' },
        ],
      },
    },
    buttons: { slow: {}, quick: {} },
    press: (request: PressRequest, clock: Parameters<typeof taking>[2]) =>
      taking(request.name === 'slow' ? 50 : 5, request, clock, failing(request.name)),
  }
  const first = openDrawerEngine(setup)
  await first.press('main', { mode: 'parallel', onFailure: 'continue' })
  const cut = first.events.findIndex(({ type, key }) => type === 'step.finished' && key === 'slow')
  const second = openDrawerEngine(setup)
  const result = await second.press('main', { past: first.events.slice(0, cut + 1) })
  expect(result).toMatchObject({ status: 'failed', failed_step: 'quick' } as Partial<DrawerResult>)
  expect(result.error as DrawerError).toMatchObject({ message: 'quick' })
  expect(second.presses).toEqual([])
})

test('siblings of a failure that were under way when the process died end as cancelled', async () => {
  const setup = {
    drawers: {
      main: {
        steps: [
          { id: 'slow', button: 'slow' },
          { id: 'quick', button: 'quick' },
        ],
      },
    },
    buttons: { slow: {}, quick: {} },
    press: (request: PressRequest, clock: Parameters<typeof taking>[2]) =>
      taking(request.name === 'slow' ? 50 : 5, request, clock, failing(request.name)),
  }
  const first = openDrawerEngine(setup)
  await first.press('main', { mode: 'parallel' })
  const cut = first.events.findIndex(({ type, key }) => type === 'step.finished' && key === 'quick')
  const second = openDrawerEngine(setup)
  const result = await second.press('main', { past: first.events.slice(0, cut + 1) })
  expect(result).toMatchObject({ status: 'failed', failed_step: 'quick' })
  expect(result.steps.map(({ id, error }) => [id, error?.code])).toEqual([
    ['slow', 'CANCELLED'],
    ['quick', 'SCRIPT_ERROR'],
  ])
  expect(second.presses).toEqual([])
})

test('a resumed wait ends when it would have ended', async () => {
  const setup = { drawers: { main: { steps: [{ id: 'w', kind: 'wait', duration: '1h' }] } } }
  const first = openDrawerEngine(setup)
  await first.press('main')
  const cut = first.events.findIndex(({ type }) => type === 'wait.started')
  const second = openDrawerEngine(setup)
  second.clock.at(1_800_000, () => {})
  await second.clock.until(second.clock.sleep(1_800_000))
  const result = await second.press('main', { past: first.events.slice(0, cut + 1) })
  expect(result.steps[0]!.output).toEqual({ waited_ms: 3_600_000, until: '2026-05-02T10:00:00Z' })
  expect(second.clock.monotonic()).toBe(3_600_000)
})

test('a branch that was chosen stays chosen', async () => {
  const drawer = (when: string) => ({
    steps: [
      {
        id: 's',
        kind: 'switch',
        cases: [{ when, id: 'yes', steps: [{ id: 'x', button: 'fine' }] }],
        steps: [{ id: 'y', button: 'fine' }],
      },
    ],
  })
  const first = openDrawerEngine({ drawers: { main: drawer('true') }, buttons: { fine: {} } })
  await first.press('main')
  const cut = first.events.findIndex(({ type }) => type === 'branch.chosen')
  const second = openDrawerEngine({ drawers: { main: drawer('false') }, buttons: { fine: {} } })
  const result = await second.press('main', { past: first.events.slice(0, cut + 1) })
  expect(result.steps[0]!.output).toMatchObject({ matched: 'yes' })
})
