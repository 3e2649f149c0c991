import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { findDone, formatStep, isDone, type KeptStep, parseSteps } from '#core/run/steps.ts'

const step: fc.Arbitrary<KeptStep> = fc.record(
  {
    key: fc.string({ unit: 'binary' }),
    exit_code: fc.integer({ min: 0, max: 3 }),
    started_at: fc.constant('2026-05-02T09:00:00.000Z'),
    duration_ms: fc.nat(),
    stdout: fc.string({ unit: 'binary' }),
  },
  { requiredKeys: ['key', 'exit_code', 'started_at', 'duration_ms'] },
)

test('what was added is read back in its order', () => {
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      expect(parseSteps(steps.map(formatStep).join(''))).toEqual(
        JSON.parse(JSON.stringify(steps)) as KeptStep[],
      )
    }),
  )
})

test('a line cut anywhere loses itself at most, never another one', () => {
  fc.assert(
    fc.property(step, step, step, fc.nat(), (a, b, c, at) => {
      const middle = formatStep(b)
      const torn = formatStep(a) + middle.slice(0, at % middle.length) + formatStep(c)
      const keys = parseSteps(torn).map(({ key }) => JSON.stringify(key))
      const [first, , last] = [a, b, c].map(({ key }) => JSON.stringify(key))
      expect(keys[0]).toBe(first!)
      expect(keys.at(-1)).toBe(last!)
    }),
  )
})

test('no other text is taken for a step', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => expect(parseSteps(text)).toEqual([])),
  )
})

test('only what went well and was kept is done', () => {
  const base = { key: 'a', started_at: '', duration_ms: 0 }
  const cases: [Partial<KeptStep> & { exit_code: number }, boolean][] = [
    [{ exit_code: 0, stdout: '' }, true],
    [{ exit_code: 0, stdout_base64: '' }, true],
    [{ exit_code: 0 }, false],
    [{ exit_code: 1, stdout: '' }, false],
  ]
  for (const [changes, done] of cases) expect(isDone({ ...base, ...changes })).toBe(done)
  const again = { ...base, exit_code: 0, stdout: 'second' }
  expect(findDone([{ ...base, exit_code: 1, stdout: 'first' }, again], 'a')).toEqual(again)
  expect(findDone([again], 'b')).toBeUndefined()
})
