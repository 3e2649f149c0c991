import { describe, expect, test } from 'bun:test'
import { planSteps, readAddTarget } from '#core/drawer/add.ts'
import { planWires, stepReference } from '#core/drawer/connect.ts'
import { drawerOf, near } from '../../helpers/drawers.ts'

const text = { type: 'string' }
const around = near({
  buttons: {
    build: {
      output_schema: {
        properties: {
          Version: text,
          count: { type: 'number' },
          ok: { type: 'boolean' },
          size: { type: 'integer' },
          SIZE: { type: 'integer' },
          'my key': text,
        },
      },
    },
    ship: {
      args: [
        { name: 'version', type: 'string', required: true },
        { name: 'count', type: 'int', required: false },
        { name: 'ok', type: 'string', required: false },
      ],
    },
    sized: { args: [{ name: 'size', type: 'int', required: true }] },
    odd: { args: [{ name: 'my key', type: 'string', required: true }] },
    silent: {},
  },
  drawers: {
    child: {
      inputs: [{ name: 'version', type: 'string' }],
      output_schema: { properties: { version: text } },
    },
  },
})

const main = drawerOf({
  steps: [
    { id: 'build', button: 'build' },
    { id: 'ship', button: 'ship', args: { count: 1 } },
    { id: 'sized', button: 'sized' },
    { id: 'odd', button: 'odd' },
    { id: 'silent', button: 'silent' },
    { id: 'child', kind: 'drawer', drawer: 'child' },
    { id: '1st', button: 'build' },
  ],
})

function wires(from: string, to: string): string[] {
  return planWires(main, from, to, around).map(
    ({ step, to: arg, value }) => `${step}.${arg}=${value}`,
  )
}

describe('connect', () => {
  test.each([
    ['build.output.version', 'ship.args.version', ['ship.version=${build.output.version}']],
    ['build.output.a.b', 'ship.args.x.y', ['ship.x.y=${build.output.a.b}']],
    ['nobody.output.x', 'ship.args.version', ['ship.version=${nobody.output.x}']],
    ['1st.output.x', 'ship.args.version', ['ship.version=${steps["1st"].output.x}']],
    ['build', 'ship', ['ship.version=${build.output.Version}']],
    ['build', 'child', ['child.version=${build.output.Version}']],
    ['child', 'ship', ['ship.version=${child.output.version}']],
    ['build', 'odd', ['odd.my key=${build.output["my key"]}']],
    ['1st', 'ship', ['ship.version=${steps["1st"].output.Version}']],
  ])('%s to %s', (from, to, expected) => {
    expect(wires(from, to)).toEqual(expected)
  })

  test.each([
    ['nobody', 'ship', 'STEP_NOT_FOUND'],
    ['build', 'nobody', 'STEP_NOT_FOUND'],
    ['build.output.x', 'nobody.args.x', 'STEP_NOT_FOUND'],
    ['build.output.x', 'ship', 'VALIDATION_ERROR'],
    ['build.x', 'ship.args.y', 'VALIDATION_ERROR'],
    ['silent', 'ship', 'VALIDATION_ERROR'],
    ['build', 'silent', 'VALIDATION_ERROR'],
    ['build', 'sized', 'AMBIGUOUS'],
  ])('%s cannot be connected to %s', (from, to, code) => {
    expect(() => wires(from, to)).toThrow(expect.objectContaining({ code }))
  })

  test('candidates are told in order', () => {
    expect(() => wires('build', 'sized')).toThrow(
      expect.objectContaining({
        spec: {
          candidates: [{ arg: 'size', candidates: ['SIZE', 'size'], from: 'build', to: 'sized' }],
        },
        hint: expect.stringContaining('build.output.SIZE to sized.args.size'),
      }),
    )
  })

  test('a flow has no steps to connect', () => {
    const flow = drawerOf({ drawer_kind: 'flow', flow: {} })
    expect(() => planWires(flow, 'a', 'b', around)).toThrow(
      expect.objectContaining({ code: 'DRAWER_KIND_MISMATCH' }),
    )
  })
})

test.each([
  ['a', 'a'],
  ['emit-version', 'emit-version'],
  ['for', 'steps["for"]'],
  ['inputs', 'steps["inputs"]'],
  ['a.b', 'steps["a.b"]'],
  ['a-', 'steps["a-"]'],
])('step %s is read as %s', (id, expected) => {
  expect(stepReference(id)).toBe(expected)
})

describe('add', () => {
  function added(targets: string[], taken: string[] = []) {
    return planSteps('main', targets.map(readAddTarget), taken, around)
  }

  test('a target becomes a step of its kind', () => {
    expect(added(['Ship', 'drawer/child', 'for_each:build', 'wait:1s'])).toEqual([
      { id: 'ship', kind: 'button', button: 'ship' },
      { id: 'child', kind: 'drawer', drawer: 'child' },
      {
        id: 'for_each-build',
        kind: 'for_each',
        as: 'item',
        steps: [{ id: 'build', kind: 'button', button: 'build' }],
      },
      { id: 'wait', kind: 'wait', duration: '1s' },
    ])
  })

  test('ids that are taken are counted up', () => {
    expect(
      added(['ship', 'ship', 'wait:1s', 'wait:2s'], ['ship', 'ship-3']).map(({ id }) => id),
    ).toEqual(['ship-2', 'ship-4', 'wait', 'wait-2'])
  })

  test.each([
    ['gone', 'BUTTON_NOT_FOUND', /"gone"/],
    ['for_each:gone', 'BUTTON_NOT_FOUND', /gone/],
    ['drawer/gone', 'DRAWER_NOT_FOUND', /gone/],
    ['drawer/Main', 'VALIDATION_ERROR', /cannot include itself/],
    ['wait:', 'VALIDATION_ERROR', /empty/],
  ])('%s cannot be added', (target, code, message) => {
    expect(() => added(['ship', target])).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    )
  })
})
