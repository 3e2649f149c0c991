import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { checkOutput } from '#core/output/check.ts'

const order = {
  type: 'object',
  required: ['id', 'items'],
  additionalProperties: false,
  properties: {
    id: { type: 'integer', minimum: 1 },
    mail: { type: 'string', format: 'email' },
    state: { enum: ['new', 'paid'] },
    code: { type: 'string', pattern: '^[A-Z]{3}$' },
    note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    total: { $ref: '#/$defs/money' },
    items: { type: 'array', minItems: 1, items: { $ref: '#/$defs/item' } },
  },
  $defs: {
    money: { type: 'number', maximum: 100 },
    item: { type: 'object', required: ['price'], properties: { price: { $ref: '#/$defs/money' } } },
  },
}
const good = { id: 1, items: [{ price: 5 }] }

test.each([
  [good, []],
  [{}, ['the output lacks "id"', 'the output lacks "items"']],
  [{ ...good, id: 'x' }, ['id must be integer']],
  [{ ...good, id: 0 }, ['id must be at least 1']],
  [{ ...good, mail: 'nobody' }, ['mail must have the format email']],
  [{ ...good, state: 'old' }, ['state must be one of "new", "paid"']],
  [{ ...good, code: 'abc' }, ['code must match ^[A-Z]{3}$']],
  [{ ...good, note: 1 }, ['note fits none of the alternatives']],
  [{ ...good, total: 101 }, ['total must be at most 100']],
  [{ ...good, items: [] }, ['items must have at least 1 items']],
  [{ ...good, items: [{ price: 5 }, { price: 500 }] }, ['items[1].price must be at most 100']],
  [{ ...good, items: [{}] }, ['items[0] lacks "price"']],
  [{ ...good, more: 1 }, ['more must not be there']],
  [[], ['the output must be object']],
])('%j has the problems %j', async (value, problems) => {
  expect(await checkOutput(order, JSON.stringify(value))).toEqual(problems)
})

test.each([
  ['plain text', 'hello\n', ['the output is not JSON', 'the output must be object']],
  ['nothing', ' \n', ['the output must be object']],
  ['a JSON string', '"hello"', ['the output must be object']],
])('%s is no object', async (_, stdout, problems) => {
  expect(await checkOutput({ type: 'object' }, stdout)).toEqual(problems)
})

test('text that is not JSON is a string, nothing is null', async () => {
  expect(await checkOutput({ type: 'string' }, 'hello\n')).toEqual([])
  expect(await checkOutput({ type: 'null' }, '\n')).toEqual([])
})

test.each([
  ['a number', 3],
  ['a list', []],
  ['a reference to nothing', { $ref: '#/nowhere' }],
  ['a reference to itself', { $ref: '#' }],
  ['a pattern beyond linear time', { pattern: '(?=a)' }],
  ['a pattern that is none', { pattern: '(' }],
  ['a huge pattern', { pattern: '(a{500}){20}' }],
])('%s as a schema is a problem, not a crash', async (_, schema) => {
  expect(await checkOutput(schema, '"a"')).toEqual([
    expect.stringMatching(/^the schema cannot be used: ./),
  ])
})

test('true fits everything, false nothing', async () => {
  expect(await checkOutput(true, '1')).toEqual([])
  expect(await checkOutput(false, '1')).toEqual(['the output must not be there'])
})

test('a pattern that would ruin a backtracking matcher ends at once', async () => {
  const hostile = JSON.stringify({ a: `${'a'.repeat(5000)}!`, ['b'.repeat(5000) + '!']: 1 })
  const schema = {
    properties: { a: { pattern: '^(a+)+$' } },
    patternProperties: { '^(b+)+$': false },
  }
  expect(await checkOutput(schema, hostile)).toEqual(['a must match ^(a+)+$'])
})

const named = {
  properties: { pattern: { type: 'string' }, patternProperties: { type: 'string' } },
  patternProperties: {
    '^x-': { type: 'string' },
    '\\.n$': { type: 'number', maximum: 5 },
    '^(never)$': false,
  },
  additionalProperties: false,
}

test.each([
  [{ pattern: 'a', patternProperties: 'b' }, []],
  [{ 'x-a.b': 'text', 'count.n': 3 }, []],
  [{ 'x-a': 1 }, ['x-a must be string']],
  [{ 'x-.n': 'text' }, ['x-.n must be number']],
  [{ 'x-.n': 9 }, ['x-.n must be string', 'x-.n must be at most 5']],
  [{ never: 1 }, ['never must not be there']],
  [{ 'other.': 1 }, ['other. must not be there']],
])('patterns of names: %j has the problems %j', async (value, problems) => {
  expect(await checkOutput(named, JSON.stringify(value))).toEqual(problems)
})

test('a pattern beside a format counts as well', async () => {
  const schema = { type: 'string', format: 'email', pattern: '@work$' }
  expect(await checkOutput(schema, '"me@work"')).toEqual([])
  expect(await checkOutput(schema, '"me@home"')).toEqual(['the output must match @work$'])
})

test('at most ten problems are listed', async () => {
  const list = JSON.stringify(Array.from({ length: 50 }, () => 1))
  expect(await checkOutput({ items: { type: 'string' } }, list)).toHaveLength(10)
})

test('a huge output is checked up to its first problem', async () => {
  const list = JSON.stringify(Array.from({ length: 600_000 }, () => 1))
  expect(await checkOutput({ items: { type: 'string' } }, list)).toEqual(['[0] must be string'])
})

test('a deep output ends with a word about it or without problems, never with a crash', async () => {
  const deep = '['.repeat(20_000) + ']'.repeat(20_000)
  const problems = await checkOutput(
    { $ref: '#/$defs/a', $defs: { a: { items: { $ref: '#/$defs/a' } } } },
    deep,
  )
  expect(problems.every((line) => line.startsWith('the schema cannot be used'))).toBe(true)
})

test('patterns of names agree with the host on plain patterns', async () => {
  const name = fc.stringMatching(/^[a-c.$^*]{0,4}$/)
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(name, { maxLength: 5 }),
      fc.stringMatching(/^[a-c]{1,2}$/),
      async (names, pattern) => {
        const value = Object.fromEntries(names.map((each) => [each, 1]))
        const problems = await checkOutput(
          { patternProperties: { [pattern]: false } },
          JSON.stringify(value),
        )
        const matching = names.filter((each) => new RegExp(pattern).test(each))
        expect(problems).toHaveLength(matching.length)
      },
    ),
  )
})

test('the schema is left as it was', async () => {
  const schema = { pattern: 'a', properties: { b: { pattern: 'c' } } }
  const before = structuredClone(schema)
  await checkOutput(schema, '"a"')
  expect(schema).toEqual(before)
  expect(Object.getOwnPropertyNames(schema)).toEqual(['pattern', 'properties'])
})
