import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { findDurationNanoseconds, parseDurationMs } from '../../../src/core/time/duration.ts'
import { Failure } from '../../../src/spec/errors.ts'

test.each([
  ['1h30m', 5_400_000],
  ['90s', 90_000],
  ['500ms', 500],
  ['1.5h', 5_400_000],
  ['.5s', 500],
  ['0', 0],
  ['-2s', -2000],
  ['1us', 0.001],
  ['2µs', 0.002],
])('"%s" is %d ms', (text, ms) => {
  expect(parseDurationMs(text)).toBe(ms)
})

test.each(['', '5', '1d', '1 s', 's', '.s', '1H', '+', '9999999999h', '1s2', '1..5s'])(
  '"%s" is no duration',
  (text) => {
    expect(() => parseDurationMs(text)).toThrow(Failure)
  },
)

test('whole milliseconds written in any mixture of units come back', () => {
  const part = fc.nat({ max: 1000 })
  fc.assert(
    fc.property(part, part, part, part, (h, m, s, ms) => {
      const text = `${h}h${m}m${s}s${ms}ms`
      expect(parseDurationMs(text)).toBe(h * 3_600_000 + m * 60_000 + s * 1000 + ms)
    }),
  )
})

test('random text never throws and never exceeds 64 bits', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const found = findDurationNanoseconds(text)
      if (found !== undefined) expect(found < 2n ** 63n && found > -(2n ** 63n)).toBe(true)
    }),
  )
})
