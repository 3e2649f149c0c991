import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { formatButtonFile } from '#core/button/write.ts'

test('keys come in the order of the contract, maps sorted, unknown keys last', () => {
  const text = formatButtonFile({
    zeta: 1,
    env: { b: '2', a: '1' },
    name: 'x',
    alpha: 2,
    schema_version: 2,
    description: undefined,
    headers: { 'X-B': '1', 'X-A': '2' },
  })
  expect(text).toBe(
    JSON.stringify(
      {
        schema_version: 2,
        name: 'x',
        headers: { 'X-A': '2', 'X-B': '1' },
        env: { a: '1', b: '2' },
        zeta: 1,
        alpha: 2,
      },
      null,
      2,
    ),
  )
})

test('writing loses nothing', () => {
  const file = fc.dictionary(
    fc.oneof(fc.string(), fc.constantFrom('name', 'env', 'headers', 'requires', 'args')),
    fc.jsonValue(),
  )
  fc.assert(
    fc.property(file, (value) => {
      const plain = JSON.parse(JSON.stringify(value)) as Record<string, unknown>
      const text = formatButtonFile(plain)
      expect(JSON.parse(text)).toEqual(plain)
      expect(formatButtonFile(JSON.parse(text) as Record<string, unknown>)).toBe(text)
    }),
  )
})
