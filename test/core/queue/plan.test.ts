import { expect, test } from 'bun:test'
import { planQueue } from '#core/queue/plan.ts'

test.each([
  [{ name: 'q' }, { name: 'q', concurrency: 1, key: '' }],
  [
    { name: 'q', concurrency: 0 },
    { name: 'q', concurrency: 1, key: '' },
  ],
  [
    { name: 'q', concurrency: -3 },
    { name: 'q', concurrency: 1, key: '' },
  ],
  [
    { name: 'q', concurrency: 7, key: '${args.env}' },
    { name: 'q', concurrency: 7, key: 'prod' },
  ],
  [
    { name: 'q', key: 'x${args.nobody}' },
    { name: 'q', concurrency: 1, key: 'x', absent: ['nobody'] },
  ],
])('the queue %j is planned as %j', (queue, plan) => {
  expect(planQueue(queue, { env: 'prod' })).toEqual(plan)
})

test('no name, no queue', () => {
  expect(planQueue(undefined, {})).toBeUndefined()
  expect(planQueue({ name: '', concurrency: 3 }, {})).toBeUndefined()
})
