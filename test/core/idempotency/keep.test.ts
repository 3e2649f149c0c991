import { expect, test } from 'bun:test'
import { keepableResult, shortenResult } from '#core/idempotency/keep.ts'
import { limits } from '#spec/limits.ts'
import type { PressResult } from '#spec/run.ts'

const result: PressResult = {
  status: 'ok',
  exit_code: 0,
  stdout: 'token=hunter2-hunter2 pin=4711',
  stderr: 'hunter2-hunter2',
  duration_ms: 3,
  prompt: 'Never say hunter2-hunter2',
  button: 'hello',
  args: { who: 'me', pin: '4711' },
  started_at: '2026-05-02T08:59:00.000Z',
  output_valid: false,
  output_problems: ['hunter2-hunter2 must be integer'],
  run_id: '0123456789abcdef',
}

test('a kept result holds no secret and is complete otherwise', () => {
  const secrets = { batteries: ['hunter2-hunter2', 'ok'], declared: ['4711'] }
  expect(keepableResult({ result, secrets, secretArgs: ['pin'] })).toEqual({
    ...result,
    stdout: 'token=[redacted] pin=[redacted]',
    stderr: '[redacted]',
    prompt: 'Never say [redacted]',
    args: { who: 'me', pin: '[redacted]' },
    output_problems: ['[redacted] must be integer'],
  })
  expect(result.stdout).toContain('hunter2')
})

test('a shortened result fits into an entry even when every character has to be escaped', () => {
  const noise = '\u0001'.repeat(limits.idempotencyEntryBytes)
  const short = shortenResult({ ...result, stdout: noise, stderr: noise })
  expect(JSON.stringify(short).length).toBeLessThan(limits.idempotencyEntryBytes)
  expect(short.truncated).toBe(true)
})
