import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { buttons } from '../helpers/buttons.ts'
import { writeDrawer } from '../helpers/drawerFiles.ts'
import { fileWritten, fixture, gone } from '../helpers/fixture.ts'
import { emptyHome, type Home, homeWith, writeButton } from '../helpers/home.ts'
import { start } from '../helpers/program.ts'

const named = (name: string) => ({ args: [{ name, type: 'string', required: true }] })

/** Says hello as JSON, and shouts. */
function helloFlow(): Home {
  const home = homeWith({
    buttons: {
      greeter: { code: 'echo "{\\"text\\":\\"hi $BUTTONS_ARG_NAME\\"}"', spec: named('name') },
      shouter: { code: 'printf %s "$BUTTONS_ARG_MSG" | tr a-z A-Z', spec: named('msg') },
    },
  })
  writeDrawer(home, 'hello-flow', {
    steps: [
      { id: 'greeter', button: 'greeter' },
      { id: 'shouter', button: 'shouter', args: { msg: '${greeter.output.text}' } },
    ],
  })
  return home
}

/** One drawer of one step. */
function drawerWith(
  step: Record<string, unknown>,
  code = 'true',
  more: Record<string, unknown> = {},
): Home {
  const home = homeWith({ buttons: { work: code } })
  writeDrawer(home, 'main', { steps: [{ id: 'a', button: 'work', ...step }], ...more })
  return home
}

const recordsOf = (home: Home, drawer: string) =>
  home
    .list(`data/drawers/${drawer}/pressed`)
    .filter((name) => name.endsWith('.json'))
    .map(
      (name) =>
        JSON.parse(home.read(`data/drawers/${drawer}/pressed/${name}`)) as Record<string, unknown>,
    )

test('a drawer presses its steps in order and hands outputs on', async () => {
  const home = helloFlow()
  const data = await buttons('drawer', 'Hello Flow', 'press', 'name=world').in(home).data()
  expect(data).toMatchObject({
    drawer: 'hello-flow',
    status: 'ok',
    inputs: { name: 'world' },
    steps: [
      { id: 'greeter', button: 'greeter', args: { name: 'world' }, output: { text: 'hi world' } },
      { id: 'shouter', stdout: 'HI WORLD', output: 'HI WORLD' },
    ],
  })
  const [record] = recordsOf(home, 'hello-flow')
  expect(record).toMatchObject({ drawer_name: 'hello-flow', run_id: data['run_id'], status: 'ok' })
})

test('steps leave no records of their own', async () => {
  const home = helloFlow()
  await buttons('drawer hello-flow press name=x').in(home).data()
  expect(
    home.list('data/buttons/greeter/pressed').filter((name) => name.endsWith('.json')),
  ).toEqual([])
})

test('a failed drawer is a failure that carries its whole result', async () => {
  const home = drawerWith({}, 'echo out; echo why >&2; exit 3')
  await buttons('drawer main press')
    .in(home)
    .expect({
      json: {
        ok: false,
        error: { code: 'SCRIPT_ERROR', message: 'why' },
        data: expect.objectContaining({
          status: 'failed',
          failed_step: 'a',
          error: { code: 'SCRIPT_ERROR', message: 'why' },
          steps: [expect.objectContaining({ exit_code: 3, stdout: 'out\n', stderr: 'why\n' })],
        }),
      },
      exit: 1,
    })
})

test('a missing input is named, with the words that give it', async () => {
  const home = drawerWith({}, 'true', { inputs: [{ name: 'v', type: 'int', required: true }] })
  await buttons('drawer main press')
    .in(home)
    .expect({
      error: { code: 'MISSING_INPUT', hint: 'buttons drawer main press v=VALUE' },
    })
  await buttons('drawer main press v=x')
    .in(home)
    .expect({ error: { code: 'VALIDATION_ERROR' } })
  await buttons('drawer main press v=7')
    .in(home)
    .expect({ data: { status: 'ok' } })
})

test('a missing argument of a step fails that step', async () => {
  const home = helloFlow()
  const { stdout } = await buttons('drawer hello-flow press')
    .in(home)
    .expect({
      error: { code: 'VALIDATION_ERROR' },
    })
  expect(stdout).toContain('"failed"')
})

test('people see each step as it ends, and the run last', async () => {
  const home = helloFlow()
  await buttons('drawer hello-flow press name=x')
    .in(home)
    .onTerminal()
    .expect({
      stdout:
        /^ {2}✓ greeter \(\d+ms\)\n {2}✓ shouter \(\d+ms\)\n✓ drawer hello-flow ok \(\d+ms\)\n$/,
    })
  const broken = drawerWith({}, 'echo why >&2; exit 1')
  await buttons('drawer main press')
    .in(broken)
    .onTerminal()
    .expect({
      exit: 1,
      stdout: /^ {2}✗ a \(\d+ms\): why\n✗ drawer main failed at step a: why\n$/,
    })
})

