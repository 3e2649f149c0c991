import { describe, expect, test } from 'bun:test'
import { readDrawerFile } from '#core/drawer/read.ts'
import type { Step } from '#spec/steps.ts'
import { failing, openDrawerEngine, type Setup, taking } from '../helpers/drawerEngine.ts'

function engineOf(step: Partial<Step>, more: Partial<Setup> = {}) {
  return openDrawerEngine({
    buttons: { work: {}, boom: {} },
    ...more,
    drawers: { main: { steps: [{ id: 'a', ...step }] }, ...more.drawers },
  })
}

async function outputOf(step: Partial<Step>, inputs: Record<string, unknown> = {}) {
  const { steps, error } = await engineOf(step).press('main', { inputs })
  return error ?? steps[0]!.output
}

const press = (args: Record<string, unknown> = {}): Step[] => [{ id: 'x', button: 'work', args }]

describe('for_each', () => {
  test('runs its body once per item, results in the order of the items', async () => {
    const output = await outputOf(
      { kind: 'for_each', over: '${inputs.l}', as: 'n', steps: press({ n: '${n}' }) },
      { l: ['a', 'b', 'c'] },
    )
    expect(output).toEqual({
      results: ['a', 'b', 'c'].map((item, index) => ({
        index,
        item,
        failed: false,
        steps: { x: { status: 'ok', output: null, error: null } },
      })),
      total: 3,
    })
  })

  test('steps of a body see each other, and nothing of the item before', async () => {
    const steps: Step[] = [
      {
        id: 'before',
        kind: 'transform',
        fields: { v: 'item', seen: "${steps['after'].output ?? 'none'}" },
      },
      { id: 'after', kind: 'transform', fields: { v: '${before.output.seen}${item}' } },
    ]
    const output = await outputOf({ kind: 'for_each', over: '[1, 2]', steps })
    expect(output).toMatchObject({
      results: [
        { steps: { after: { output: { v: 'none1' } } } },
        { steps: { after: { output: { v: 'none2' } } } },
      ],
    })
  })

  test('four items at a time take the time of one', async () => {
    const engine = engineOf(
      { kind: 'for_each', over: '[0, 1, 2, 3]', parallelism: 4, steps: press() },
      { press: (request, clock) => taking(400, request, clock) },
    )
    const { steps } = await engine.press('main')
    expect(engine.clock.monotonic()).toBe(400)
    const { results } = steps[0]!.output as { results: { index: number }[] }
    expect(results.map(({ index }) => index)).toEqual([0, 1, 2, 3])
    expect(steps[0]!.duration_ms).toBe(400)
  })

  test('an empty list and an empty body are done', async () => {
    expect(await outputOf({ kind: 'for_each', over: '[]', steps: press() })).toEqual({
      results: [],
      total: 0,
    })
    expect(await outputOf({ kind: 'for_each', over: '[1]' })).toEqual({
      results: [{ index: 0, item: 1, failed: false, steps: {} }],
      total: 1,
    })
  })

  const over = '[0, 1, 2, 3]'
  const body: Step[] = [{ id: 'x', button: 'work', args: { n: '${item}' } }]
  const third: Setup['press'] = ({ args }) => (args['n'] === '1' ? failing('no') : '')

  test('serial: ends at the first failure, results end there', async () => {
    const engine = engineOf({ kind: 'for_each', over, steps: body }, { press: third! })
    const result = await engine.press('main')
    expect(result.error).toEqual({
      code: 'FOREACH_ITEM_FAILED',
      message: 'iteration 1 failed: step "x": SCRIPT_ERROR: no',
      cause: { code: 'SCRIPT_ERROR', message: 'no' },
    })
    expect(result.steps[0]!.output).toMatchObject({
      results: [{ failed: false }, { failed: true, steps: { x: { status: 'error' } } }],
      total: 4,
      completed: 2,
    })
    expect(engine.presses).toHaveLength(2)
  })

  test('continue: all run, and the step is fine', async () => {
    for (const parallelism of [1, 3]) {
      const engine = engineOf(
        { kind: 'for_each', over, parallelism, on_item_failure: 'continue', steps: body },
        { press: third! },
      )
      const result = await engine.press('main')
      expect(result.status).toBe('ok')
      const { results } = result.steps[0]!.output as { results: { failed: boolean }[] }
      expect(results.map(({ failed }) => failed)).toEqual([false, true, false, false])
    }
  })

  test('parallel: the first failure in time ends the others, and nothing else begins', async () => {
    const engine = engineOf(
      { kind: 'for_each', over: '[0, 1, 2, 3, 4, 5]', parallelism: 3, steps: body },
      {
        press: async (request, clock) => {
          const n = Number(request.args['n'])
          return taking([900, 50, 900][n] ?? 1, request, clock, n === 1 ? failing('no') : {})
        },
      },
    )
    const result = await engine.press('main')
    expect(result.error!.message).toStartWith('iteration 1 failed')
    const { results, completed } = result.steps[0]!.output as {
      results: unknown[]
      completed: number
    }
    expect(results).toMatchObject([
      { failed: true, steps: { x: { status: 'failed', error: { code: 'CANCELLED' } } } },
      { failed: true, steps: { x: { status: 'error', error: { code: 'SCRIPT_ERROR' } } } },
      { failed: true, steps: { x: { error: { code: 'CANCELLED' } } } },
      null,
      null,
      null,
    ])
    expect(completed).toBe(3)
    expect(engine.presses).toHaveLength(3)
    expect(engine.clock.monotonic()).toBe(50)
  })

  test('errors of items can be read by later steps', async () => {
    const engine = openDrawerEngine({
      drawers: {
        main: {
          steps: [
            {
              id: 'each',
              kind: 'for_each',
              over: '[0, 1]',
              on_item_failure: 'continue',
              steps: [{ id: 'my-step', button: 'work', args: { n: '${item}' } }],
            },
            {
              id: 'b',
              kind: 'transform',
              fields: {
                none: '${each.output.results[0].steps.my-step.error}',
                code: '${each.output.results[1].steps.my-step.error.code}',
                total: '${each.output.total + 1}',
              },
            },
          ],
        },
      },
      buttons: { work: {} },
      press: third!,
    })
    const { steps } = await engine.press('main')
    expect(steps[1]!.output).toEqual({ none: null, code: 'SCRIPT_ERROR', total: 3 })
  })

  test('ten thousand items are one step', async () => {
    const engine = engineOf({ kind: 'for_each', over: 'inputs.l', parallelism: 8, steps: press() })
    const l = Array.from({ length: 10_000 }, (_, n) => n)
    const { steps } = await engine.press('main', { inputs: { l } })
    expect(steps[0]!.output).toMatchObject({ total: 10_000 })
    expect(engine.presses).toHaveLength(10_000)
  })
})

