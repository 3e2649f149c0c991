import { describe, expect, test } from 'bun:test'
import type { Step } from '#spec/steps.ts'
import { failing, openDrawerEngine, type Setup } from '../helpers/drawerEngine.ts'

const echo: Setup['press'] = ({ args }) => ({ stdout: JSON.stringify(args) })

function engineOf(steps: Partial<Step>[], more: Partial<Setup> & { drawer?: object } = {}) {
  const { drawer, ...setup } = more
  return openDrawerEngine({
    buttons: { echo: {}, boom: {} },
    press: (request, clock) => (request.name === 'boom' ? failing() : echo!(request, clock)),
    ...setup,
    drawers: { main: { steps, ...drawer }, ...setup.drawers },
  })
}

/** The arguments with which the only button was pressed last. */
async function pressedWith(
  args: object,
  inputs: object = {},
  more: Parameters<typeof engineOf>[1] = {},
) {
  const engine = engineOf(
    [{ id: 'a', button: 'echo', args: args as Record<string, unknown> }],
    more,
  )
  const result = await engine.press('main', { inputs: inputs as Record<string, unknown> })
  return engine.presses.at(-1)?.args ?? result.error
}

describe('the output of a step is', () => {
  test.each<[string, unknown]>([
    ['', null],
    [' \n', null],
    ['{"a":1}\n', { a: 1 }],
    ['plain text\n', 'plain text\n'],
    ['1.10', 1.1],
    ['"text"', 'text'],
  ])('%j as %j', async (stdout, output) => {
    const engine = engineOf(
      [
        { id: 'a', button: 'echo' },
        { id: 'b', kind: 'transform', fields: { seen: '${a.output}' } },
      ],
      { press: () => ({ stdout }) },
    )
    const { steps } = await engine.press('main')
    expect(steps[1]!.output).toEqual({ seen: output })
    expect('output' in steps[0]!).toBe(output !== null)
  })
})

test('outputs become part of later texts', async () => {
  const engine = engineOf(
    [
      { id: 'emitter', button: 'emit' },
      { id: 'b', button: 'echo', args: { msg: 'count-is-${emitter.output.count}' } },
    ],
    { buttons: { emit: {}, echo: {} }, press: () => '{"count":5}' },
  )
  await engine.press('main')
  expect(engine.presses[1]!.args).toEqual({ msg: 'count-is-5' })
})

test('objects and arrays of arguments are resolved inside and arrive as compact JSON', async () => {
  const args = { o: { greeting: 'hello ${inputs.name}', nested: ['${inputs.name}', 'literal'] } }
  expect(await pressedWith(args, { name: 'w' })).toEqual({
    o: '{"greeting":"hello w","nested":["w","literal"]}',
  })
})

test('what an expression produces is never read as an expression', async () => {
  expect(await pressedWith({ x: '${inputs.evil}' }, { evil: '${inputs.other}' })).toEqual({
    x: '${inputs.other}',
  })
})

test('declared arguments that a step leaves out are filled with inputs of their names', async () => {
  const args = [
    { name: 'who', type: 'string', required: true },
    { name: 'set', type: 'string', required: false },
  ]
  const more = { buttons: { echo: { args } } }
  const inputs = { who: 'w', set: 'input', other: 'o' }
  expect(await pressedWith({ set: 'step' }, inputs, more)).toEqual({ who: 'w', set: 'step' })
})

test('loop variables fill no arguments', async () => {
  const engine = engineOf(
    [{ id: 'l', kind: 'for_each', over: '[1]', as: 'who', steps: [{ id: 'a', button: 'echo' }] }],
    { buttons: { echo: { args: [{ name: 'who', type: 'string', required: false }] } } },
  )
  await engine.press('main')
  expect(engine.presses[0]!.args).toEqual({})
})

test('a failed step ends the run and is named', async () => {
  const engine = engineOf([
    { id: 'a', button: 'echo' },
    { id: 'b', button: 'boom' },
    { id: 'c', button: 'echo' },
  ])
  const result = await engine.press('main')
  expect(result).toMatchObject({
    status: 'failed',
    failed_step: 'b',
    error: { code: 'SCRIPT_ERROR', message: 'boom' },
  })
  expect(result.steps.map(({ id, status, exit_code }) => [id, status, exit_code])).toEqual([
    ['a', 'ok', 0],
    ['b', 'error', 1],
  ])
  expect(engine.records).toMatchObject([
    { status: 'failed', error_type: 'SCRIPT_ERROR', failed_step: 'b' },
  ])
})

test('a tolerated failure gives null, keeps its error, and the run goes on', async () => {
  const engine = engineOf([
    { id: 'a', button: 'boom', on_failure: { action: 'continue' } },
    { id: 'b', button: 'echo', args: { seen: '${a.output}' } },
  ])
  const result = await engine.press('main')
  expect(result.status).toBe('ok')
  expect(result.steps[0]).toMatchObject({ status: 'error', error: { code: 'SCRIPT_ERROR' } })
  expect(engine.presses[1]!.args).toEqual({ seen: 'null' })
})

