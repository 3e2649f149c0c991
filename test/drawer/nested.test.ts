import { describe, expect, test } from 'bun:test'
import { failing, openDrawerEngine, type Setup, taking } from '../helpers/drawerEngine.ts'

const buttons = { emit: {}, echo: {}, boom: {} }
const press: NonNullable<Setup['press']> = ({ name, args }) =>
  name === 'boom' ? failing() : JSON.stringify(args)

describe('a drawer inside a drawer', () => {
  const child = {
    inputs: [{ name: 'v', type: 'string' }],
    steps: [{ id: 'emit-version', button: 'emit', args: { version: '${inputs.v}' } }],
    return: { version: '${emit-version.output.version}' },
  }

  test('gives what it returns, and leaves a record of its own before the outer one', async () => {
    const main = {
      steps: [
        { id: 'sub', kind: 'drawer', drawer: 'child', args: { v: '${inputs.v}' } },
        { id: 'b', button: 'echo', args: { msg: 'built ${sub.output.version}' } },
      ],
    }
    const engine = openDrawerEngine({ drawers: { main, child }, buttons, press })
    const result = await engine.press('main', { inputs: { v: '1.2.3', other: 'x' } })
    expect(engine.presses[1]!.args).toEqual({ msg: 'built 1.2.3' })
    const [inner, outer] = engine.records
    expect(engine.records.map(({ drawer_name }) => drawer_name)).toEqual(['child', 'main'])
    expect(inner).toMatchObject({ parent_run_id: outer!.run_id!, inputs: { v: '1.2.3' } })
    expect(result.steps[0]).toMatchObject({
      id: 'sub',
      args: { v: '1.2.3' },
      output: { version: '1.2.3' },
      nested_run_id: inner!.run_id!,
    })
    expect(result.steps[0]).not.toHaveProperty('button')
  })

  test('without return gives an empty object; with one that fails, RETURN_ERROR', async () => {
    const drawers = {
      main: {
        steps: [
          { id: 'a', kind: 'drawer', drawer: 'plain' },
          { id: 'b', kind: 'drawer', drawer: 'wrong' },
        ],
      },
      plain: { steps: [] },
      wrong: { steps: [], return: { x: '${gone}' } },
    }
    const result = await openDrawerEngine({ drawers }).press('main')
    expect(result.steps[0]!.output).toEqual({})
    expect(result.error).toMatchObject({ code: 'RETURN_ERROR', cause: { code: 'RETURN_ERROR' } })
  })

  test('that fails tells why', async () => {
    const drawers = {
      main: { steps: [{ id: 'sub', kind: 'drawer', drawer: 'child' }] },
      child: { steps: [{ id: 'x', button: 'boom' }] },
    }
    const result = await openDrawerEngine({ drawers, buttons, press }).press('main')
    expect(result.error).toEqual({
      code: 'SUBDRAWER_FAILED',
      message: 'sub-drawer "child": SCRIPT_ERROR: boom',
      cause: { code: 'SCRIPT_ERROR', message: 'boom' },
    })
    expect(result.steps[0]).toHaveProperty('nested_run_id')
  })

  test('that misses an input fails, too', async () => {
    const drawers = {
      main: { steps: [{ id: 'sub', kind: 'drawer', drawer: 'child' }] },
      child: { steps: [], inputs: [{ name: 'v', type: 'string', required: true }] },
    }
    const engine = openDrawerEngine({ drawers })
    const result = await engine.press('main', { inputs: { v: 'not handed on' } })
    expect(result.error).toMatchObject({
      code: 'SUBDRAWER_FAILED',
      cause: { code: 'MISSING_INPUT' },
    })
  })

  test.each([
    ['SUBDRAWER_CYCLE', { main: { steps: [{ id: 'x', kind: 'drawer', drawer: 'main' }] } }, 1],
    [
      'SUBDRAWER_CYCLE',
      {
        main: { steps: [{ id: 'x', kind: 'drawer', drawer: 'b' }] },
        b: { steps: [{ id: 'x', kind: 'drawer', drawer: 'main' }] },
      },
      2,
    ],
    [
      'FLOW_RUNTIME_REQUIRED',
      {
        main: { steps: [{ id: 'x', kind: 'drawer', drawer: 'b' }] },
        b: {
          drawer_kind: 'flow',
          flow: { initial_stage: 'a', manager: { agent: 'x' }, stages: [] },
        },
      },
      1,
    ],
    [
      'VALIDATION_ERROR',
      {
        main: { steps: [{ id: 'x', kind: 'drawer', drawer: 'b' }] },
        b: { schema_version: 9, steps: [] },
      },
      1,
    ],
  ])('is refused: %s', async (code, drawers, records) => {
    const engine = openDrawerEngine({ drawers })
    const result = await engine.press('main')
    const codes = [result.error!.code, result.error!.cause?.code]
    expect(codes).toContain(code)
    expect(engine.records).toHaveLength(records)
  })

  test('deeper than 32 is refused', async () => {
    const drawers = Object.fromEntries(
      Array.from({ length: 40 }, (_, n) => [
        `d${n}`,
        { steps: [{ id: 'x', kind: 'drawer', drawer: `d${n + 1}` }] },
      ]),
    )
    const engine = openDrawerEngine({ drawers })
    const result = await engine.press('d0')
    expect(JSON.stringify(result.error)).toContain('SUBDRAWER_DEPTH')
    expect(engine.records).toHaveLength(32)
  })
})