describe('switch', () => {
  const cases = [
    { when: "inputs.env == 'prod'", id: 'prod-case', steps: press({ n: 'p' }) },
    { when: "${inputs.env == 'staging'}", steps: press({ n: 's' }) },
  ]
  test.each([
    ['prod', 'prod-case', 'p'],
    ['staging', 'case-1', 's'],
    ['other', 'default', 'd'],
  ])('%s chooses %s', async (env, matched, pressed) => {
    const engine = engineOf({ kind: 'switch', cases, steps: press({ n: 'd' }) })
    const { steps } = await engine.press('main', { inputs: { env } })
    expect(engine.presses.map(({ args }) => args['n']!)).toEqual([pressed])
    expect(steps[0]!.output).toEqual({
      matched,
      steps: { x: { status: 'ok', output: null, error: null } },
    })
  })

  test('nothing that fits is fine', async () => {
    expect(await outputOf({ kind: 'switch', cases }, { env: 'x' })).toEqual({
      matched: '',
      steps: {},
    })
  })

  test('the error of a step inside is the error of the switch, its output stays', async () => {
    const engine = engineOf({ kind: 'switch', steps: press() }, { press: () => failing() })
    const { steps, error } = await engine.press('main')
    expect(error).toEqual({ code: 'SCRIPT_ERROR', message: 'boom' })
    expect(steps[0]).toMatchObject({ status: 'failed', output: { matched: 'default' } })
  })
})