test('a drawer without steps is done', async () => {
  expect(await engineOf([]).press('main')).toMatchObject({ status: 'ok', steps: [] })
})

describe('what was written in a way that cannot work is never tolerated:', () => {
  test.each<[string, Partial<Step>]>([
    ['BUTTON_NOT_FOUND', { button: 'gone' }],
    ['VALIDATION_ERROR', {}],
    ['RESOLVE_ERROR', { button: 'echo', args: { x: '${nonexistent.x}' } }],
    ['KIND_NOT_IMPLEMENTED', { kind: 'approve' }],
    ['DRAWER_NOT_FOUND', { kind: 'drawer', drawer: 'gone' }],
    ['VALIDATION_ERROR', { kind: 'for_each' }],
    ['VALIDATION_ERROR', { kind: 'for_each', over: '7' }],
    ['VALIDATION_ERROR', { kind: 'wait' }],
    ['VALIDATION_ERROR', { kind: 'wait', duration: '1d' }],
    ['VALIDATION_ERROR', { kind: 'wait', until: 'tomorrow' }],
    ['VALIDATION_ERROR', { kind: 'aggregate', from: '[1]' }],
    ['RESOLVE_ERROR', { kind: 'switch', cases: [{ when: 'gone' }] }],
    ['VALIDATION_ERROR', { kind: 'switch', cases: [{ when: '1' }] }],
  ])('%s for %j', async (code, step) => {
    for (const action of ['continue', 'retry']) {
      const engine = engineOf([{ id: 'a', ...step, on_failure: { action, max_attempts: 3 } }])
      const result = await engine.press('main')
      expect(result).toMatchObject({ status: 'failed', failed_step: 'a', error: { code } })
      expect(result.steps[0]).not.toHaveProperty('attempts')
      expect(result.steps[0]!.status).toBe('failed')
    }
  })
})

test('a loop without over says so, a wait without both fields names them', async () => {
  const loop = await engineOf([{ id: 'a', kind: 'for_each' }]).press('main')
  expect(loop.error!.message).toContain("no 'over'")
  const wait = await engineOf([{ id: 'a', kind: 'wait' }]).press('main')
  expect(wait.error!.message).toMatch(/duration.*until/)
})

test('the errors of expressions show the source, and where they stand', async () => {
  const aggregate = { id: 'a', kind: 'aggregate', from: '[{}, 1]', pluck: 'item.x ?? item.y' }
  const result = await engineOf([aggregate]).press('main')
  expect(result.error).toMatchObject({
    code: 'RESOLVE_ERROR',
    message: 'pluck at index 0: reference ${item.x ?? item.y}: no such key: y',
  })
  const choice = { id: 's', kind: 'switch', cases: [{ when: 'false' }, { when: 'no.such' }] }
  const second = await engineOf([choice]).press('main')
  expect(second.error!.message).toStartWith(
    "case 1 'when': reference ${no.such}: no such attribute",
  )
})

test('steps whose ids no expression can name are read through steps', async () => {
  const engine = engineOf([
    { id: 'for', kind: 'transform', fields: { v: 1 } },
    { id: 'inputs', kind: 'transform', fields: { v: 2 } },
    { id: '1st.x', kind: 'transform', fields: { v: 3 } },
    {
      id: 'b',
      kind: 'transform',
      fields: {
        a: "${steps['for'].output.v}",
        b: "${steps['inputs'].output.v}",
        c: "${steps['1st.x'].output.v}",
        d: '${inputs.v}',
      },
    },
  ])
  const { steps } = await engine.press('main', { inputs: { v: 'mine' } })
  expect(steps[3]!.output).toEqual({ a: 1, b: 2, c: 3, d: 'mine' })
})

test('a step called steps hides the root', async () => {
  const engine = engineOf([
    { id: 'steps', kind: 'transform', fields: { v: 1 } },
    { id: 'b', kind: 'transform', fields: { v: '${steps.output.v}' } },
  ])
  expect((await engine.press('main')).steps[1]!.output).toEqual({ v: 1 })
})

test('webhook addresses are known to steps and to return', async () => {
  const engine = engineOf([{ id: 'a', button: 'echo', args: { u: '${webhooks.on-done}' } }], {
    publicHost: 'h.example',
    drawers: {
      'on-done': {
        steps: [],
        triggers: [
          { kind: 'webhook', path: '/x' },
          { kind: 'webhook', path: '/y' },
        ],
      },
    },
    drawer: { return: { u: '${webhooks.on_done}' } },
  })
  const result = await engine.press('main')
  expect(engine.presses[0]!.args).toEqual({ u: 'https://h.example/x' })
  expect(result.output).toEqual({ u: 'https://h.example/x' })
})

