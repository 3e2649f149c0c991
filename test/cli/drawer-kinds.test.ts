// What a press of each kind of step answers, from outside (drawers.md 9).

import { describe, expect, test } from 'bun:test'
import { buttons } from '../helpers/buttons.ts'
import { writeDrawer } from '../helpers/drawerFiles.ts'
import { type Home, homeWith } from '../helpers/home.ts'

const said = 'printf %s "$BUTTONS_ARG_MSG"'
const msg = { args: [{ name: 'msg', type: 'string', required: true }] }

function homeOf(steps: object[], more: object = {}): Home {
  const home = homeWith({
    buttons: { say: { code: said, spec: msg }, boom: 'echo boom >&2; exit 3', ok: 'echo ok' },
  })
  writeDrawer(home, 'main', { steps, ...more })
  return home
}

interface Answer {
  status: string
  steps: { status: string; output?: unknown; error?: { code: string }; attempts?: number }[]
}

const press = (home: Home, ...words: string[]) =>
  buttons('drawer', 'main', 'press', ...words)
    .in(home)
    .data<Answer>()

const say = (id: string, text: string) => ({ id, button: 'say', args: { msg: text } })
const loop = (over: string, steps: object[], more: object = {}) => ({
  id: 'each',
  kind: 'for_each',
  over,
  steps,
  ...more,
})

test('a drawer inside hands back what it returns, and has a record of its own', async () => {
  const home = homeOf([
    { id: 'build', kind: 'drawer', drawer: 'kid', args: { v: '1.2.3' } },
    say('tell', 'built ${build.output.version}'),
  ])
  writeDrawer(home, 'kid', {
    steps: [say('emit-version', '{"version":"${inputs.v}"}')],
    return: { version: '${emit-version.output.version}' },
  })
  const { steps } = await press(home)
  expect(steps).toMatchObject([{ output: { version: '1.2.3' } }, { output: 'built 1.2.3' }])
  expect(await buttons('drawer kid logs').in(home).data()).toHaveLength(1)
})

test('a loop runs its body once per item and keeps the order', async () => {
  const home = homeOf([
    loop('["a","b","c"]', [say('x', '${item}!')], { parallelism: 3 }),
    { id: 'all', kind: 'aggregate', from: 'each.output.results', pluck: 'item.steps.x.output' },
  ])
  const { steps } = await press(home)
  expect(steps[0]!.output).toMatchObject({
    total: 3,
    results: [{ index: 0 }, { index: 1 }, { index: 2 }],
  })
  expect(steps[1]!.output).toEqual({ values: ['a!', 'b!', 'c!'], count: 3 })
})

test('a loop goes on after a failed item when told to', async () => {
  const body = { id: 'x', kind: 'switch', cases: [{ when: 'item % 2 == 0', steps: [boom] }] }
  const home = homeOf([loop('[1,2,3,4]', [body], { on_item_failure: 'continue', parallelism: 2 })])
  const { status, steps } = await press(home)
  expect(status).toBe('ok')
  expect(JSON.stringify(steps[0]!.output).split('"failed":true')).toHaveLength(3)
})

const boom = { id: 'b', button: 'boom' }

describe('a step that cannot be done fails the press:', () => {
  test.each<[string, RegExp, object]>([
    ['FOREACH_ITEM_FAILED', /iteration 0 failed/, loop('[1]', [boom], { parallelism: 2 })],
    ['VALIDATION_ERROR', /no 'over'/, { id: 'each', kind: 'for_each', steps: [boom] }],
    ['VALIDATION_ERROR', /duration.*until/, { id: 'w', kind: 'wait' }],
    ['SUBDRAWER_CYCLE', /main → main/, { id: 'm', kind: 'drawer', drawer: 'main' }],
    ['DRAWER_NOT_FOUND', /gone/, { id: 'm', kind: 'drawer', drawer: 'gone' }],
    ['BUTTON_NOT_FOUND', /gone/, { id: 'm', button: 'gone' }],
    ['KIND_NOT_IMPLEMENTED', /dance/, { id: 'm', kind: 'dance' }],
  ])('%s', async (code, message, step) => {
    await buttons('drawer main press')
      .in(homeOf([step]))
      .expect({ error: { code, message: expect.stringMatching(message) } })
  })
})