describe('an error handler', () => {
  const steps = [
    { id: 'a', button: 'echo' },
    { id: 'b', button: 'boom' },
  ]
  const rescue = { steps: [{ id: 'note', button: 'emit', args: { code: '${inputs.error.code}' } }] }

  test('runs before the press returns, and knows what happened', async () => {
    const main = {
      steps,
      inputs: [{ name: 'tok', type: 'string', secret: true }],
      on_error: { drawer: 'Rescue' },
    }
    const engine = openDrawerEngine({ drawers: { main, rescue }, buttons, press })
    const result = await engine.press('main', { inputs: { tok: 'sesame', n: 1 } })
    expect(result).toMatchObject({ status: 'failed', failed_step: 'b' })
    expect(engine.presses.at(-1)).toMatchObject({ name: 'emit', args: { code: 'SCRIPT_ERROR' } })
    expect(engine.records.map(({ drawer_name }) => drawer_name)).toEqual(['main', 'rescue'])
    expect(engine.records[1]).toMatchObject({ parent_run_id: result.run_id })
    const started = engine.events.find(({ type, key }) => type === 'run.started' && key !== '')
    expect(started).toMatchObject({
      drawer: 'rescue',
      inputs: {
        drawer: 'main',
        run_id: result.run_id,
        failed_step: 'b',
        error: { code: 'SCRIPT_ERROR', message: 'boom' },
        inputs: { tok: '[redacted]', n: 1 },
      },
    })
  })

  test('gets what `with` says on top, expressions resolved where they can be', async () => {
    const main = {
      steps,
      on_error: {
        drawer: 'rescue',
        with: {
          drawer: 'renamed',
          why: 'at ${failed_step}: ${error.code}',
          bad: '${nope.x}',
          n: 7,
        },
      },
    }
    const engine = openDrawerEngine({ drawers: { main, rescue }, buttons, press })
    await engine.press('main')
    const started = engine.events.find(({ type, key }) => type === 'run.started' && key !== '')
    expect(started).toMatchObject({
      inputs: { drawer: 'renamed', why: 'at b: SCRIPT_ERROR', bad: '${nope.x}', n: 7 },
    })
    expect(engine.warnings).toEqual([expect.stringContaining('on_error.with.bad')])
  })

  test('is called for missing inputs, with an empty failed_step', async () => {
    const main = {
      steps,
      inputs: [{ name: 'v', type: 'string', required: true }],
      on_error: { drawer: 'rescue' },
    }
    const engine = openDrawerEngine({ drawers: { main, rescue }, buttons, press })
    const result = await engine.press('main')
    expect(result).toMatchObject({ status: 'failed', error: { code: 'MISSING_INPUT' }, steps: [] })
    expect(result).not.toHaveProperty('failed_step')
    const started = engine.events.find(({ type, key }) => type === 'run.started' && key !== '')
    expect(started).toMatchObject({ inputs: { failed_step: '', error: { code: 'MISSING_INPUT' } } })
  })

  test.each([
    ['that is missing', {}, 'no such drawer'],
    ['that fails', { rescue: { steps: [{ id: 'x', button: 'boom' }] } }, 'boom'],
    ['that is a flow', { rescue: { drawer_kind: 'flow' } }, 'flow drawer'],
  ])('%s leaves a line, and the run as it was', async (_, more, line) => {
    const main = { steps, on_error: { drawer: 'rescue' } }
    const engine = openDrawerEngine({ drawers: { main, ...more }, buttons, press })
    const result = await engine.press('main')
    expect(result.error).toEqual({ code: 'SCRIPT_ERROR', message: 'boom' })
    expect(engine.warnings).toEqual([expect.stringContaining(line)])
  })

  test('that is on the stack already is not started again', async () => {
    const main = { steps, on_error: { drawer: 'main' } }
    const engine = openDrawerEngine({ drawers: { main }, buttons, press })
    await engine.press('main')
    expect(engine.records).toHaveLength(1)
    const circle = {
      main: { steps, on_error: { drawer: 'other' } },
      other: { steps, on_error: { drawer: 'main' } },
    }
    const second = openDrawerEngine({ drawers: circle, buttons, press })
    await second.press('main')
    expect(second.records.map(({ drawer_name }) => drawer_name)).toEqual(['main', 'other'])
  })

  test('ends after five minutes of its own', async () => {
    const main = { steps, on_error: { drawer: 'rescue' } }
    const slow = { steps: [{ id: 'w', kind: 'wait', duration: '1h' }] }
    const engine = openDrawerEngine({ drawers: { main, rescue: slow }, buttons, press })
    await engine.press('main')
    expect(engine.clock.monotonic()).toBe(300_000)
    expect(engine.warnings).toEqual([expect.stringContaining('stopped after 300 s')])
  })

  test('goes on when the step around its drawer is out of time', async () => {
    const drawers = {
      main: { steps: [{ id: 'sub', kind: 'drawer', drawer: 'child', timeout_seconds: 1 }] },
      child: { steps, on_error: { drawer: 'rescue' } },
      rescue: { steps: [{ id: 'w', kind: 'wait', duration: '3s' }] },
    }
    const engine = openDrawerEngine({ drawers, buttons, press })
    const result = await engine.press('main')
    expect(engine.records.map(({ drawer_name, status }) => [drawer_name, status])).toEqual([
      ['child', 'failed'],
      ['rescue', 'ok'],
      ['main', 'failed'],
    ])
    expect(result.error!.code).toBe('TIMEOUT')
  })
})