test('a step is told its run, its name, and a key that stays the same for every attempt', async () => {
  const engine = engineOf(
    [{ id: 'a', button: 'boom', on_failure: { action: 'retry', max_attempts: 2 } }],
    {},
  )
  const result = await engine.press('main', { runId: '0123456789abcdef' })
  const [first, second] = engine.presses.map(({ variables }) => variables)
  expect(result.run_id).toBe('0123456789abcdef')
  expect(first).toEqual({
    BUTTONS_RUN_ID: '0123456789abcdef',
    BUTTONS_STEP: 'a',
    BUTTONS_IDEMPOTENCY_KEY: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
  expect(second).toEqual(first!)
})

test('every place in a drawer has a name of its own', async () => {
  const engine = engineOf(
    [
      { id: 'a.b', button: 'echo' },
      { id: 'a.b', button: 'echo' },
      { id: 'each', kind: 'for_each', over: '[1,2]', steps: [{ id: 'x', button: 'echo' }] },
      {
        id: 's',
        kind: 'switch',
        cases: [{ when: 'true', id: 'prod/eu', steps: [{ id: 'x', button: 'echo' }] }],
      },
      { id: 'sub', kind: 'drawer', drawer: 'child' },
    ],
    { drawers: { child: { steps: [{ id: 'x', button: 'echo' }] } } },
  )
  await engine.press('main')
  expect(engine.presses.map(({ variables }) => variables!['BUTTONS_STEP']!)).toEqual([
    'a%2Eb',
    'a%2Eb~2',
    'each[0].x',
    'each[1].x',
    's.prod%2Feu.x',
    'sub/x',
  ])
  const keys = engine.presses.map(({ variables }) => variables!['BUTTONS_IDEMPOTENCY_KEY'])
  expect(new Set(keys).size).toBe(keys.length)
})

test('a step has its own timeout, else the button has', async () => {
  const engine = engineOf([
    { id: 'a', button: 'echo', timeout_seconds: 7 },
    { id: 'b', button: 'echo' },
  ])
  await engine.press('main')
  expect(engine.presses.map(({ timeoutSeconds }) => timeoutSeconds)).toEqual([7, undefined])
})

test('what a step says about itself is kept: exit status, time, streams, queue', async () => {
  const engine = engineOf([{ id: 'a', button: 'echo', args: { n: 1 } }], {
    press: () => ({
      stdout: 'out',
      stderr: 'err',
      exit_code: 200,
      duration_ms: 12,
      queue_wait_ms: 3,
    }),
  })
  const { steps } = await engine.press('main')
  expect(steps[0]).toEqual({
    id: 'a',
    button: 'echo',
    status: 'ok',
    exit_code: 200,
    duration_ms: 12,
    queue_wait_ms: 3,
    args: { n: 1 },
    output: 'out',
    stdout: 'out',
    stderr: 'err',
  })
})

test('everything is announced before it is done', async () => {
  const log: string[] = []
  const engine = engineOf([{ id: 'a', button: 'echo' }], {
    onEvent: ({ type, key }) => void log.push(`${type} ${key}`),
    press: () => (log.push('pressed'), ''),
  })
  await engine.press('main')
  expect(log).toEqual([
    'run.started ',
    'step.started a',
    'pressed',
    'step.finished a',
    'run.finished ',
    'run.recorded ',
  ])
})

test('a run whose events cannot be kept ends at once, and does nothing more', async () => {
  const engine = engineOf(
    [
      { id: 'a', button: 'echo' },
      { id: 'b', button: 'echo' },
    ],
    {
      onEvent: ({ type }) => {
        if (type === 'step.finished') throw new Error('disk full')
      },
    },
  )
  await expect(engine.press('main')).rejects.toThrow('disk full')
  expect(engine.presses).toHaveLength(1)
  expect(engine.records).toEqual([])
})

describe('not even begun:', () => {
  test.each([
    ['VALIDATION_ERROR', { schema_version: 3, steps: [] }],
    [
      'FLOW_RUNTIME_REQUIRED',
      { drawer_kind: 'flow', flow: { initial_stage: 'a', manager: { agent: 'x' }, stages: [] } },
    ],
  ])('%s', async (code, drawer) => {
    const engine = openDrawerEngine({ drawers: { main: drawer } })
    await expect(engine.press('main')).rejects.toMatchObject({ code })
    expect(engine.events).toEqual([])
  })

  test('NOT_FOUND', async () => {
    const engine = openDrawerEngine({ drawers: {} })
    await expect(engine.press('main')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

test('a return is the output of the run, and the run does not fail with it', async () => {
  const steps = [{ id: 'a', kind: 'transform', fields: { v: 1 } }]
  const good = await engineOf(steps, {
    drawer: { return: { x: '${a.output.v}', y: 'lit' } },
  }).press('main')
  expect(good).toMatchObject({ status: 'ok', output: { x: 1, y: 'lit' } })
  const bad = await engineOf(steps, { drawer: { return: { x: '${a.output.w}' } } }).press('main')
  expect(bad).toMatchObject({ status: 'ok', output_error: { code: 'RETURN_ERROR' } })
  expect(bad).not.toHaveProperty('output')
})
