import { expect, test } from 'bun:test'
import { isCurrent, toRow } from '#core/run/row.ts'
import { findStored } from '#core/run/stored.ts'
import { makeRun } from '../../helpers/records.ts'

const mark = { size: 300, mtimeNs: 1_777_712_400_123_456_789n }

test('the row of a good press holds no output', () => {
  const run = makeRun({ args: { env: 'prod' } })
  const file = 'buttons/hello/pressed/2026-05-02T09-00-00Z.json'
  expect(toRow({ kind: 'button', name: 'hello', file, run }, mark)).toEqual({
    file,
    kind: 'button',
    name: 'hello',
    run_id: '0123456789abcdef',
    started_at: '2026-05-02T09:00:00.000Z',
    started_ms: Date.parse('2026-05-02T09:00:00Z'),
    finished_at: '2026-05-02T09:00:00.000Z',
    duration_ms: 3,
    status: 'ok',
    exit_code: 0,
    http_status_code: null,
    error_type: null,
    failed_step: null,
    args_json: '{"env":"prod"}',
    stderr_head: null,
    file_size: 300,
    file_mtime_ns: '1777712400123456789',
  })
})

test('the row of a failed press holds the first 400 bytes of stderr, whole characters only', () => {
  const run = makeRun({ status: 'error', exit_code: 1, stderr: 'é'.repeat(300), error_type: 'E' })
  const row = toRow({ kind: 'button', name: 'hello', file: 'f', run }, mark)
  expect(row).toMatchObject({ exit_code: 1, error_type: 'E', stderr_head: 'é'.repeat(200) })
})

test('the row of a failed drawer names the last step that is not ok', () => {
  const text = JSON.stringify({
    drawer_name: 'flow',
    run_id: 'ffff000011112222',
    started_at: '2026-05-02T11:00:00+02:00',
    duration_ms: 40,
    status: 'failed',
    inputs: { who: 'me' },
    steps: [
      { id: 'a', status: 'failed', error: { code: 'SCRIPT_ERROR', message: 'boom' } },
      { id: 'b', status: 'timeout' },
      { id: 'c', status: 'ok' },
    ],
    error_type: 'TIMEOUT',
  })
  const stored = findStored('drawer', 'flow', 'drawers/flow/pressed/x.json', text)!
  expect(toRow(stored, mark)).toMatchObject({
    kind: 'drawer',
    run_id: 'ffff000011112222',
    started_at: '2026-05-02T09:00:00.000Z',
    finished_at: '2026-05-02T09:00:00.040Z',
    status: 'failed',
    failed_step: 'b',
    error_type: 'TIMEOUT',
    exit_code: 0,
    args_json: '{"who":"me"}',
  })
})

test('a good drawer run has no failed step, though a step that may fail did', () => {
  const text = JSON.stringify({
    started_at: '2026-05-02T09:00:00Z',
    status: 'ok',
    steps: [{ id: 'a', status: 'failed' }],
  })
  expect(toRow(findStored('drawer', 'flow', 'f', text)!, mark).failed_step).toBeNull()
})

test('a row is current as long as size and time of the file are those it was made from', () => {
  const row = { file_size: 300, file_mtime_ns: '1777712400123456789' }
  expect(isCurrent(row, mark)).toBe(true)
  expect(isCurrent(row, { ...mark, size: 301 })).toBe(false)
  expect(isCurrent(row, { ...mark, mtimeNs: mark.mtimeNs + 1n })).toBe(false)
})