test.each(['inputs.env == "prod"', '${inputs.env == "prod"}'])(
  'a switch runs one branch only, its condition written as %s',
  async (when) => {
    const home = homeOf([
      {
        id: 's',
        kind: 'switch',
        cases: [
          { id: 'prod-case', when, steps: [say('p', 'prod')] },
          { id: 'staging-case', when: 'true', steps: [say('q', 'staging')] },
        ],
      },
    ])
    const prod = await press(home, 'env=prod')
    expect(prod.steps[0]!.output).toEqual({
      matched: 'prod-case',
      steps: { p: { status: 'ok', output: 'prod', error: null } },
    })
    const other = await press(home, 'env=staging')
    expect(other.steps[0]!.output).toMatchObject({ matched: 'staging-case' })
  },
)

test('the kinds that only work on values hand on what they made', async () => {
  const home = homeOf([
    { id: 'cut', kind: 'split', over: '[1,2,3]', size: 2 },
    { id: 'gather', kind: 'batch', over: '[1,2,3]', size: 2 },
    { id: 'both', kind: 'merge', inputs: { a: { x: 1 }, b: { x: 2, y: 3 } } },
    { id: 'shape', kind: 'transform', fields: { n: '${both.output.y + 1}' } },
    { id: 'pause', kind: 'wait', duration: '1ms' },
  ])
  const { steps } = await press(home)
  expect(steps.map(({ output }) => output)).toMatchObject([
    { chunks: [[1, 2], [3]], count: 2 },
    { batches: [[1, 2], [3]], count: 2 },
    { x: 2, y: 3 },
    { n: 4 },
    { until: expect.any(String) },
  ])
})

test('a failure is tried again only for the codes that are listed', async () => {
  const retry = (more: object) => ({ action: 'retry', max_attempts: 3, ...more })
  const attemptsOf = async (more: object) => {
    const home = homeOf([{ ...boom, on_failure: retry(more) }])
    const { data } = await buttons('drawer main press')
      .in(home)
      .expect({ error: { code: 'SCRIPT_ERROR' } })
      .then(() => buttons('drawer main logs').in(home).data<Answer[]>())
      .then(([record]) => ({ data: record! }))
    return data.steps[0]!.attempts
  }
  expect(await attemptsOf({})).toBe(3)
  expect(await attemptsOf({ retry_on: ['TIMEOUT'] })).toBeUndefined()
})

describe('parallel', () => {
  test('a step waits for the one it reads, wherever that stands', async () => {
    const home = homeOf([say('b', '${a.output}'), say('a', '42')])
    const { steps } = await press(home, '--mode', 'parallel')
    expect(steps).toMatchObject([
      { id: 'b', output: 42 },
      { id: 'a', output: 42 },
    ])
  })

  test('what depends on a failed step is skipped, the rest runs when told to', async () => {
    const home = homeOf([boom, say('after', '${b.output}'), { id: 'free', button: 'ok' }])
    await buttons('drawer main press --mode parallel --on-failure continue')
      .in(home)
      .expect({
        error: { code: 'SCRIPT_ERROR' },
        data: { failed_step: 'b', skipped_steps: ['after'], steps: [{ id: 'b' }, { id: 'free' }] },
      })
  })

  test('steps that wait for each other never start', async () => {
    const home = homeOf([say('a', '${b.output}'), say('b', '${a.output}')])
    await buttons('drawer main press --mode parallel')
      .in(home)
      .expect({ error: { code: 'PARALLEL_DEADLOCK' }, data: { steps: [] } })
  })
})
