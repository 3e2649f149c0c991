import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { smashConcurrency, splitNames } from '#core/smash/request.ts'

test.each([
  [0, 4, 4],
  [-1, 2, 2],
  [0, 0, 1],
  [3, 8, 3],
  [50, 1, 50],
  [51, 1, 50],
  [0, 200, 50],
])('asked for %d on %d processors runs %d at once', (asked, cpus, most) => {
  expect(smashConcurrency(asked, cpus)).toBe(most)
})

test('names come out as they were joined, by whatever they were joined', () => {
  const name = fc.stringMatching(/^[a-z0-9-]{1,5}$/)
  const gap = fc.constantFrom(',', ' ', ', ', ' ,\t', ',,')
  fc.assert(
    fc.property(fc.array(fc.tuple(name, gap), { minLength: 1 }), (parts) => {
      const names = parts.map(([each]) => each)
      expect(splitNames([parts.map((part) => part.join('')).join('')])).toEqual(names)
      expect(splitNames(names)).toEqual(names)
    }),
  )
})
