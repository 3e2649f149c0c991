import { describe, expect, test } from 'bun:test'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome, type Home, homeWith } from '../helpers/home.ts'

type Json = Record<string, unknown>

const version = { type: 'object', properties: { version: { type: 'string' } } }

/** Two buttons that fit together, and an empty drawer `d`. */
async function workshop(): Promise<Home> {
  const home = homeWith({
    buttons: {
      build: { code: 'echo', spec: { output_schema: version } },
      ship: {
        code: 'echo',
        spec: {
          args: [
            { name: 'version', type: 'string', required: true },
            { name: 'count', type: 'int', required: false },
          ],
        },
      },
    },
  })
  await buttons('drawer create d').in(home).data()
  return home
}

function fileOf(home: Home, name = 'd'): Json {
  return JSON.parse(home.read(`data/drawers/${name}/drawer.json`)) as Json
}

function stepsOf(home: Home): Json[] {
  return fileOf(home)['steps'] as Json[]
}

async function flowHome(): Promise<Home> {
  const home = emptyHome()
  await buttons('drawer create f --kind flow').in(home).data()
  return home
}

describe('add', () => {
  test('several targets are written together', async () => {
    const home = await workshop()
    await buttons('drawer create child').in(home).data()
    const data = await buttons('drawer d add build build wait:1s drawer/child for_each:ship')
      .in(home)
      .data()
    const ids = (data['steps'] as Json[]).map(({ id }) => id)
    expect(ids).toEqual(['build', 'build-2', 'wait', 'child', 'for_each-ship'])
    expect(stepsOf(home)[0]).toEqual({ button: 'build', id: 'build', kind: 'button' })
  })

  test('one bad target, and nothing is written', async () => {
    const home = await workshop()
    const before = home.read('data/drawers/d/drawer.json')
    const refused = (target: string, error: Json) =>
      buttons(`drawer d add build ${target}`).in(home).expect({ error })
    await refused('gone', { code: 'BUTTON_NOT_FOUND' })
    await refused('drawer/gone', { code: 'DRAWER_NOT_FOUND' })
    await refused('drawer/d', {
      code: 'VALIDATION_ERROR',
      message: expect.stringContaining('cannot include itself'),
    })
    await refused('wait:', { code: 'VALIDATION_ERROR' })
    expect(home.read('data/drawers/d/drawer.json')).toBe(before)
    await buttons('drawer gone add build')
      .in(home)
      .expect({ error: { code: 'NOT_FOUND' } })
  })

  test('a plan shows the steps', async () => {
    const home = await workshop()
    const append = [{ id: 'build', kind: 'button', button: 'build' }]
    await buttons('drawer d add build --summary')
      .in(home)
      .expect({ data: { verb: 'add', args: ['build'], executed: false, would_append: append } })
    expect(stepsOf(home)).toEqual([])
  })

  test('a flow drawer takes no steps', async () => {
    await buttons('drawer f add x')
      .in(await flowHome())
      .expect({
        error: { code: 'DRAWER_KIND_MISMATCH', message: expect.stringContaining('flow drawer') },
      })
  })
})

