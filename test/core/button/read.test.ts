import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { readButton } from '#core/button/read.ts'

const read = (file: unknown) => readButton(JSON.stringify(file), 'folder')

test('what is absent, null or 0 gets its default', () => {
  const file = { name: 'other', runtime: null, timeout_seconds: 0, env: null, args: null }
  expect(read(file)).toEqual({
    ok: true,
    value: {
      schema_version: 1,
      name: 'folder',
      runtime: '',
      env: {},
      timeout_seconds: 300,
      mcp_enabled: false,
      created_at: '0001-01-01T00:00:00Z',
      updated_at: '0001-01-01T00:00:00Z',
    },
  })
})

test('the older list of required packages reads as a map', () => {
  expect(read({ requires: ['@d/a', '@d/b'] })).toMatchObject({
    value: { requires: { '@d/a': 'latest', '@d/b': 'latest' } },
  })
})

test('keys nobody knows are kept', () => {
  expect(read({ future: { a: 1 } })).toMatchObject({ value: { future: { a: 1 } } })
})

test.each([
  ['{', 'not valid JSON'],
  ['', 'not valid JSON'],
  ['[]', 'must be Object'],
  ['null', 'must be Object'],
  ['{"timeout_seconds":"5"}', '"timeout_seconds"'],
  ['{"timeout_seconds":1.5}', '"timeout_seconds"'],
  ['{"args":{}}', '"args"'],
  ['{"args":[{"name":"x"}]}', '"args.0.type"'],
  ['{"env":{"A":1}}', '"env.A"'],
  ['{"headers":["x"]}', '"headers'],
  [`{"x":${'['.repeat(1001)}${']'.repeat(1001)}}`, 'more than 1000 levels deep'],
])('%s cannot be read', (text, why) => {
  expect(readButton(text, 'x')).toEqual({ ok: false, why: expect.stringContaining(why) })
})

test('what is wrong is named without the value, which may be a secret', () => {
  const result = read({ env: { TOKEN: ['hunter2'] } })
  expect(JSON.stringify(result)).not.toContain('hunter2')
})

test('any text is read or refused', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const result = readButton(text, 'x')
      if (result.ok) expect(result.value.timeout_seconds).toBeGreaterThan(0)
      else expect(result.why).toMatch(/^(it|")/)
    }),
  )
})
