import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { readDrawer } from '#core/drawer/read.ts'
import { validateDrawer } from '#core/drawer/validate/drawer.ts'
import { drawerOf, issuesOf, near } from '../../helpers/drawers.ts'

const text = { type: 'string' }
const buttons = {
  echo: { args: [{ name: 'msg', type: 'string', required: true }] },
  typed: {
    args: [
      { name: 'count', type: 'int', required: false },
      { name: 'on', type: 'bool', required: false },
      { name: 'env', type: 'enum', required: false, values: ['a', 'b'] },
      { name: 'text', type: 'string', required: false },
    ],
    output_schema: {
      type: 'object',
      properties: {
        n: { type: 'integer' },
        name: text,
        ok: { type: 'boolean' },
        maybe: { type: ['string', 'null'] },
        deep: { properties: { 'a-b': text } },
        list: { type: 'array', items: { properties: { id: text } } },
      },
    },
  },
  plain: {},
}
const around = {
  buttons,
  drawers: {
    child: { inputs: [{ name: 'who', type: 'string', required: true }], return: { version: 'x' } },
    flow: { drawer_kind: 'flow', flow: {} },
    hooked: { triggers: [{ kind: 'webhook', path: '/h' }] },
    silent: {},
  },
}

/** One step, or several, in a drawer that declares `who` and `n`. */
function issues(...steps: Record<string, unknown>[]): string[] {
  const inputs = [
    { name: 'who', type: 'string' },
    { name: 'n', type: 'int' },
    { name: 'log-level', type: 'string' },
    { name: 'env', type: 'enum', values: ['a', 'b'] },
  ]
  return issuesOf({ inputs, steps }, around)
}

const typed = { id: 'typed', button: 'typed' }
const echo = (msg: unknown, id = 'echo') => ({ id, button: 'echo', args: { msg } })

describe('the drawer itself', () => {
  test.each([
    [
      'an unknown version hides everything else',
      { schema_version: 3, drawer_kind: 'x' },
      ['error SCHEMA_VERSION schema_version'],
    ],
    ['version 2 needs a kind', { drawer_kind: '' }, ['error DRAWER_KIND drawer_kind']],
    ['version 1 needs none', { schema_version: 1, drawer_kind: null, steps: [] }, []],
    ['an unknown kind is an error', { drawer_kind: 'board' }, ['error DRAWER_KIND drawer_kind']],
    ['an action drawer has no flow', { flow: {} }, ['error DRAWER_KIND flow']],
    [
      'a handler must exist',
      { on_error: { drawer: 'gone' } },
      ['error DRAWER_NOT_FOUND on_error.drawer'],
    ],
    ['a handler must be named', { on_error: {} }, ['error FIELD_MISSING on_error.drawer']],
    [
      'a flow cannot handle',
      { on_error: { drawer: 'flow' } },
      ['error FLOW_RUNTIME_REQUIRED on_error.drawer'],
    ],
    ['a drawer may handle itself', { on_error: { drawer: 'main' } }, []],
    [
      'with reads the failure',
      { on_error: { drawer: 'child', with: { m: '${error.code} ${steps.x}' } } },
      ['warning REF_ROOT on_error.with'],
    ],
    [
      'an unknown trigger kind is odd',
      { triggers: [{ kind: 'mail' }] },
      ['warning FIELD_INVALID triggers.0'],
    ],
    [
      'incomplete auth is odd',
      { triggers: [{ kind: 'webhook', path: '/x', auth: { type: 'jwt' } }] },
      ['warning FIELD_MISSING triggers.0'],
    ],
    [
      'an input type must be known',
      { inputs: [{ name: 'a', type: 'list' }] },
      ['warning FIELD_INVALID inputs.0'],
    ],
    [
      'return sees all steps',
      { steps: [typed], return: { a: '${typed.output.n}', b: '${gone.output}' } },
      ['error REF_ROOT return.b'],
    ],
  ])('%s', (_, file, expected) => {
    expect(issuesOf(file, around)).toEqual(expected)
  })

  test('the unsupported version is named', () => {
    const { errors } = validateDrawer(drawerOf({ schema_version: 7 }), near())
    expect(errors).toMatchObject([{ message: expect.stringContaining('7') }])
  })

  test('a sound drawer has empty lists', () => {
    expect(validateDrawer(drawerOf({ steps: [] }), near())).toEqual({
      ok: true,
      errors: [],
      warnings: [],
    })
  })
})

