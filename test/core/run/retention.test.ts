import { expect, test } from 'bun:test'
import { findAgeMs, limitsOf } from '#core/run/retention.ts'
import { findSize } from '#core/size.ts'

test.each([
  ['720h', 720 * 3_600_000],
  ['1h30m', 5_400_000],
  ['0', undefined],
  ['-1h', undefined],
  ['30d', undefined],
  ['', undefined],
])('the age %p', (text, ms) => expect(findAgeMs(text)).toBe(ms))

test.each([
  ['500M', 500 * 1024 * 1024],
  ['10 GB', 10 * 1024 ** 3],
  ['1', 1],
  ['0', undefined],
  ['-1', undefined],
  ['1X', undefined],
  ['', undefined],
  ['99999999999999999999', undefined],
])('the size %p', (text, bytes) => expect(findSize(text)).toBe(bytes))

test('what nobody can read counts as not set', () => {
  expect(limitsOf({ history_max_age: 'soon', history_max_bytes: 'much' })).toEqual({
    maxAgeMs: undefined,
    maxBytes: undefined,
  })
})