describe('a run that is cancelled', () => {
  const slow: NonNullable<Setup['press']> = (request, clock) => taking(60_000, request, clock)

  test('ends its presses, is recorded as cancelled, and calls no handler', async () => {
    const drawers = {
      main: {
        steps: [
          { id: 'a', button: 'echo' },
          { id: 'b', button: 'echo' },
        ],
        on_error: { drawer: 'rescue' },
      },
      rescue: { steps: [] },
    }
    const engine = openDrawerEngine({ drawers, buttons, press: slow })
    const stop = new AbortController()
    engine.clock.at(5000, () => stop.abort())
    const result = await engine.press('main', { signal: stop.signal })
    expect(result).toMatchObject({
      status: 'cancelled',
      error: { code: 'CANCELLED' },
      failed_step: 'a',
      steps: [{ id: 'a', status: 'failed', exit_code: -1, error: { code: 'CANCELLED' } }],
    })
    expect(engine.clock.monotonic()).toBe(5000)
    expect(engine.records).toMatchObject([{ status: 'cancelled', error_type: 'CANCELLED' }])
  })

  test('ends waits, pauses between attempts, loops and drawers inside', async () => {
    const kinds: Record<string, unknown>[] = [
      { kind: 'wait', duration: '1h' },
      { kind: 'for_each', over: '[1, 2]', parallelism: 2, steps: [{ id: 'x', button: 'echo' }] },
      { kind: 'switch', steps: [{ id: 'x', button: 'echo' }] },
      { kind: 'drawer', drawer: 'child' },
      {
        button: 'boom',
        on_failure: {
          action: 'retry',
          max_attempts: 9,
          backoff: { strategy: 'fixed', initial_ms: 60_000 },
        },
      },
    ]
    for (const step of kinds) {
      const engine = openDrawerEngine({
        drawers: {
          main: {
            steps: [
              { id: 'a', ...step },
              { id: 'b', button: 'echo' },
            ],
          },
          child: { steps: [{ id: 'x', button: 'echo' }] },
        },
        buttons,
        press: (request, clock) => (request.name === 'boom' ? failing() : slow(request, clock)),
      })
      const stop = new AbortController()
      engine.clock.at(3000, () => stop.abort())
      const result = await engine.press('main', { signal: stop.signal })
      expect(result).toMatchObject({ status: 'cancelled', failed_step: 'a' })
      expect(result.steps[0]!.error!.code).toBe('CANCELLED')
      expect(engine.clock.monotonic()).toBe(3000)
      expect(engine.records.every(({ status }) => status === 'cancelled')).toBe(true)
    }
  })

  test('before it began does nothing', async () => {
    const engine = openDrawerEngine({
      drawers: { main: { steps: [{ id: 'a', button: 'echo' }] } },
      buttons,
    })
    const result = await engine.press('main', { signal: AbortSignal.abort() })
    expect(result).toMatchObject({ status: 'cancelled', steps: [] })
    expect(engine.presses).toEqual([])
  })

  test('hands the second signal on to its presses', async () => {
    const engine = openDrawerEngine({
      drawers: { main: { steps: [{ id: 'a', button: 'echo' }] } },
      buttons,
    })
    const hurry = new AbortController().signal
    await engine.press('main', { hurry })
    expect(engine.presses[0]!.hurry).toBe(hurry)
  })
})