describe('ids', () => {
  test.each([
    ['an id is needed', [{ button: 'plain' }], ['error STEP_ID steps.0']],
    [
      'an id stands once',
      [
        { id: 'a', button: 'plain' },
        { id: 'a', button: 'plain' },
      ],
      ['error STEP_ID steps.1'],
    ],
    [
      'nested ids stand once',
      [
        {
          id: 'l',
          kind: 'for_each',
          over: '[1]',
          steps: [
            { id: 'a', button: 'plain' },
            { id: 'a', button: 'plain' },
          ],
        },
      ],
      ['error STEP_ID l.steps.1'],
    ],
    [
      'ids that read alike are awkward',
      [
        { id: 'a-b', button: 'plain' },
        { id: 'a_b', button: 'plain' },
      ],
      ['warning STEP_ID steps.1'],
    ],
    ['a digit in front is awkward', [{ id: '1a', button: 'plain' }], ['warning STEP_ID steps.0']],
    ['a reserved word is awkward', [{ id: 'for', button: 'plain' }], ['warning STEP_ID steps.0']],
    ['a root is awkward', [{ id: 'inputs', button: 'plain' }], ['warning STEP_ID steps.0']],
    ['a dot is awkward', [{ id: 'a.b', button: 'plain' }], ['warning STEP_ID steps.0']],
    ['flow is awkward', [{ id: 'flow', button: 'plain' }], ['warning STEP_ID steps.0']],
  ])('%s', (_, steps, expected) => {
    expect(issues(...steps)).toEqual(expected)
  })
})