describe('connect', () => {
  test('two steps are wired by what they declare', async () => {
    const home = await workshop()
    await buttons('drawer d add build ship').in(home).data()
    await buttons('drawer d connect build to ship --summary')
      .in(home)
      .expect({
        data: { executed: false, would_connect: [{ from: 'version', to: 'version' }] },
      })
    await buttons('drawer d connect build TO ship')
      .in(home)
      .expect({
        data: { ok: true, wired: [{ from: 'version', to: 'version' }] },
      })
    expect(stepsOf(home)[1]!['args']).toEqual({ version: '${build.output.version}' })
    await buttons('drawer d connect build.output.a.b to ship.args.count')
      .in(home)
      .expect({
        data: { ok: true, wired: [{ from: 'a.b', to: 'count' }] },
      })
    expect(stepsOf(home)[1]!['args']).toMatchObject({ count: '${build.output.a.b}' })
  })

  test.each([
    ['build to gone', 'STEP_NOT_FOUND'],
    ['build.output.x to gone.args.y', 'STEP_NOT_FOUND'],
    ['ship to build', 'VALIDATION_ERROR'],
    ['build.output.x to ship', 'VALIDATION_ERROR'],
  ])('%s is refused', async (ends, code) => {
    const home = await workshop()
    await buttons('drawer d add build ship').in(home).data()
    await buttons(`drawer d connect ${ends}`).in(home).expect({ error: { code } })
  })

  test.each(['build ship', 'build and ship', 'build to ship now'])(
    '%p says nothing',
    async (ends) => {
      const { stdout, exit } = await buttons(`drawer d connect ${ends}`).in(await workshop())
      expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: 'VALIDATION_ERROR' } })
      expect(exit).toBe(1)
    },
  )

  test('several candidates are told in the one document there is', async () => {
    const home = await workshop()
    home.write(
      'data/buttons/two/button.json',
      JSON.stringify({
        name: 'two',
        output_schema: { properties: { version: { type: 'string' }, VERSION: { type: 'string' } } },
      }),
    )
    await buttons('drawer d add two ship').in(home).data()
    await buttons('drawer d connect two to ship')
      .in(home)
      .expect({
        error: {
          code: 'AMBIGUOUS',
          hint: expect.stringContaining('connect two.output.VERSION to ship.args.version'),
          spec: {
            candidates: [
              { arg: 'version', candidates: ['VERSION', 'version'], from: 'two', to: 'ship' },
            ],
          },
        },
      })
    expect(stepsOf(home)[1]).not.toHaveProperty('args')
  })
})

describe('set', () => {
  test('pairs are written together, texts as they were typed', async () => {
    const home = await workshop()
    await buttons('drawer d add ship').in(home).data()
    await buttons(
      'drawer',
      'd',
      'set',
      'ship.args.version=1.10',
      'ship.args.count=2',
      'ship.args.msg=hello world',
    )
      .in(home)
      .expect({
        data: {
          ok: true,
          drawer: 'd',
          set: 3,
          paths: ['ship.args.version', 'ship.args.count', 'ship.args.msg'],
        },
      })
    expect(stepsOf(home)[0]!['args']).toEqual({ count: 2, msg: 'hello world', version: '1.10' })
  })

  test('one bad pair, and nothing is written', async () => {
    const home = await workshop()
    await buttons('drawer d add ship').in(home).data()
    const before = home.read('data/drawers/d/drawer.json')
    for (const [pair, code] of [
      ['gone.args.x=1', 'STEP_NOT_FOUND'],
      ['ship.colour=1', 'STEP_FIELD_UNKNOWN'],
      ['ship.parallelism=4x', 'VALIDATION_ERROR'],
      ['ship.steps.0.args.x=1', 'NESTED_STEP_NOT_FOUND'],
      ['nope=1', 'VALIDATION_ERROR'],
    ])
      await buttons('drawer', 'd', 'set', 'ship.args.count=1', pair!)
        .in(home)
        .expect({ error: { code } })
    expect(home.read('data/drawers/d/drawer.json')).toBe(before)
  })

  test('a plan changes nothing and refuses what would be refused', async () => {
    const home = await workshop()
    await buttons('drawer d add ship').in(home).data()
    await buttons('drawer d set ship.args.count=1 --summary')
      .in(home)
      .expect({
        data: { executed: false, would_set: [{ path: 'ship.args.count', value: 1 }] },
      })
    expect(stepsOf(home)[0]).not.toHaveProperty('args')
    await buttons('drawer d set gone.x=1 --summary')
      .in(home)
      .expect({ error: { code: 'STEP_NOT_FOUND' } })
  })

  test('a reference is stored as it is', async () => {
    const home = await workshop()
    await buttons('drawer d add for_each:ship').in(home).data()
    await buttons(
      'drawer d set for_each-ship.over=${list.output.names} for_each-ship.as=n for_each-ship.steps.0.args.version=${n}',
    )
      .in(home)
      .data()
    expect(stepsOf(home)[0]).toMatchObject({
      over: '${list.output.names}',
      as: 'n',
      steps: [{ args: { version: '${n}' } }],
    })
  })
})

