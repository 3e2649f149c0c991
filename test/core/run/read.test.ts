import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { findRun } from '#core/press/readRun.ts'
import { findDrawerRun } from '#core/run/readDrawerRun.ts'

const read = (record: object) => findRun(JSON.stringify(record), 'folder')

test('a record of the first shape, with seconds only, is complete once read', () => {
  const record = {
    button: 'hello',
    pressed_at: '2026-05-02T09:00:00Z',
    args: { who: 'me' },
    exit_code: 3,
    stdout: 'a',
    stderr: 'b',
    duration_ms: 1500,
  }
  expect(read(record)).toEqual({
    ...record,
    button_name: 'hello',
    started_at: '2026-05-02T09:00:00.000Z',
    finished_at: '2026-05-02T09:00:01.500Z',
    status: 'error',
  })
})

test('a record with local times and nanoseconds is read in UTC', () => {
  const record = {
    button_name: 'hello',
    started_at: '2026-05-02T11:00:00.123456789+02:00',
    finished_at: '2026-05-02T11:00:01.5+02:00',
    exit_code: 0,
    status: 'ok',
    stdout: '',
    stderr: '',
    duration_ms: 1377,
  }
  expect(read(record)).toMatchObject({
    button: 'hello',
    pressed_at: '2026-05-02T09:00:00Z',
    started_at: '2026-05-02T09:00:00.123Z',
    finished_at: '2026-05-02T09:00:01.500Z',
  })
})

test.each([
  [{ exit_code: 0 }, 'ok'],
  [{ exit_code: 1 }, 'error'],
  [{ exit_code: -1 }, 'error'],
  [{ exit_code: 204, http_status_code: 204 }, 'ok'],
  [{ exit_code: 399, http_status_code: 399 }, 'ok'],
  [{ exit_code: 404, http_status_code: 404 }, 'error'],
  // A script that ends with 200 has not been answered by anybody.
  [{ exit_code: 200 }, 'error'],
  [{ exit_code: 7, status: 'timeout' }, 'timeout'],
])('the status of %j is %s', (record, status) => {
  expect(read({ pressed_at: '2026-05-02T09:00:00Z', ...record })!.status).toBe(status)
})

test('an unset time counts as none', () => {
  const unset = '0001-01-01T00:00:00Z'
  const record = { started_at: unset, pressed_at: '2026-05-02T09:00:00Z', finished_at: unset }
  expect(read(record)).toMatchObject({
    started_at: '2026-05-02T09:00:00.000Z',
    finished_at: '2026-05-02T09:00:00.000Z',
  })
})

test.each([
  ['', 'nothing'],
  ['{"button": "hel', 'half a record'],
  ['[]', 'a list'],
  ['{}', 'no time'],
  ['{"pressed_at": "yesterday"}', 'no real time'],
  ['{"pressed_at": "2026-05-02T09:00:00Z", "exit_code": "one"}', 'a wrong type'],
])('%j is no record: %s', (text) => {
  expect(findRun(text, 'folder')).toBeUndefined()
  expect(findDrawerRun(text, 'folder')).toBeUndefined()
})

test('a record without a name is that of its folder', () => {
  expect(read({ pressed_at: '2026-05-02T09:00:00Z' })).toMatchObject({
    button: 'folder',
    button_name: 'folder',
  })
})

test('a drawer record keeps what its steps stored, without nulls', () => {
  const text = JSON.stringify({
    started_at: '2026-05-02T09:00:00Z',
    finished_at: null,
    steps: [{ id: 'a', status: 'ok', output: { n: 1 }, error: null }],
    inputs: null,
  })
  expect(findDrawerRun(text, 'flow')).toEqual({
    drawer_name: 'flow',
    started_at: '2026-05-02T09:00:00.000Z',
    finished_at: '2026-05-02T09:00:00.000Z',
    duration_ms: 0,
    status: 'failed',
    steps: [{ id: 'a', status: 'ok', output: { n: 1 } }],
  })
})

test('no text makes reading fail', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      findRun(text, 'x')
      findDrawerRun(text, 'x')
    }),
  )
})
