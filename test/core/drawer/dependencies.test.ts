import { expect, test } from 'bun:test'
import { findDependencies } from '#core/drawer/dependencies.ts'
import type { Step } from '#spec/steps.ts'

function dependencies(...steps: Record<string, unknown>[]): Record<string, string[]> {
  return Object.fromEntries(findDependencies(steps as unknown as Step[]))
}

const plain = (id: string) => ({ id })
const reads = (id: string, value: unknown) => ({ id, args: { x: value } })

test.each([
  ['a field', reads('z', '${a.output.v}'), ['a']],
  [
    'two steps in one expression',
    reads('z', '${ fetch-data.output.id ?? a.output.v }'),
    ['a', 'fetch-data'],
  ],
  ['an underscore for a hyphen', reads('z', '${fetch_data.output}'), ['fetch-data']],
  ['inputs and itself', reads('z', '${inputs.a} ${z.output}'), []],
  ['a name inside a text', reads('z', "${inputs.x == 'a'}"), []],
  ['a field of that name', reads('z', '${inputs.a.a}'), []],
  ['the middle of nested values', reads('z', { k: ['${a.output}'] }), ['a']],
  ['through steps', reads('z', '${steps["fetch-data"].output}'), ['fetch-data']],
  ['any step at all', reads('z', '${steps[inputs.x].output}'), ['a', 'fetch-data']],
  ['a bare over', { id: 'z', kind: 'for_each', over: 'a.output' }, ['a']],
  [
    'a bare from, with item in pluck',
    { id: 'z', kind: 'aggregate', from: 'a.output', pluck: 'item.x + item.y' },
    ['a'],
  ],
  ['a bare when', { id: 'z', kind: 'switch', cases: [{ when: 'a.output == 1' }] }, ['a']],
  ['a variable of a macro', reads('z', '${[1].map(a, a + 1)}'), []],
  ['a duration', { id: 'z', kind: 'wait', duration: '${a.output}s' }, ['a']],
  [
    'the fields of newer kinds',
    { id: 'z', kind: 'merge', inputs: { x: '${a.output}' }, fields: { y: '${fetch-data.output}' } },
    ['a', 'fetch-data'],
  ],
  ['a body', { id: 'z', kind: 'for_each', over: '[1]', steps: [reads('n', '${a.output}')] }, ['a']],
  [
    'a loop variable',
    { id: 'z', kind: 'for_each', over: '[1]', as: 'a', steps: [reads('n', '${a.x}')] },
    [],
  ],
  [
    'an earlier step of the body',
    { id: 'z', kind: 'for_each', over: '[1]', steps: [plain('a'), reads('n', '${a.output}')] },
    [],
  ],
  [
    'a later step of the body',
    { id: 'z', kind: 'for_each', over: '[1]', steps: [reads('n', '${a.output}'), plain('a')] },
    ['a'],
  ],
  [
    'a branch',
    { id: 'z', kind: 'switch', cases: [{ when: 'true', steps: [reads('n', '${a.output}')] }] },
    ['a'],
  ],
  ['a broken expression', reads('z', '${a.}'), []],
])('%s', (_, step, expected) => {
  expect(dependencies(plain('a'), plain('fetch-data'), step)['z']).toEqual(expected)
})

test('steps may read each other', () => {
  expect(dependencies(reads('a', '${b.output}'), reads('b', '${a.output}'))).toEqual({
    a: ['b'],
    b: ['a'],
  })
})