describe('steps', () => {
  test('a step can be moved and taken out', async () => {
    const home = await workshop()
    await buttons('drawer d add build ship wait:1s').in(home).data()
    await buttons('drawer d move wait 0')
      .in(home)
      .expect({ data: { ok: true, drawer: 'd', set: 1, paths: ['wait'] } })
    expect(stepsOf(home).map(({ id }) => id)).toEqual(['wait', 'build', 'ship'])
    await buttons('drawer d move wait 2').in(home).data()
    await buttons('drawer d remove-step build')
      .in(home)
      .expect({ data: { ok: true, drawer: 'd', set: 1, paths: ['build'] } })
    expect(stepsOf(home).map(({ id }) => id)).toEqual(['ship', 'wait'])
  })

  test('what cannot be done is said, also for a plan', async () => {
    const home = await workshop()
    await buttons('drawer d add build').in(home).data()
    for (const [line, code] of [
      ['move gone 0', 'STEP_NOT_FOUND'],
      ['move build 1', 'VALIDATION_ERROR'],
      ['remove-step gone', 'STEP_NOT_FOUND'],
    ])
      for (const flag of ['', ' --summary'])
        await buttons(`drawer d ${line}${flag}`).in(home).expect({ error: { code } })
    await buttons('drawer d remove-step build --summary')
      .in(home)
      .expect({ data: { would: { remove_step: 'build' } } })
    expect(stepsOf(home)).toHaveLength(1)
  })

  test('inputs are declared and taken back', async () => {
    const home = await workshop()
    const paths = ['inputs.env']
    await buttons('drawer d input add env:enum:required:a|b')
      .in(home)
      .expect({ data: { ok: true, drawer: 'd', set: 1, paths } })
    await buttons('drawer d input add token:string:optional:secret').in(home).data()
    expect(fileOf(home)['inputs']).toEqual([
      { name: 'env', required: true, type: 'enum', values: ['a', 'b'] },
      { name: 'token', secret: true, type: 'string' },
    ])
    for (const spec of ['env:string:required', 'x:list:required', 'x'])
      await buttons(`drawer d input add ${spec}`)
        .in(home)
        .expect({ error: { code: 'VALIDATION_ERROR' } })
    await buttons('drawer d input remove env').in(home).expect({ data: { paths } })
    await buttons('drawer d input remove env')
      .in(home)
      .expect({ error: { code: 'NOT_FOUND' } })
    await buttons('drawer d input remove token').in(home).data()
    expect(fileOf(home)).not.toHaveProperty('inputs')
  })
})