test('aggregate takes one value out of every item', async () => {
  const engine = openDrawerEngine({
    drawers: {
      main: {
        steps: [
          {
            id: 'each',
            kind: 'for_each',
            over: '[1, 2, 3]',
            steps: [{ id: 'd', kind: 'transform', fields: { v: '${item * 2}' } }],
          },
          {
            id: 'sum',
            kind: 'aggregate',
            from: 'each.output.results',
            pluck: 'item.steps.d.output.v',
          },
        ],
      },
    },
  })
  const { steps } = await engine.press('main')
  expect(steps[1]!.output).toEqual({ values: [2, 4, 6], count: 3 })
})

describe('wait', () => {
  test.each<[Partial<Step>, number, string]>([
    [{ duration: '200ms' }, 200, '2026-05-02T09:00:00Z'],
    [{ duration: '90s' }, 90_000, '2026-05-02T09:01:30Z'],
    [{ duration: "${duration('90s')}" }, 90_000, '2026-05-02T09:01:30Z'],
    [{ duration: '${inputs.n}s' }, 2000, '2026-05-02T09:00:02Z'],
    [{ duration: '0' }, 0, '2026-05-02T09:00:00Z'],
    [{ duration: '-5s' }, 0, '2026-05-02T09:00:00Z'],
    [{ until: '2026-05-02T11:00:03.5+02:00' }, 3500, '2026-05-02T09:00:03Z'],
    [{ until: "${timestamp('2026-05-02T09:00:04Z')}" }, 4000, '2026-05-02T09:00:04Z'],
    [{ until: '2020-01-01T00:00:00Z' }, 0, '2020-01-01T00:00:00Z'],
    [{ duration: '1s', until: 'nonsense' }, 1000, '2026-05-02T09:00:01Z'],
    [{ duration: '2000h' }, 7_200_000_000, '2026-07-24T17:00:00Z'],
  ])('%j takes %i ms', async (step, waited_ms, until) => {
    const engine = engineOf({ kind: 'wait', ...step })
    const { steps } = await engine.press('main', { inputs: { n: 2 } })
    expect(steps[0]).toMatchObject({
      status: 'ok',
      duration_ms: waited_ms,
      output: { waited_ms, until },
    })
    expect(engine.clock.monotonic()).toBe(waited_ms)
  })

  test.each([
    { duration: '5' },
    { duration: '1d' },
    { until: '2026-05-02' },
    { until: '2026-02-30T00:00:00Z' },
  ])('%j cannot be read', async (step) => {
    expect(await outputOf({ kind: 'wait', ...step })).toMatchObject({ code: 'VALIDATION_ERROR' })
  })
})

describe('split', () => {
  test.each<[Partial<Step>, number[][]]>([
    [{ size: 2 }, [[1, 2], [3, 4], [5]]],
    [{ size: 9 }, [[1, 2, 3, 4, 5]]],
    [
      { chunks: 2 },
      [
        [1, 2, 3],
        [4, 5],
      ],
    ],
    [{ chunks: 4 }, [[1, 2], [3], [4], [5]]],
    [{ chunks: 9 }, [[1], [2], [3], [4], [5]]],
    [{ size: 4, chunks: 5 }, [[1, 2, 3, 4], [5]]],
  ])('%j', async (step, chunks) => {
    const output = await outputOf({ kind: 'split', over: '[1, 2, 3, 4, 5]', ...step })
    expect(output).toEqual({ chunks, count: chunks.length })
  })

  test.each([{}, { size: 0 }, { chunks: -1 }])('%j cannot work', async (step) => {
    const output = await outputOf({ kind: 'split', over: '[1]', ...step })
    expect(output).toMatchObject({ code: 'VALIDATION_ERROR' })
  })

  test('nothing makes no chunks', async () => {
    expect(await outputOf({ kind: 'split', over: '[]', chunks: 3 })).toEqual({
      chunks: [],
      count: 0,
    })
  })
})