describe('kinds', () => {
  test.each([
    ['a button step names one', { id: 'a' }, ['error FIELD_MISSING a.button']],
    ['a button must exist', { id: 'a', button: 'gone' }, ['error BUTTON_NOT_FOUND a.button']],
    ['a button name is slugged', { id: 'a', button: 'Plain' }, []],
    [
      'a required argument is missed',
      { id: 'a', button: 'echo' },
      ['warning ARG_MISSING a.args.msg'],
    ],
    ['a drawer step names one', { id: 'a', kind: 'drawer' }, ['error FIELD_MISSING a.drawer']],
    [
      'a drawer must exist',
      { id: 'a', kind: 'drawer', drawer: 'gone' },
      ['error DRAWER_NOT_FOUND a.drawer'],
    ],
    [
      'a flow cannot run',
      { id: 'a', kind: 'drawer', drawer: 'flow' },
      ['error FLOW_RUNTIME_REQUIRED a.drawer'],
    ],
    [
      'a required input is missed',
      { id: 'a', kind: 'drawer', drawer: 'child' },
      ['warning ARG_MISSING a.args.who'],
    ],
    [
      'a loop needs over',
      { id: 'a', kind: 'for_each', steps: [{ id: 'b', button: 'plain' }] },
      ['error FIELD_MISSING a.over'],
    ],
    [
      'an empty loop does nothing',
      { id: 'a', kind: 'for_each', over: '[1]' },
      ['warning EMPTY_BODY a.steps'],
    ],
    ['a switch needs branches', { id: 'a', kind: 'switch' }, ['error FIELD_MISSING a.cases']],
    [
      'a case needs when',
      { id: 'a', kind: 'switch', cases: [{}] },
      ['error FIELD_MISSING a.cases.0.when'],
    ],
    [
      'a switch with a default only is fine',
      { id: 'a', kind: 'switch', steps: [{ id: 'b', button: 'plain' }] },
      [],
    ],
    [
      'an aggregate needs both',
      { id: 'a', kind: 'aggregate' },
      ['error FIELD_MISSING a.from', 'error FIELD_MISSING a.pluck'],
    ],
    [
      'a pluck sees item',
      { id: 'a', kind: 'aggregate', from: '[1]', pluck: 'item + x' },
      ['error REF_ROOT a.pluck'],
    ],
    ['a wait needs a time', { id: 'a', kind: 'wait' }, ['error FIELD_MISSING a.duration']],
    [
      'a wait with both takes one',
      { id: 'a', kind: 'wait', duration: '1s', until: '2026-01-01T00:00:00Z' },
      ['warning FIELD_IGNORED a.until'],
    ],
    [
      'a duration must be one',
      { id: 'a', kind: 'wait', duration: '5 days' },
      ['error FIELD_INVALID a.duration'],
    ],
    [
      'an instant must be one',
      { id: 'a', kind: 'wait', until: 'tomorrow' },
      ['error FIELD_INVALID a.until'],
    ],
    ['a duration may be computed', { id: 'a', kind: 'wait', duration: '${inputs.n}s' }, []],
    [
      'a split needs a measure',
      { id: 'a', kind: 'split', over: '[1]' },
      ['error FIELD_MISSING a.size'],
    ],
    [
      'a split takes one measure',
      { id: 'a', kind: 'split', over: '[1]', size: 2, chunks: 2 },
      ['warning FIELD_IGNORED a.chunks'],
    ],
    [
      'a chunk holds something',
      { id: 'a', kind: 'split', over: '[1]', size: 0 },
      ['error FIELD_INVALID a.size'],
    ],
    [
      'a batch needs a measure',
      { id: 'a', kind: 'batch', over: '[1]' },
      ['error FIELD_MISSING a.size'],
    ],
    [
      'a batch by time needs times',
      { id: 'a', kind: 'batch', over: '[1]', within: '5m' },
      ['error FIELD_MISSING a.at'],
    ],
    [
      'a batch by time is fine',
      { id: 'a', kind: 'batch', over: '[1]', within: '5m', at: 'item.time' },
      [],
    ],
    ['a merge needs inputs', { id: 'a', kind: 'merge' }, ['error FIELD_MISSING a.inputs']],
    [
      'a merge has a known rule',
      { id: 'a', kind: 'merge', inputs: { x: '${inputs.n}' }, on_conflict: 'any' },
      ['error FIELD_INVALID a.on_conflict'],
    ],
    ['a transform needs fields', { id: 'a', kind: 'transform' }, ['error FIELD_MISSING a.fields']],
    [
      'fields are checked',
      { id: 'a', kind: 'transform', fields: { x: '${gone.output}' } },
      ['error REF_ROOT a.fields.x'],
    ],
    ['an unknown kind is an error', { id: 'a', kind: 'teleport' }, ['error STEP_KIND a.kind']],
    [
      'a policy has a known action',
      { ...echo('x'), on_failure: { action: 'pray' } },
      ['error FIELD_INVALID echo.on_failure.action'],
    ],
    [
      'retry wants attempts',
      { ...echo('x'), on_failure: { action: 'retry' } },
      ['warning FIELD_INVALID echo.on_failure.max_attempts'],
    ],
    [
      'a deadline is not negative',
      { ...echo('x'), timeout_seconds: -1 },
      ['error FIELD_INVALID echo.timeout_seconds'],
    ],
  ])('%s', (_, step, expected) => {
    expect(issues(step)).toEqual(expected)
  })

  test('messages name what older readers look for', () => {
    const steps = [
      { id: 'a', kind: 'for_each' },
      { id: 'b', kind: 'wait' },
    ]
    const { errors } = validateDrawer(drawerOf({ steps }), near())
    expect(errors[0]!.message).toContain("no 'over'")
    expect(errors[1]!.message).toMatch(/duration.*until/)
  })
})