describe('mistakes in the words:', () => {
  test.each([
    ['press word', 'key=value'],
    ['press --mode sideways', '--mode must be sequential or parallel'],
    ['press --on-failure maybe', '--on-failure must be'],
    ['press --concurrency -1', '--concurrency'],
    ['press --colour=red', '--colour'],
    ['logs --limit many', 'many'],
  ])('%s', async (words, message) => {
    const home = drawerWith({})
    await buttons(`drawer main ${words}`)
      .in(home)
      .expect({
        error: { code: 'VALIDATION_ERROR', message: expect.stringContaining(message) },
        stderr: /./,
      })
    expect(recordsOf(home, 'main')).toEqual([])
  })
})

test('a webhook body from a file that is not there is refused', async () => {
  await buttons('drawer main press --webhook-body @gone.json')
    .in(drawerWith({}))
    .expect({
      error: { code: 'VALIDATION_ERROR', message: expect.stringContaining('"gone.json"') },
    })
})

test('a flow drawer is not pressed', async () => {
  const home = emptyHome()
  writeDrawer(home, 'board', {
    drawer_kind: 'flow',
    flow: { initial_stage: 'a', manager: { agent: 'x' }, stages: [] },
  })
  await buttons('drawer board press')
    .in(home)
    .expect({
      error: { code: 'FLOW_RUNTIME_REQUIRED', message: expect.stringContaining('flow drawer') },
    })
})

test('an unknown drawer is named, with the one that was meant', async () => {
  const home = drawerWith({})
  await buttons('drawer mian press')
    .in(home)
    .expect({ error: { code: 'NOT_FOUND' } })
  await buttons('drawer mian logs')
    .in(home)
    .expect({ error: { code: 'NOT_FOUND' } })
})

test('--summary shows what would happen, with every flag of a press, and nothing happens', async () => {
  const home = helloFlow()
  const words = 'drawer hello-flow press name=world --mode parallel --concurrency 2 --summary'
  await buttons(words)
    .in(home)
    .expect({
      data: {
        executed: false,
        inputs_resolved: { name: 'world' },
        steps_to_run: [
          { id: 'greeter', kind: 'button', button: 'greeter', args_resolved: { name: 'world' } },
          {
            id: 'shouter',
            kind: 'button',
            button: 'shouter',
            args_resolved: { msg: { unresolved: expect.stringContaining('no such key: text') } },
          },
        ],
        validation: expect.objectContaining({ ok: true }),
      },
    })
  await buttons('drawer hello-flow')
    .in(home)
    .expect({ data: { recent_runs: [] } })
})

test('a plan names the button of each step, empty where there is none', async () => {
  const home = drawerWith({ id: 'w', kind: 'wait', button: undefined, duration: '1ms' })
  await buttons('drawer main press --summary')
    .in(home)
    .expect({ data: { steps_to_run: [{ id: 'w', kind: 'wait', button: '', args_resolved: {} }] } })
})

test('the plan keeps declared secrets to itself', async () => {
  const home = drawerWith({ args: { t: 'x-${inputs.tok}' } }, 'true', {
    inputs: [{ name: 'tok', type: 'string', secret: true }],
  })
  const { stdout } = await buttons('drawer main press tok=sesame --summary').in(home)
  expect(stdout).not.toContain('sesame')
  expect(stdout).toContain('x-[redacted]')
})

describe('--webhook-body becomes inputs.webhook', () => {
  test.each<[string, unknown]>([
    ['{"a":1}', { a: 1 }],
    ['plain words', 'plain words'],
    ['null', null],
    ['@body.json', [1, 2]],
  ])('%s', async (text, body) => {
    const home = drawerWith({ kind: 'transform', fields: { w: '${inputs.webhook}' } }, 'true', {
      triggers: [{ kind: 'webhook', path: '/hook' }],
    })
    home.write('work/body.json', '[1,2]')
    const data = await buttons('drawer', 'main', 'press', '--webhook-body', text).in(home).data()
    expect(data).toMatchObject({
      inputs: {
        webhook: {
          body,
          headers: {},
          query: {},
          method: 'POST',
          path: '/hook',
          received_at: expect.stringMatching(/^\d{4}-.*:\d\dZ$/),
        },
      },
      steps: [{ output: { w: { body } } }],
    })
  })

  test('an empty body is no webhook', async () => {
    const home = drawerWith({ kind: 'transform', fields: { has: '${has(inputs.webhook)}' } })
    const data = await buttons('drawer', 'main', 'press', '--webhook-body', ' ').in(home).data()
    expect(data).toMatchObject({ steps: [{ output: { has: false } }] })
  })
})

test('parallel mode runs side by side, sequential is the default', async () => {
  const home = homeWith({
    buttons: { answer: 'echo 42', work: { code: 'echo "$BUTTONS_ARG_X"', spec: named('x') } },
  })
  writeDrawer(home, 'main', {
    steps: [
      { id: 'b', button: 'work', args: { x: '${a.output}' } },
      { id: 'a', button: 'answer' },
    ],
  })
  const data = await buttons('drawer main press --mode parallel').in(home).data()
  expect(data).toMatchObject({ steps: [{ id: 'b', output: 42 }, { id: 'a' }] })
  await buttons('drawer main press')
    .in(home)
    .expect({ error: { code: 'RESOLVE_ERROR' } })
})