describe('stages', () => {
  test('a board is filled in and found sound', async () => {
    const home = await flowHome()
    await buttons('drawer f stage add code-review --system-prompt=Look').in(home).data()
    await buttons('drawer', 'f', 'stage', 'add', 'done', '--title', 'All done').in(home).data()
    await buttons(
      'drawer',
      'f',
      'set',
      'flow.initial_stage=code-review',
      'flow.manager.agent=activation.manager',
      'flow.manager.heartbeat_seconds=300',
      'flow.stages.code-review.transitions=["done"]',
      'flow.stages.code-review.worker.agent=activation.worker',
    )
      .in(home)
      .data()
    expect(fileOf(home, 'f')['flow']).toEqual({
      initial_stage: 'code-review',
      manager: { agent: 'activation.manager', heartbeat_seconds: 300 },
      stages: [
        {
          id: 'code-review',
          system_prompt: 'Look',
          title: 'Code Review',
          transitions: ['done'],
          worker: { agent: 'activation.worker' },
        },
        { id: 'done', title: 'All done' },
      ],
    })
    await buttons('drawer f')
      .in(home)
      .expect({
        data: {
          schema_version: 2,
          version: '1',
          drawer_kind: 'flow',
          steps: null,
          topology: 'code-review → done',
          validation: { ok: true, errors: [], warnings: [] },
        },
      })
  })

  test.each([
    ['f stage add a', 'VALIDATION_ERROR', /already exists/],
    ['f stage add A', 'VALIDATION_ERROR', /lower-case/],
    ['d stage add b', 'DRAWER_KIND_MISMATCH', /action drawer/],
    ['d set flow.initial_stage=a', 'DRAWER_KIND_MISMATCH', /action drawer/],
  ])('%s is refused', async (line, code, message) => {
    const home = await flowHome()
    await buttons('drawer create d').in(home).data()
    await buttons('drawer f stage add a').in(home).data()
    await buttons(`drawer ${line}`)
      .in(home)
      .expect({ error: { code, message: expect.stringMatching(message) } })
  })
})

describe('trigger', () => {
  test('a webhook replaces the one there was and leaves other kinds', async () => {
    const home = await workshop()
    home.write(
      'data/drawers/d/drawer.json',
      JSON.stringify({
        ...fileOf(home),
        triggers: [
          { kind: 'webhook', path: '/old' },
          { kind: 'cron', schedule: 'x' },
        ],
      }),
    )
    await buttons('drawer D trigger webhook')
      .in(home)
      .expect({
        data: { drawer: 'D', kind: 'webhook', path: '/d', auth_type: 'none', public_url: '' },
      })
    const data = await buttons(
      'drawer d trigger webhook new --auth=header --auth-header-name X-T --auth-header-value $ENV{T}',
    )
      .in(home)
      .data()
    expect(data['auth_type']).toBe('header')
    expect(data['input_shape']).toHaveLength(7)
    expect(fileOf(home)['triggers']).toEqual([
      {
        kind: 'webhook',
        path: '/new',
        auth: { type: 'header', header_name: 'X-T', header_value: '$ENV{T}' },
      },
      { kind: 'cron', schedule: 'x' },
    ])
  })

  test('a named tunnel gives it an address', async () => {
    const home = await workshop()
    home.write('data/webhook.json', '{"mode":"named","hostname":"h.example"}')
    await buttons('drawer d trigger webhook')
      .in(home)
      .expect({ data: { public_url: 'https://h.example/d' } })
    await buttons('drawer d')
      .in(home)
      .expect({
        data: {
          triggers: [
            { kind: 'webhook', path: '/d', auth_type: 'none', url: 'https://h.example/d' },
          ],
        },
      })
  })

  test('a path belongs to one drawer or button', async () => {
    const home = await workshop()
    await buttons('drawer create other').in(home).data()
    await buttons('drawer other trigger webhook /taken').in(home).data()
    home.write(
      'data/buttons/hook/button.json',
      JSON.stringify({
        name: 'hook',
        triggers: [{ id: 'x', kind: 'webhook', path: '/hook', created_at: '' }],
      }),
    )
    for (const path of ['/taken', 'taken', '/hook'])
      await buttons(`drawer d trigger webhook ${path}`)
        .in(home)
        .expect({ error: { code: 'TRIGGER_PATH_CONFLICT' } })
    expect(fileOf(home)).not.toHaveProperty('triggers')
    await buttons('drawer other trigger webhook /taken')
      .in(home)
      .expect({ data: { path: '/taken' } })
  })

  test.each([
    ['d trigger webhook --auth basic --auth-user u', 'VALIDATION_ERROR'],
    ['d trigger webhook --auth jwt', 'VALIDATION_ERROR'],
    ['d trigger webhook --auth jwt --jwt-secret s --jwt-algorithm RS256', 'VALIDATION_ERROR'],
    ['d trigger webhook --auth magic', 'VALIDATION_ERROR'],
    ['d trigger webhook /a//b', 'VALIDATION_ERROR'],
    ['d trigger webhook /a?b', 'VALIDATION_ERROR'],
    ['d trigger webhook /../b', 'VALIDATION_ERROR'],
    ['d trigger webhook /api/x', 'TRIGGER_PATH_RESERVED'],
    ['d trigger webhook /wake', 'TRIGGER_PATH_RESERVED'],
    ['gone trigger webhook', 'NOT_FOUND'],
    ['f trigger webhook', 'DRAWER_KIND_MISMATCH'],
  ])('%s is refused', async (line, code) => {
    const home = await workshop()
    await buttons('drawer create f --kind flow').in(home).data()
    await buttons(`drawer ${line}`).in(home).expect({ error: { code } })
    expect(fileOf(home)).not.toHaveProperty('triggers')
  })

  test.each([
    'd trigger cron',
    'd trigger webhook /a /b',
    'd trigger webhook --colour red',
    'd trigger',
  ])('%p says nothing', async (line) => {
    const { stdout, exit } = await buttons(`drawer ${line}`).in(await workshop())
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: 'VALIDATION_ERROR' } })
    expect(exit).toBe(1)
  })
})