describe('references', () => {
  test.each([
    ['a declared input', '${inputs.who}', []],
    ['an input with a hyphen', '${inputs.log-level}', []],
    ['an undeclared input', '${inputs.gone}', ['error REF_INPUT echo.args.msg']],
    ['an undeclared input with a default', '${inputs.gone ?? 1}', []],
    ['all inputs', '${inputs}', ['error REF_ROOT echo.args.msg']],
    ['a question about inputs', "${'who' in inputs}", []],
    ['an environment variable', '${env.HOME}', []],
    ['a part of an environment variable', '${env.HOME.x}', ['error REF_ROOT echo.args.msg']],
    ['the webhook of a drawer', '${webhooks.hooked}', []],
    [
      'the webhook of a drawer without one',
      '${webhooks.silent}',
      ['warning REF_FIELD echo.args.msg'],
    ],
    ['the webhook of no drawer', '${webhooks.gone}', ['warning REF_FIELD echo.args.msg']],
    ['an unknown root', '${gone.output}', ['error REF_ROOT echo.args.msg']],
    ['the step itself', '${echo.output}', ['error REF_FORWARD echo.args.msg']],
    ['an output', '${typed.output}', []],
    ['a field', '${typed.output.n}', []],
    ['a field that is not there', '${typed.output.gone}', ['error REF_FIELD echo.args.msg']],
    ['a question for a field', '${has(typed.output.gone)}', []],
    ['a field below', '${typed.output.deep.a-b}', []],
    ['an item of a list', '${typed.output.list[0].id}', []],
    [
      'a missing field of an item',
      '${typed.output.list[0].gone}',
      ['error REF_FIELD echo.args.msg'],
    ],
    ['beyond a scalar', '${typed.output.name.first}', []],
    ['something but the output', '${typed.n}', ['warning REF_FIELD echo.args.msg']],
    ['through steps', '${steps["typed"].output.gone}', ['error REF_FIELD echo.args.msg']],
    ['through steps, unknown', '${steps["gone"].output}', ['error REF_ROOT echo.args.msg']],
    ['a syntax error', '${inputs.}', ['error EXPRESSION echo.args.msg']],
    ['an unknown function', '${frobnicate(inputs.who)}', ['error EXPRESSION echo.args.msg']],
    ['no expression', 'plain $ENV{X} text', []],
    ['an expression inside an object', { a: ['${gone.x}'] }, ['error REF_ROOT echo.args.msg']],
  ])('%s', (_, msg, expected) => {
    expect(issues(typed, echo(msg))).toEqual(expected)
  })

  test('a later step is a forward reference', () => {
    expect(issues(echo('${typed.output}'), typed)).toEqual(['error REF_FORWARD echo.args.msg'])
  })

  test('a button without a schema cannot be verified', () => {
    expect(issues({ id: 'plain', button: 'plain' }, echo('${plain.output.x}'))).toEqual([
      'warning REF_UNVERIFIED echo.args.msg',
    ])
  })

  test('a child gives what its return names', () => {
    const child = { id: 'child', kind: 'drawer', drawer: 'child', args: { who: 'x' } }
    expect(issues(child, echo('${child.output.version}'))).toEqual([])
    expect(issues(child, echo('${child.output.gone}'))).toEqual(['warning REF_FIELD echo.args.msg'])
  })

  test('the body of a loop sees its item, its own steps and what came before the loop', () => {
    const body = [
      echo('${n} ${typed.output.n}', 'one'),
      echo('${one.output} ${item}', 'two'),
      echo('${three.output}', 'two-and-half'),
      echo('x', 'three'),
    ]
    const loop = { id: 'each', kind: 'for_each', over: 'typed.output.list', as: 'n', steps: body }
    expect(issues(typed, loop, echo('${one.output}'))).toEqual([
      'error REF_ROOT each.steps.1.args.msg',
      'error REF_FORWARD each.steps.2.args.msg',
      'error REF_ROOT echo.args.msg',
    ])
  })

  test('branches do not see each other', () => {
    const cases = [
      { when: 'typed.output.ok', steps: [echo('x', 'one')] },
      { when: 'true', steps: [echo('${one.output}', 'two')] },
    ]
    expect(issues(typed, { id: 'route', kind: 'switch', cases })).toEqual([
      'error REF_ROOT route.cases.1.steps.0.args.msg',
    ])
  })

  test('arguments are looked at in alphabetical order', () => {
    const args = { msg: '1', z: '${b.x}', a: '${a.x}' }
    expect(issues({ id: 'echo', button: 'echo', args })).toEqual([
      'error REF_ROOT echo.args.a',
      'error REF_ROOT echo.args.z',
    ])
  })
})

