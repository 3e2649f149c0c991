import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { type JsonObject } from '#core/drawer/json.ts'
import { applyPairs } from '#core/drawer/set/apply.ts'
import { parsePair } from '#core/drawer/set/pair.ts'
import { near } from '../../helpers/drawers.ts'

const around = near({
  buttons: {
    plain: {},
    typed: {
      args: [
        { name: 'version', type: 'string', required: false },
        { name: 'count', type: 'int', required: false },
      ],
    },
  },
  drawers: { child: { inputs: [{ name: 'zip', type: 'string' }] } },
})

function action(): JsonObject {
  return {
    drawer_kind: 'action',
    steps: [
      { id: 'a', kind: 'button', button: 'typed' },
      { id: 'c', kind: 'drawer', drawer: 'child' },
      { id: 'loop', kind: 'for_each', steps: [{ id: 'n', button: 'plain', steps: [] }] },
      { id: 'route', kind: 'switch' },
    ],
  }
}

function flow(): JsonObject {
  const stages = [{ id: 'one', title: 'One', transitions: ['one'] }]
  return { drawer_kind: 'flow', flow: { initial_stage: '', manager: { agent: '' }, stages } }
}

function set(file: JsonObject, ...words: string[]): JsonObject {
  applyPairs(file, words.map(parsePair), { drawer: 'main', near: around })
  return file
}

function at(file: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<string, unknown> | undefined)?.[key],
    file,
  )
}

