import { expect, test } from 'bun:test'
import {
  findTime,
  formatAge,
  formatSecond,
  formatStem,
  formatTime,
} from '../../../src/core/time/format.ts'

test.each([
  ['2026-05-02T09:00:00Z', 1777712400000],
  ['2026-05-02T09:00:00.123456789Z', 1777712400123],
  ['2026-05-02T11:00:00+02:00', 1777712400000],
  ['2026-02-30T00:00:00Z', undefined],
  ['2026-05-02T24:00:00Z', undefined],
  ['2026-05-02 09:00:00Z', undefined],
  ['2026-05-02T09:00:00', undefined],
  ['', undefined],
])('"%s" is the instant %p', (text, expected) => {
  expect(findTime(text)).toBe(expected)
})

test('an instant has one form for records, seconds and file names', () => {
  expect(formatTime(1777712400123)).toBe('2026-05-02T09:00:00.123Z')
  expect(formatSecond(1777712400123)).toBe('2026-05-02T09:00:00Z')
  expect(formatStem(1777712400123)).toBe('2026-05-02T09-00-00Z')
})

test.each([
  [0, '0s'],
  [59_999, '59s'],
  [60_000, '1m'],
  [3_599_999, '59m'],
  [3_600_000, '1h'],
  [86_400_000, '1d'],
  [-5, '0s'],
])('%d ms ago is %s', (ms, text) => {
  expect(formatAge(ms)).toBe(text)
})