describe('types', () => {
  const wrong = (arg: string) => [`error TYPE_MISMATCH t.args.${arg}`]
  test.each([
    ['count', '${inputs.n}', []],
    ['count', '${ inputs.n }', []],
    ['count', '${inputs.who}', wrong('count')],
    ['count', 'n=${inputs.who}', []],
    ['count', '${typed.output.n}', []],
    ['count', '${typed.output.name}', wrong('count')],
    ['count', '${typed.output.gone ?? 1}', []],
    ['on', '${typed.output.ok}', []],
    ['on', '${typed.output.n}', wrong('on')],
    ['env', '${typed.output.name}', []],
    ['env', '${typed.output.maybe}', []],
    ['env', '${inputs.env}', []],
    ['env', '${inputs.who}', wrong('env')],
    ['text', '${inputs.n}', []],
    ['text', '${typed.output.ok}', []],
  ])('%s from %s', (arg, value, expected) => {
    expect(issues(typed, { id: 't', button: 'typed', args: { [arg]: value } })).toEqual(expected)
  })

  test('the engine knows its own outputs', () => {
    const loop = { id: 'each', kind: 'for_each', over: '[1]', steps: [echo('x')] }
    const step = (args: object) => ({ id: 't', button: 'typed', args })
    expect(issues(loop, step({ count: '${each.output.total}' }))).toEqual([])
    expect(issues(loop, step({ on: '${each.output.total}' }))).toEqual(wrong('on'))
  })
})

describe('cycles', () => {
  const calls = (...names: string[]) => ({
    steps: names.map((name) => ({ id: name, kind: 'drawer', drawer: name })),
  })
  test.each([
    ['itself', calls('main'), {}, ['drawers include each other: main → main']],
    [
      'a circle',
      calls('a'),
      { a: calls('b'), b: calls('main') },
      ['drawers include each other: main → a → b → main'],
    ],
    [
      'a circle further down',
      calls('a'),
      { a: calls('b'), b: calls('a') },
      ['drawers include each other: a → b → a'],
    ],
    ['twice the same child', calls('a', 'b'), { a: calls('c'), b: calls('c'), c: {} }, []],
  ])('%s', (_, file, drawers, expected) => {
    const { errors } = validateDrawer(drawerOf(file), near({ drawers }))
    expect(errors.filter(({ code }) => code === 'CYCLE').map(({ message }) => message)).toEqual(
      expected,
    )
  })

  test('a chain of thousands is followed to its end', () => {
    const drawers = Object.fromEntries(
      Array.from({ length: 5000 }, (_, n) => [`d${n}`, calls(`d${n + 1}`)]),
    )
    const { errors } = validateDrawer(drawerOf(calls('d0')), near({ drawers }))
    expect(errors).toEqual([])
  })
})