describe('files', () => {
  const old = {
    schema_version: 1,
    name: 'old',
    $schema: 'https://x',
    mine: { b: 1, a: [{ deep: null }] },
    steps: [
      {
        id: 'a',
        button: 'ship',
        colour: 'red',
        bindings: { x: 'y' },
        on_failure: { action: 'stop', note: 1 },
      },
    ],
    inputs: [{ name: 'i', type: 'string', shown: true }],
    triggers: [{ kind: 'cron', schedule: '* * * * *', id: 't1' }],
  }

  test.each([
    ['set a.args.x=1'],
    ['set a.on_failure.action=continue'],
    ['add build'],
    ['move a 0'],
    ['input add j:int:optional'],
    ['trigger webhook'],
    ['connect a.output.x to a.args.y'],
    ['rename newer'],
  ])('%s keeps every key it does not know, and the version', async (line) => {
    const home = await workshop()
    home.write('data/drawers/old/drawer.json', JSON.stringify(old))
    await buttons(`drawer old ${line}`).in(home).data()
    const file = fileOf(home, line.startsWith('rename') ? 'newer' : 'old')
    const { steps, inputs, triggers, ...rest } = file as Record<string, Json[]>
    expect(rest).toMatchObject({ schema_version: 1, $schema: 'https://x', mine: old.mine })
    expect(steps![0]).toMatchObject({
      colour: 'red',
      bindings: { x: 'y' },
      on_failure: { note: 1 },
    })
    expect(inputs![0]).toMatchObject({ shown: true })
    expect(triggers![0]).toEqual({ kind: 'cron', schedule: '* * * * *', id: 't1' })
    expect(file).not.toHaveProperty('drawer_kind')
    expect(Object.keys(file)).toEqual(Object.keys(file).sort())
    expect(file['created_at']).not.toMatch(/^0001/)
  })

  test('the folder is written that was read, whatever the file calls itself', async () => {
    const home = await workshop()
    home.write('data/drawers/mine/drawer.json', JSON.stringify({ ...old, name: 'theirs' }))
    await buttons('drawer mine set description=Hi').in(home).data()
    expect(home.list('data/drawers')).toEqual(['d', 'mine'])
    expect(fileOf(home, 'mine')).toMatchObject({ description: 'Hi', name: 'theirs' })
  })

  test('two changes at once both arrive', async () => {
    const home = await workshop()
    await buttons('drawer d add ship').in(home).data()
    await Promise.all(
      ['a', 'b', 'c', 'd'].map((arg) => buttons(`drawer d set ship.args.${arg}=1`).in(home).data()),
    )
    expect(stepsOf(home)[0]!['args']).toEqual({ a: 1, b: 1, c: 1, d: 1 })
  })
})