describe('fields of an action drawer', () => {
  test.each<[string, (string | number)[], unknown]>([
    ['a.args.x=5', ['steps', 0, 'args', 'x'], 5],
    ['a.args.x=', ['steps', 0, 'args', 'x'], ''],
    ['a.args.x=01', ['steps', 0, 'args', 'x'], '01'],
    ['a.args.x="7"', ['steps', 0, 'args', 'x'], '7'],
    ['a.args.x=null', ['steps', 0, 'args', 'x'], null],
    ['a.args.x= {"k":[1]} ', ['steps', 0, 'args', 'x'], { k: [1] }],
    ['a.args.x=${b.output.y}', ['steps', 0, 'args', 'x'], '${b.output.y}'],
    ['a.args.with.dots=a=b', ['steps', 0, 'args', 'with.dots'], 'a=b'],
    ['a.args.version=1.10', ['steps', 0, 'args', 'version'], '1.10'],
    ['a.args.version="1.10"', ['steps', 0, 'args', 'version'], '1.10'],
    ['a.args.count=10', ['steps', 0, 'args', 'count'], 10],
    ['c.args.zip=01234', ['steps', 1, 'args', 'zip'], '01234'],
    ['c.args.zip=12345678901234567890', ['steps', 1, 'args', 'zip'], '12345678901234567890'],
    ['a.args={"x":1}', ['steps', 0, 'args'], { x: 1 }],
    ['a.button=Plain', ['steps', 0, 'button'], 'plain'],
    ['a.kind=wait', ['steps', 0, 'kind'], 'wait'],
    ['a.id=b', ['steps', 0, 'id'], 'b'],
    ['a.over=123', ['steps', 0, 'over'], '123'],
    ['a.over="x"', ['steps', 0, 'over'], 'x'],
    ['a.timeout_seconds=30', ['steps', 0, 'timeout_seconds'], 30],
    ['a.on_failure.action=retry', ['steps', 0, 'on_failure', 'action'], 'retry'],
    ['a.on_failure.retry_on=["TIMEOUT"]', ['steps', 0, 'on_failure', 'retry_on'], ['TIMEOUT']],
    ['a.on_failure.backoff.factor=1.5', ['steps', 0, 'on_failure', 'backoff', 'factor'], 1.5],
    ['a.on_failure.backoff.jitter=true', ['steps', 0, 'on_failure', 'backoff', 'jitter'], true],
    ['loop.parallelism=4', ['steps', 2, 'parallelism'], 4],
    ['loop.on_item_failure=continue', ['steps', 2, 'on_item_failure'], 'continue'],
    ['loop.steps.0.args.x=1', ['steps', 2, 'steps', 0, 'args', 'x'], 1],
    [
      'loop.steps.0.on_failure.action=stop',
      ['steps', 2, 'steps', 0, 'on_failure', 'action'],
      'stop',
    ],
    [
      'loop.steps.1.button=plain',
      ['steps', 2, 'steps', 1],
      { id: 'plain', kind: 'button', button: 'plain' },
    ],
    [
      'loop.steps.0.steps.0.drawer=child',
      ['steps', 2, 'steps', 0, 'steps', 0],
      { id: 'child', kind: 'drawer', drawer: 'child' },
    ],
    ['route.cases.0.when=inputs.x', ['steps', 3, 'cases', 0], { when: 'inputs.x' }],
    ['route.cases.0.steps.0.button=plain', ['steps', 3, 'cases', 0, 'steps', 0, 'button'], 'plain'],
    ['route.cases=[{"when":"true"}]', ['steps', 3, 'cases'], [{ when: 'true' }]],
    ['route.fields.x=${a.output}', ['steps', 3, 'fields', 'x'], '${a.output}'],
    ['route.on_conflict=list', ['steps', 3, 'on_conflict'], 'list'],
    ['description=5', ['description'], '5'],
    ['return.version=${a.output.v}', ['return', 'version'], '${a.output.v}'],
    ['return={"a":1}', ['return'], { a: 1 }],
    ['on_error.drawer=Child', ['on_error', 'drawer'], 'child'],
    ['on_error.with.x=1', ['on_error', 'with', 'x'], 1],
    ['output_schema={"type":"object"}', ['output_schema'], { type: 'object' }],
  ])('%s', (word, path, expected) => {
    expect(at(set(action(), word), ...path)).toEqual(expected)
  })

  test.each([
    ['loop.parallelism=0', 'parallelism'],
    ['loop.over=', 'over'],
    ['loop.over=""', 'over'],
    ['loop.steps=null', 'steps'],
    ['loop.steps=[]', 'steps'],
    ['loop.timeout_seconds=0', 'timeout_seconds'],
  ])('%s takes the key away', (word, key) => {
    const file = set(action(), 'loop.parallelism=2', 'loop.over=x', 'loop.timeout_seconds=3', word)
    expect(at(file, 'steps', 2)).not.toHaveProperty(key)
  })

  test.each([
    ['nope=1', 'VALIDATION_ERROR'],
    ['nope.args.x=1', 'STEP_NOT_FOUND'],
    ['.args.x=1', 'VALIDATION_ERROR'],
    ['a.=1', 'VALIDATION_ERROR'],
    ['a.args.=1', 'VALIDATION_ERROR'],
    ['a.colour=1', 'STEP_FIELD_UNKNOWN'],
    ['a.over.x=1', 'STEP_FIELD_UNKNOWN'],
    ['a.on_failure.colour=1', 'STEP_FIELD_UNKNOWN'],
    ['a.toString=1', 'STEP_FIELD_UNKNOWN'],
    ['a.constructor.name=1', 'STEP_FIELD_UNKNOWN'],
    ['loop.parallelism=4x', 'VALIDATION_ERROR'],
    ['loop.parallelism="4"', 'VALIDATION_ERROR'],
    ['loop.parallelism=1.5', 'VALIDATION_ERROR'],
    ['loop.parallelism=-1', 'VALIDATION_ERROR'],
    ['loop.on_item_failure=maybe', 'VALIDATION_ERROR'],
    ['loop.steps.1.args.x=1', 'NESTED_STEP_NOT_FOUND'],
    ['loop.steps.7.button=plain', 'NESTED_STEP_NOT_FOUND'],
    ['loop.steps.x.button=plain', 'VALIDATION_ERROR'],
    ['loop.steps.0=1', 'VALIDATION_ERROR'],
    ['loop.steps=[1]', 'VALIDATION_ERROR'],
    ['route.cases.1.when=x', 'NESTED_STEP_NOT_FOUND'],
    ['a.kind=teleport', 'VALIDATION_ERROR'],
    ['a.id=', 'VALIDATION_ERROR'],
    ['a.id=loop', 'VALIDATION_ERROR'],
    ['a.button=gone', 'BUTTON_NOT_FOUND'],
    ['a.steps=[{"id":"x","button":"gone"}]', 'BUTTON_NOT_FOUND'],
    ['a.drawer=gone', 'DRAWER_NOT_FOUND'],
    ['a.drawer=main', 'VALIDATION_ERROR'],
    ['on_error.drawer=gone', 'DRAWER_NOT_FOUND'],
    ['flow.initial_stage=x', 'DRAWER_KIND_MISMATCH'],
  ])('%s cannot be set', (word, code) => {
    expect(() => set(action(), word)).toThrow(expect.objectContaining({ code }))
  })

  test.each(['x', '=1', ''])('%p is no pair', (word) => {
    expect(() => parsePair(word)).toThrow(expect.objectContaining({ code: 'VALIDATION_ERROR' }))
  })

  test('later pairs see earlier ones', () => {
    const file = set(action(), 'loop.steps.1.button=typed', 'loop.steps.1.args.version=1.10')
    expect(at(file, 'steps', 2, 'steps', 1, 'args', 'version')).toBe('1.10')
  })

  test('a step of that id goes before a field of the drawer', () => {
    const file = { steps: [{ id: 'return', button: 'plain' }] }
    expect(at(set(file, 'return.args.x=1'), 'steps', 0, 'args', 'x')).toBe(1)
  })
})