describe('batch', () => {
  const at = (minute: number) => `2026-05-02T09:${String(minute).padStart(2, '0')}:00Z`
  test.each<[string, Partial<Step>, number[], number[][]]>([
    ['by number', { size: 2 }, [0, 0, 0], [[0, 0], [0]]],
    ['by time', { within: '5m', at: 'item.t' }, [0, 2, 5, 6, 20], [[0, 2], [5, 6], [20]]],
    ['by both', { size: 2, within: '5m', at: '${item.t}' }, [0, 1, 2, 9], [[0, 1], [2], [9]]],
  ])('%s', async (_, step, minutes, batches) => {
    const l = minutes.map((minute) => ({ t: at(minute), minute }))
    const output = (await outputOf({ kind: 'batch', over: 'inputs.l', ...step }, { l })) as {
      batches: { minute: number }[][]
      count: number
    }
    expect(output.batches.map((batch) => batch.map(({ minute }) => minute))).toEqual(batches)
    expect(output.count).toBe(batches.length)
  })

  test.each([{}, { size: 0 }, { within: '5m' }])('%j cannot work', async (step) => {
    expect(await outputOf({ kind: 'batch', over: '[1]', ...step })).toMatchObject({
      code: 'VALIDATION_ERROR',
    })
  })

  test('a time that is none is named by its item', async () => {
    const output = await outputOf({ kind: 'batch', over: "['x']", within: '5m', at: 'item' })
    expect(output).toMatchObject({
      code: 'RESOLVE_ERROR',
      message: expect.stringContaining('item 0'),
    })
  })
})

describe('merge', () => {
  const inputs = { b: { x: 2, y: 1 }, a: { x: 1, z: [1] }, c: null }
  test.each<[string | undefined, unknown]>([
    [undefined, { x: 2, z: [1], y: 1 }],
    ['last', { x: 2, z: [1], y: 1 }],
    ['first', { x: 1, z: [1], y: 1 }],
    ['list', { x: [1, 2], z: [1], y: 1 }],
  ])('on_conflict %s', async (on_conflict, merged) => {
    const step = { kind: 'merge', inputs, ...(on_conflict !== undefined && { on_conflict }) }
    expect(await outputOf(step)).toEqual(merged)
  })

  test('error names both, and equal values are no conflict', async () => {
    expect(await outputOf({ kind: 'merge', inputs, on_conflict: 'error' })).toMatchObject({
      code: 'VALIDATION_ERROR',
      message: 'Cannot merge "a" and "b": both have "x"',
    })
    const equal = { a: { x: { p: 1, q: 2 } }, b: { x: { q: 2, p: 1 } } }
    expect(await outputOf({ kind: 'merge', inputs: equal, on_conflict: 'error' })).toEqual({
      x: { p: 1, q: 2 },
    })
  })

  test('lists are put end to end in the order of names', async () => {
    expect(
      await outputOf({ kind: 'merge', inputs: { b: [3], a: '${inputs.l}' } }, { l: [1, 2] }),
    ).toEqual([1, 2, 3])
  })

  test.each([[{ a: [1], b: {} }], [{ a: 7 }]])('%j cannot be merged', async (values) => {
    expect(await outputOf({ kind: 'merge', inputs: values })).toMatchObject({
      code: 'VALIDATION_ERROR',
    })
  })
})

test('transform resolves an object of expressions', async () => {
  const fields = { n: '${inputs.n + 1}', text: 'n=${inputs.n}', deep: { l: ['${inputs.n}', 'x'] } }
  expect(await outputOf({ kind: 'transform', fields }, { n: 1 })).toEqual({
    n: 2,
    text: 'n=1',
    deep: { l: [1, 'x'] },
  })
})

test('files with the new kinds load where they are not known', () => {
  expect(readDrawerFile({ schema_version: 2, steps: [{ id: 'a', kind: 'approve' }] }, 'x').ok).toBe(
    true,
  )
})
