import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { redactStream } from '#core/text/redactStream.ts'

// Few letters, so that secrets overlap, repeat and begin everywhere.
const text = fc.string({ unit: fc.constantFrom('a', 'b', '-') })
const secret = fc.string({ unit: fc.constantFrom('a', 'b', '-'), minLength: 4, maxLength: 8 })

function streamed(pieces: readonly string[], declared: readonly string[]): string {
  const stream = redactStream({ batteries: [], declared })
  return pieces.map((piece) => stream.add(piece)).join('') + stream.end()
}

test('no secret comes out, however the text is cut', () => {
  fc.assert(
    fc.property(fc.array(text), fc.array(secret, { maxLength: 3 }), (pieces, secrets) => {
      const out = streamed(pieces, secrets)
      for (const one of secrets) expect(out.replaceAll('[redacted]', ' ')).not.toContain(one)
    }),
    { numRuns: 500 },
  )
})

test('one secret is taken out of pieces as out of the whole', () => {
  fc.assert(
    fc.property(fc.array(text), secret, (pieces, one) => {
      const whole = pieces.join('')
      fc.pre(whole !== one)
      expect(streamed(pieces, [one])).toBe(whole.replaceAll(one, '[redacted]'))
    }),
    { numRuns: 500 },
  )
})

test('what cannot begin a secret is shown at once', () => {
  const stream = redactStream({ batteries: [], declared: ['hunter2'] })
  expect(stream.add('line one\nhun')).toBe('line one\n')
  expect(stream.add('gry\n')).toBe('hungry\n')
  expect(stream.add('hunter')).toBe('')
  expect(stream.add('2!')).toBe('[redacted]!')
  expect(stream.add('hunter')).toBe('')
  expect(stream.end()).toBe('hunter')
})