describe('fields of a flow drawer', () => {
  test.each<[string, (string | number)[], unknown]>([
    ['flow.initial_stage=one', ['initial_stage'], 'one'],
    ['flow.manager.heartbeat_seconds=300', ['manager', 'heartbeat_seconds'], 300],
    ['flow.limits.max_active_tasks=-1', ['limits', 'max_active_tasks'], -1],
    ['flow.stages.one.title="123"', ['stages', 0, 'title'], '123'],
    [
      'flow.stages.one.worker.agent=activation.worker',
      ['stages', 0, 'worker', 'agent'],
      'activation.worker',
    ],
    [
      'flow.stages.one.session_policy.manager=forever',
      ['stages', 0, 'session_policy', 'manager'],
      'forever',
    ],
    [
      'flow.stages.one.manager.system_prompt=hi',
      ['stages', 0, 'manager'],
      { agent: '', system_prompt: 'hi' },
    ],
    [
      'flow.stages.one.completion.requires_proof=true',
      ['stages', 0, 'completion', 'requires_proof'],
      true,
    ],
    ['flow.stages.one.transitions=["a","b"]', ['stages', 0, 'transitions'], ['a', 'b']],
    ['flow.stages.one.transitions=null', ['stages', 0, 'transitions'], undefined],
    ['flow.stages.one.triggers=[{"kind":"cron"}]', ['stages', 0, 'triggers'], [{ kind: 'cron' }]],
    ['flow.stages.one.retry.limit=2', ['stages', 0, 'retry', 'limit'], 2],
  ])('%s', (word, path, expected) => {
    expect(at(set(flow(), word), 'flow', ...path)).toEqual(expected)
  })

  test.each([
    ['flow.initial_stage=5', 'VALIDATION_ERROR'],
    ['flow.manager.heartbeat_seconds=1.5', 'VALIDATION_ERROR'],
    ['flow.manager.heartbeat_seconds=soon', 'VALIDATION_ERROR'],
    ['flow.stages.one.completion.requires_proof=yes', 'VALIDATION_ERROR'],
    ['flow.stages.one.transitions=a', 'VALIDATION_ERROR'],
    ['flow.stages.one.triggers=[1]', 'VALIDATION_ERROR'],
    ['flow.stages.gone.title=x', 'STAGE_NOT_FOUND'],
    ['flow.stages.one=x', 'FLOW_FIELD_UNKNOWN'],
    ['flow.stages.one.id=x', 'FLOW_FIELD_UNKNOWN'],
    ['flow.stages.one.colour=x', 'FLOW_FIELD_UNKNOWN'],
    ['flow.manager=x', 'FLOW_FIELD_UNKNOWN'],
    ['flow.title.x=x', 'FLOW_FIELD_UNKNOWN'],
    ['flow.initial_stage.x=x', 'FLOW_FIELD_UNKNOWN'],
  ])('%s cannot be set', (word, code) => {
    const target = word.slice(0, word.indexOf('='))
    expect(() => set(flow(), word)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(target) }),
    )
  })
})

test('what is set is what is there, at any depth and under any name', () => {
  const depth = fc.integer({ min: 0, max: 5 })
  const name = fc.string({ minLength: 1 }).filter((text) => !text.includes('='))
  fc.assert(
    fc.property(depth, name, fc.jsonValue(), (levels, field, value) => {
      const nested = (left: number): JsonObject =>
        left === 0
          ? { id: 'x', button: 'plain' }
          : { id: 'x', kind: 'for_each', steps: [nested(left - 1)] }
      const file: JsonObject = { steps: [nested(levels)] }
      set(file, `x${'.steps.0'.repeat(levels)}.args.${field}=${JSON.stringify(value)}`)
      const way = ['steps', 0, ...Array.from({ length: levels }, () => ['steps', 0]).flat()]
      const args = at(file, ...way, 'args') as Record<string, unknown>
      expect(Object.keys(args)).toEqual([field])
      expect(JSON.stringify(args[field])).toBe(JSON.stringify(value))
    }),
  )
})

test('no pair breaks the walk', () => {
  const part = fc.constantFrom(
    'a',
    'loop',
    'route',
    'steps',
    'cases',
    '0',
    '1',
    'args',
    'on_failure',
    'flow',
    'stages',
    'one',
    'return',
    '',
    '__proto__',
    'toString',
    'backoff',
    'id',
    'kind',
  )
  const value = fc.oneof(fc.json(), fc.string())
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 1, maxLength: 7 }),
      value,
      fc.boolean(),
      (parts, raw, isFlow) => {
        const file = isFlow ? flow() : action()
        try {
          set(file, `${parts.join('.')}=${raw}`)
        } catch (error) {
          expect(error).toHaveProperty('code')
        }
        expect(Object.keys(Object.prototype)).toEqual([])
        expect(Object.prototype).not.toHaveProperty('args')
      },
    ),
  )
})
