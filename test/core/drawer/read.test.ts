import { describe, expect, test } from 'bun:test'
import { readDrawer } from '#core/drawer/read.ts'

const step = (rest: object) => ({
  steps: [
    { id: 'a', button: 'x' },
    { id: 'b', ...rest },
  ],
})

describe('a list where an object belongs is refused by its path', () => {
  test.each([
    [{ flow: [] }, 'flow'],
    [{ return: ['a'] }, 'return'],
    [{ on_error: [] }, 'on_error'],
    [{ on_error: { drawer: 'x', with: [1] } }, 'on_error.with'],
    [{ inputs: [[]] }, 'inputs.0'],
    [{ steps: [[]] }, 'steps.0'],
    [{ triggers: [{ kind: 'cron', inputs: [] }] }, 'triggers.0.inputs'],
    [{ flow: { manager: [] } }, 'flow.manager'],
    [{ flow: { stages: [{ id: 'a', retry: [] }] } }, 'flow.stages.0.retry'],
    [step({ args: [1] }), 'steps.1.args'],
    [step({ on_failure: { action: 'retry', backoff: [] } }), 'steps.1.on_failure.backoff'],
    [step({ kind: 'for_each', steps: [{ id: 'c', args: [] }] }), 'steps.1.steps.0.args'],
    [
      step({ kind: 'switch', cases: [{ steps: [{ fields: [] }] }] }),
      'steps.1.cases.0.steps.0.fields',
    ],
  ])('%j', (file, path) => {
    expect(readDrawer(JSON.stringify(file), 'x')).toEqual({
      ok: false,
      why: `"${path}" must be Object`,
    })
  })
})

test('a list where anything may stand is a list', () => {
  const file = { ...step({ args: { a: [1] }, mine: [] }), return: { all: ['a'] }, mine: [[]] }
  expect(readDrawer(JSON.stringify(file), 'x')).toMatchObject({ ok: true, value: { file } })
})