describe('any file', () => {
  const word = fc.constantFrom(
    'a',
    'b',
    'a-b',
    'a_b',
    '',
    'x.y',
    'for',
    '${a.output.x}',
    '${',
    '${inputs.a ?? b}',
    'for_each',
    'switch',
    'wait',
    'button',
    'drawer',
    'merge',
    'transform',
    'batch',
    'split',
    'aggregate',
    'flow',
    'action',
    'main',
    '5m',
    "${'}'}",
    '$ENV{A}',
    '${steps["a"].output}',
    '[1].map(x, x)',
  )
  const { step } = fc.letrec((tie) => ({
    step: fc.record(
      {
        id: word,
        kind: word,
        button: word,
        drawer: word,
        over: word,
        as: word,
        from: word,
        pluck: word,
        duration: word,
        until: word,
        within: word,
        at: word,
        size: fc.integer(),
        args: fc.dictionary(word, fc.jsonValue({ maxDepth: 2 })),
        inputs: fc.dictionary(word, word),
        fields: fc.dictionary(word, word),
        steps: fc.array(tie('step'), { maxLength: 3, depthIdentifier: 'step' }),
        cases: fc.array(
          fc.record({
            when: word,
            steps: fc.array(tie('step'), { maxLength: 2, depthIdentifier: 'step' }),
          }),
          { maxLength: 2 },
        ),
        on_failure: fc.record({ action: word }),
        unknown: fc.jsonValue(),
      },
      { requiredKeys: [] },
    ),
  }))
  const file = fc.record(
    {
      schema_version: fc.constantFrom(1, 2, 3),
      drawer_kind: word,
      inputs: fc.array(fc.record({ name: word, type: word }), { maxLength: 3 }),
      steps: fc.array(step, { maxLength: 4 }),
      return: fc.dictionary(word, word),
      on_error: fc.record({ drawer: word }),
      flow: fc.record({
        initial_stage: word,
        stages: fc.array(fc.record({ id: word, title: word }), { maxLength: 3 }),
      }),
    },
    { requiredKeys: [] },
  )
  const neighbours = near({
    buttons: { ...buttons, a: { output_schema: { properties: { x: text } }, args: [] } },
    drawers: { b: { steps: [{ id: 'x', kind: 'drawer', drawer: 'main' }] } },
  })

  test('a likely file never breaks validation', () => {
    fc.assert(
      fc.property(file, (json) => {
        const read = readDrawer(JSON.stringify(json), 'main')
        if (!read.ok) throw new Error(read.why)
        const report = validateDrawer(read.value.drawer, neighbours)
        expect(report.ok).toBe(report.errors.length === 0)
        for (const { message, path, remediation } of [...report.errors, ...report.warnings])
          for (const said of [message, path, remediation]) expect(said).toMatch(/./)
      }),
    )
  })

  test('any JSON is read and validated, or refused with a reason', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.json().map((inner) => `{"steps":${inner}}`),
        ),
        (json) => {
          const read = readDrawer(json, 'main')
          if (read.ok) expect(validateDrawer(read.value.drawer, neighbours)).toHaveProperty('ok')
          else expect(read.why).not.toBe('')
        },
      ),
    )
  })

  test('a file nested beyond reason is refused', () => {
    const deep = '{"steps":[{"id":"a",'.repeat(20_000)
    const json = `${deep}"x":1${'}]}'.repeat(20_000)}`
    expect(readDrawer(json, 'x').ok).toBe(false)
    const half = `${'{"id":"a","steps":['.repeat(150)}${']}'.repeat(150)}`
    expect(readDrawer(`{"steps":[${half}]}`, 'x')).toMatchObject({
      ok: false,
      why: expect.stringMatching(/deep/),
    })
    const fine = `${'{"id":"a","kind":"for_each","over":"[1]","steps":['.repeat(90)}${']}'.repeat(90)}`
    const read = readDrawer(`{"schema_version":1,"steps":[${fine}]}`, 'x')
    if (!read.ok) throw new Error(read.why)
    expect(validateDrawer(read.value.drawer, near()).ok).toBe(true)
  })
})
