import { expect, test } from 'bun:test'
import {
  classifyAnswer,
  outcomeOfFailure,
  requestCancelled,
  requestFailed,
  requestTimedOut,
} from '#core/http/status.ts'
import { fail } from '#spec/errors.ts'

const answer = { reason: '', body: 'text', truncated: false }

test.each([[200], [204], [299], [301], [304], [399]])('%d is ok', (status) => {
  expect(classifyAnswer({ ...answer, status })).toEqual({
    status: 'ok',
    exit_code: status,
    http_status_code: status,
    stdout: 'text',
    stderr: '',
  })
})

test.each([
  [404, 'Not Found', 'HTTP 404 Not Found'],
  [404, '', 'HTTP 404 Not Found'],
  [404, 'Nothing Here', 'HTTP 404 Nothing Here'],
  [500, ' a\r\nb\u0000 ', 'HTTP 500 a b'],
  [599, '', 'HTTP 599 Unknown status'],
  [101, 'Switching Protocols', 'HTTP 101 Switching Protocols'],
  [400, 'x'.repeat(500), `HTTP 400 ${'x'.repeat(100)}`],
])('%d with the reason %j is a SCRIPT_ERROR', (status, reason, stderr) => {
  expect(classifyAnswer({ ...answer, status, reason })).toEqual({
    status: 'error',
    exit_code: status,
    http_status_code: status,
    stdout: 'text',
    stderr,
    error_type: 'SCRIPT_ERROR',
  })
})

test('a body cut at the cap is still ok, and says so', () => {
  expect(classifyAnswer({ ...answer, status: 200, truncated: true })).toMatchObject({
    status: 'ok',
    truncated: true,
  })
})

const unanswered = { status: 'error', exit_code: -1, stdout: '' } as const

test('a refusal keeps its code and its words', () => {
  expect(outcomeOfFailure(fail('VALIDATION_ERROR', 'refusing request: no'))).toEqual({
    ...unanswered,
    stderr: 'refusing request: no',
    error_type: 'VALIDATION_ERROR',
  })
})

test('a failure after an answer carries its status code', () => {
  expect(requestFailed('reset', 200)).toEqual({
    ...unanswered,
    stderr: 'request failed: reset',
    error_type: 'SCRIPT_ERROR',
    http_status_code: 200,
  })
  expect(requestFailed('reset')).not.toHaveProperty('http_status_code')
})

test('a deadline is a timeout, a cancellation is cancelled', () => {
  expect(requestTimedOut()).toMatchObject({
    status: 'timeout',
    exit_code: -1,
    stderr: 'request timed out',
    error_type: 'TIMEOUT',
  })
  expect(requestCancelled(200)).toMatchObject({
    status: 'cancelled',
    exit_code: -1,
    error_type: 'CANCELLED',
    http_status_code: 200,
  })
})
