import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { canonicalArgs } from '#core/idempotency/fingerprint.ts'

const args = fc.dictionary(fc.string(), fc.string())

test('the order in which arguments were given does not count', () => {
  fc.assert(
    fc.property(args, (given) => {
      const reversed = Object.fromEntries(Object.entries(given).reverse())
      expect(canonicalArgs(reversed)).toBe(canonicalArgs(given))
    }),
  )
})

test('two sets of arguments have one text only when they are the same', () => {
  fc.assert(
    fc.property(args, args, (one, other) => {
      expect(canonicalArgs(one) === canonicalArgs(other)).toBe(Bun.deepEquals(one, other))
    }),
  )
})

test('the text is JSON with names in order, numbers among them', () => {
  expect(canonicalArgs({ b: '2', '10': 'x', a: '"' })).toBe('{"10":"x","a":"\\"","b":"2"}')
  expect(canonicalArgs({})).toBe('{}')
})
