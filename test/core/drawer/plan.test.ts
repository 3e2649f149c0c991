import { describe, expect, test } from 'bun:test'
import { findCycle, findDependencies } from '#core/drawer/run/plan.ts'
import type { Step } from '#spec/steps.ts'

const before: Step[] = [
  { id: 'a', button: 'x' },
  { id: 'fetch-data', button: 'x' },
  { id: 'who', button: 'x' },
]

/** The ids that a step after `a`, `fetch-data` and `who` waits for. */
function needs(step: Partial<Step>): string[] {
  const steps = [...before, { id: 'b', ...step }]
  return findDependencies(steps)[3]!.map((place) => steps[place]!.id)
}

const args = (text: string) => ({ args: { x: text } })
const body = (text: string): Step[] => [{ id: 'inner', args: { x: text } }]

describe('a step waits for', () => {
  test.each<[string, Partial<Step>, string[]]>([
    [
      'what it reads',
      { args: { x: '${a.output.v}', y: '${ fetch-data.output.id ?? a.output.v }' } },
      ['a', 'fetch-data'],
    ],
    ['a name written with underscores', args('${fetch_data.output}'), ['fetch-data']],
    ['no input of the same name', args('${inputs.who}'), []],
    ['no field of the same name', args('${a.output.who}'), ['a']],
    ['no word in a text', args("${'who' + a.output} who"), ['a']],
    ['not itself', args('${b.output}'), []],
    ['no variable of the environment', args('$ENV{a} ${env.who}'), []],
    ['no macro variable', args('${a.output.map(who, who + 1)}'), ['a']],
    ['a step named through steps', args("${steps['who'].output}"), ['who']],
    [
      'every earlier step when the name is computed',
      args('${steps[inputs.x].output}'),
      ['a', 'fetch-data', 'who'],
    ],
    ['a bare over', { kind: 'for_each', over: 'a.output' }, ['a']],
    [
      'a bare from, and a pluck without its item',
      { kind: 'aggregate', from: 'a.output', pluck: 'item.x + who.output' },
      ['a', 'who'],
    ],
    ['a bare when', { kind: 'switch', cases: [{ when: 'who.output == 1' }] }, ['who']],
    ['a body', { kind: 'for_each', over: 'inputs.l', steps: body('${a.output}') }, ['a']],
    [
      'no loop variable',
      { kind: 'for_each', over: 'inputs.l', as: 'who', steps: body('${who}') },
      [],
    ],
    ['no item by default', { kind: 'for_each', over: 'inputs.l', steps: body('${item.a}') }, []],
    [
      'no step of its own body',
      {
        kind: 'for_each',
        over: 'inputs.l',
        steps: [{ id: 'a' }, { id: 'z', args: { x: '${a.output}' } }],
      },
      [],
    ],
    [
      'an outer step until the body has one of that name',
      { kind: 'for_each', over: 'inputs.l', steps: [{ id: 'a', args: { x: '${a.output}' } }] },
      ['a'],
    ],
    [
      'a case',
      {
        kind: 'switch',
        cases: [{ when: 'true', steps: body('${a.output}') }],
        steps: body('${who.output}'),
      },
      ['a', 'who'],
    ],
    [
      'a duration, and not the until that it hides',
      { kind: 'wait', duration: '${a.output}s', until: '${who.output}' },
      ['a'],
    ],
    ['the fields of a transform', { kind: 'transform', fields: { x: ['${a.output}'] } }, ['a']],
    ['the inputs of a merge', { kind: 'merge', inputs: { x: '${who.output}' } }, ['who']],
    [
      'the time of a batch',
      { kind: 'batch', over: 'a.output', within: '5m', at: 'item.t ?? who.output' },
      ['a', 'who'],
    ],
    ['nothing that its kind does not read', { kind: 'wait', duration: '1s', over: 'a.output' }, []],
    ['nothing when its expression is broken', args('${a.}'), []],
  ])('%s', (_, step, expected) => {
    expect(needs(step)).toEqual(expected)
  })
})

test('inputs, env and webhooks are never steps, whatever the steps are called', () => {
  const steps = [
    { id: 'inputs' },
    { id: 'env' },
    { id: 'z', args: { x: '${inputs.x}${env.HOME}' } },
  ]
  expect(findDependencies(steps)[2]).toEqual([])
})

test('the order in the file does not matter', () => {
  const steps = [{ id: 'b', args: { x: '${a.output}' } }, { id: 'a' }]
  expect(findDependencies(steps)).toEqual([[1], []])
})

test('a circle is found, wherever it hangs', () => {
  expect(findCycle([[], [0], [1]])).toBeUndefined()
  expect(findCycle([[1], [0]])).toEqual([0, 1])
  expect(findCycle([[1], [2], [3], [1]])).toEqual([1, 2, 3])
})

test('a chain as long as a drawer can be is no problem', () => {
  const chain = Array.from({ length: 50_000 }, (_, n) => (n === 0 ? [] : [n - 1]))
  expect(findCycle(chain.toReversed().map((_, n) => (n === 49_999 ? [] : [n + 1])))).toBeUndefined()
})
