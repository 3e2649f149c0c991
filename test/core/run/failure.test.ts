import { expect, test } from 'bun:test'
import { describeFailure, failureCode, toFailure } from '#core/run/failure.ts'
import type { StoredRun } from '#core/run/stored.ts'
import type { Run } from '#spec/run.ts'
import { makeRun } from '../../helpers/records.ts'

const failed = (changes: Partial<Run>): StoredRun => ({
  kind: 'button',
  name: 'hello',
  file: 'f',
  run: makeRun({ status: 'error', exit_code: 2, ...changes }),
})

const drawer: StoredRun = {
  kind: 'drawer',
  name: 'flow',
  file: 'f',
  run: {
    drawer_name: 'flow',
    run_id: 'ffff000011112222',
    started_at: '2026-05-02T09:00:00.000Z',
    finished_at: '2026-05-02T09:00:00.000Z',
    duration_ms: 0,
    status: 'failed',
    steps: [{ id: 'a', status: 'error', error: { code: 'SCRIPT_ERROR', message: 'boom' } }],
    error_type: 'SCRIPT_ERROR',
  },
}

test('a failure of a button shows the beginning of stderr', () => {
  expect(toFailure(failed({ stderr: 'x'.repeat(401), error_type: 'SCRIPT_ERROR' }))).toEqual({
    target: 'button/hello',
    run_id: '0123456789abcdef',
    started_at: '2026-05-02T09:00:00.000Z',
    status: 'error',
    exit_code: 2,
    error_type: 'SCRIPT_ERROR',
    stderr: `${'x'.repeat(400)}…`,
  })
})

test('what a failure does not have is left out', () => {
  const { run_id: _, ...older } = makeRun({ status: 'error' })
  expect(toFailure({ kind: 'button', name: 'hello', file: 'f', run: older })).toEqual({
    target: 'button/hello',
    started_at: '2026-05-02T09:00:00.000Z',
    status: 'error',
  })
})

test('a failure of a drawer names its step', () => {
  expect(toFailure(drawer)).toEqual({
    target: 'drawer/flow',
    run_id: 'ffff000011112222',
    started_at: '2026-05-02T09:00:00.000Z',
    status: 'failed',
    error_type: 'SCRIPT_ERROR',
    failed_step: 'a',
  })
})

test.each<[StoredRun, string, string]>([
  [failed({ stderr: ' boom\n' }), 'boom', 'SCRIPT_ERROR'],
  [failed({}), 'exit status 2', 'SCRIPT_ERROR'],
  [failed({ status: 'timeout', duration_ms: 2004 }), 'timed out after 2s', 'TIMEOUT'],
  [failed({ status: 'cancelled' }), 'cancelled', 'CANCELLED'],
  [drawer, 'boom', 'SCRIPT_ERROR'],
])('%#: a failure is described in words', (stored, message, code) => {
  expect(describeFailure(stored)).toBe(message)
  expect(failureCode(stored)).toBe(code)
})