test('steps get batteries, prompts and queues as presses do', async () => {
  const home = homeWith({
    buttons: {
      shows: 'echo "$BUTTONS_BAT_TOKEN"',
      prompt: { spec: { runtime: 'prompt' }, instructions: 'Think first.\n' },
      queued: { code: 'true', spec: { queue: { name: 'q', concurrency: 1 } } },
    },
  })
  home.write('data/batteries.json', '{"schema_version":1,"batteries":{"TOKEN":"battery-value"}}')
  writeDrawer(home, 'main', {
    steps: ['shows', 'prompt', 'queued'].map((button) => ({ id: button, button })),
  })
  const data = await buttons('drawer main press').in(home).data()
  expect(data).toMatchObject({
    steps: [
      { output: 'battery-value\n' },
      { output: 'Think first.\n' },
      { queue_wait_ms: expect.any(Number) },
    ],
  })
  expect(JSON.stringify(recordsOf(home, 'main'))).not.toContain('battery-value')
})

test('a step knows its run, its name and its key', async () => {
  const home = drawerWith({}, 'echo "$BUTTONS_RUN_ID $BUTTONS_STEP ${#BUTTONS_IDEMPOTENCY_KEY}"')
  const data = await buttons('drawer main press').in(home).data<{ run_id: string }>()
  expect(data).toMatchObject({ steps: [{ stdout: `${data.run_id} a 64\n` }] })
})

test('two runs within one second are two records', async () => {
  const home = drawerWith({})
  writeDrawer(home, 'outer', {
    steps: [
      {
        id: 'l',
        kind: 'for_each',
        over: '[1, 2, 3]',
        steps: [{ id: 's', kind: 'drawer', drawer: 'main' }],
      },
    ],
  })
  await buttons('drawer outer press').in(home).data()
  expect(recordsOf(home, 'main')).toHaveLength(3)
})

test('logs are the newest runs first, failed ones found before the limit', async () => {
  const home = drawerWith({ args: { code: '${inputs.code}' } }, 'exit "$BUTTONS_ARG_CODE"')
  await buttons('drawer main press code=1').in(home)
  await buttons('drawer main press code=0').in(home)
  await buttons('drawer main press code=0').in(home)
  const all = await buttons('drawer main logs').in(home).data<{ status: string }[]>()
  expect(all.map(({ status }) => status)).toEqual(['ok', 'ok', 'failed'])
  const failed = await buttons('drawer main logs --failed --limit 1').in(home).data<object[]>()
  expect(failed).toMatchObject([{ status: 'failed', error_type: 'SCRIPT_ERROR' }])
  await buttons('drawer main logs --limit 1')
    .in(home)
    .onTerminal()
    .expect({
      stdout: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}ok {2}\d+ms\n$/,
    })
})

test('failed drawers are among the failures of the workspace', async () => {
  const home = drawerWith({}, 'exit 1')
  await buttons('drawer main press').in(home)
  expect(await buttons('logs').in(home).data()).toMatchObject([
    { target: 'drawer/main', status: 'failed', failed_step: 'a' },
  ])
})

test('a handler is called before the press returns, and the press still fails', async () => {
  const home = drawerWith({}, 'exit 1', { on_error: { drawer: 'rescue' } })
  writeButton(home, 'note', {
    code: 'echo "$BUTTONS_ARG_CODE" > "$NOTE"',
    spec: { ...named('code'), env: { NOTE: join(home.root, 'note') } },
  })
  writeDrawer(home, 'rescue', {
    steps: [{ id: 'n', button: 'note', args: { code: '${inputs.error.code}' } }],
  })
  await buttons('drawer main press')
    .in(home)
    .expect({ error: { code: 'SCRIPT_ERROR' } })
  expect(home.read('note')).toBe('SCRIPT_ERROR\n')
  expect(recordsOf(home, 'rescue')).toHaveLength(1)
})

describe('Ctrl-C', () => {
  const signals = [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const
  test.each(signals)(
    'as %s ends every child, records the run and exits with %i',
    async (signal, status) => {
      const home = emptyHome()
      const pidFile = join(home.root, 'pid')
      writeButton(home, 'long', {
        code: fixture('obeys-term.sh'),
        spec: { env: { PID_FILE: pidFile } },
      })
      writeDrawer(home, 'main', {
        on_error: { drawer: 'main' },
        steps: [
          { id: 'each', kind: 'for_each', over: '[1]', steps: [{ id: 'x', button: 'long' }] },
          { id: 'never', button: 'long' },
        ],
      })
      const run = start(home, 'drawer main press --json')
      const child = Number(await fileWritten(pidFile))
      run.kill(signal)
      const { exit, stdout } = await run.finished
      expect(exit).toBe(status)
      await gone(child)
      expect(JSON.parse(stdout)).toMatchObject({
        ok: false,
        error: { code: 'CANCELLED' },
        data: {
          status: 'cancelled',
          failed_step: 'each',
          steps: [{ id: 'each', status: 'failed' }],
        },
      })
      expect(recordsOf(home, 'main')).toMatchObject([
        { status: 'cancelled', error_type: 'CANCELLED' },
      ])
    },
  )
})
