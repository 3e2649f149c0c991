import { beforeAll, describe, expect, test } from 'bun:test'
import type { Context } from '#core/expr/context.ts'
import { ExpressionError, findPosition, formatExpressionError } from '#core/expr/errors.ts'
import { formatArgument } from '#core/expr/output.ts'
import { prepareExpressions } from '#core/expr/pattern.ts'
import { resolveExpressionField, resolveText, resolveValue } from '#core/expr/resolve.ts'
import vectors from '../../vectors/expressions.json'

const context: Context = { roots: vectors.context, env: vectors.environment }

beforeAll(() => prepareExpressions(vectors))

/** The value of one expression, with some roots. */
function value(expression: string, roots: Context['roots'] = vectors.context): unknown {
  return resolveValue(`\${${expression}}`, { roots, env: vectors.environment })
}

function failure(run: () => unknown): ExpressionError {
  try {
    run()
  } catch (error) {
    if (error instanceof ExpressionError) return error
    throw error
  }
  throw new Error('nothing failed')
}

describe('the published vectors', () => {
  const before = JSON.stringify(vectors.context)
  for (const vector of vectors.cases as { template: string; result?: unknown; error?: string }[]) {
    if (vector.error === undefined)
      test(`${vector.template} gives ${JSON.stringify(vector.result)}`, () =>
        expect(resolveValue(vector.template, context)).toEqual(vector.result))
    else
      test(`${vector.template} fails: ${vector.error}`, () =>
        expect(() => resolveValue(vector.template, context)).toThrow(vector.error))
  }
  test('leave the context as it was', () => expect(JSON.stringify(vectors.context)).toBe(before))
})

test('objects and arrays resolve recursively, keys and other values stay', () => {
  const spec = {
    greeting: 'hello ${inputs.name}',
    nested: ['${inputs.name}', 'literal', 7, null],
    '${k}': true,
  }
  expect(resolveValue(spec, context)).toEqual({
    greeting: 'hello world',
    nested: ['world', 'literal', 7, null],
    '${k}': true,
  })
})

describe('a ?? b', () => {
  test.each([
    ["nowhere ?? 'd'", 'd'],
    ["inputs.missing.deeper ?? 'd'", 'd'],
    ["inputs.list[9] ?? 'd'", 'd'],
    ["none.output.x ?? 'd'", 'd'],
    ["none.output[0] ?? 'd'", 'd'],
    ["raw.output.x ?? 'd'", 'd'],
    ["inputs.list['x'] ?? 'd'", 'd'],
    ["has(nowhere.x) ?? 'd'", 'd'],
    ["inputs.empty ?? 'd'", ''],
    ['false ?? true', false],
    ["nowhere ?? null ?? 'd'", 'd'],
    ['nowhere ?? 1 / 0 == 1 || true', true],
    ["inputs.nul ?? 'a' == 'a' ? 'yes' : 'no'", 'yes'],
    ["(nowhere || false) ?? 'd'", 'd'],
  ])('%s', (expression, result) => expect(value(expression)).toEqual(result))

  test.each([
    ["int('x') ?? 1"],
    ["('a' + 1) ?? 1"],
    ['nosuch(1) ?? 1'],
    ['inputs.list[0.5] ?? 1'],
    ['nowhere ?? inputs.missing'],
  ])('%s is an error', (expression) => expect(() => value(expression)).toThrow(ExpressionError))
})

describe('names with hyphens', () => {
  const roots = {
    'a-b': { 'c-d': 1, c_d: 2, e_f: 3, 'g-h-i': 4 },
    a_b: 'other',
    x_y: { v: 5 },
    'only-hyphens': 6,
    n: 9,
  }
  test.each([
    ['a-b.c-d', 1],
    ['a-b.c_d', 2],
    ['a-b.e-f', 3],
    ['a-b.g-h-i', 4],
    ['a_b', 'other'],
    ['x-y.v', 5],
    ['only_hyphens', 6],
    ["a-b['c-d']", 1],
    ['a-b.`c-d`', 1],
    ['n -1', 8],
    ['n - 1', 8],
    ['7-n', -2],
    ["'a-b'", 'a-b'],
    ["['x-1'].map(my-v, my-v + '!')[0]", 'x-1!'],
  ])('%s gives %p', (expression, result) => expect(value(expression, roots)).toEqual(result))

  test('n-1 is a name, and the hint says how to subtract', () => {
    const error = failure(() => value('n-1', roots))
    expect(error.message).toBe('no such attribute(s): n-1')
    expect(error.hint).toBe('Put blanks around - to subtract')
  })
  test.each([['a-b.`e-f`'], ["a-b['e-f']"], ['a-b.g_h_i']])('%s is absent', (expression) =>
    expect(failure(() => value(expression, roots)).kind).toBe('absent'),
  )
})

describe('header names of a webhook', () => {
  const roots = {
    inputs: { webhook: { headers: { 'X-Github-Event': 'push', etag: 'e' } }, headers: { A: 1 } },
  }
  const reads = [
    ['inputs.webhook.headers.X-Github-Event', 'push'],
    ['inputs.webhook.headers.x_github_event', 'push'],
    ['inputs.webhook.headers["x-github-event"]', 'push'],
    ['inputs.webhook.headers.ETag', 'e'],
    ['has(inputs.webhook.headers.X-GITHUB-EVENT)', true],
    ["'X_Github_event' in inputs.webhook.headers", true],
    ['[inputs.webhook.headers].map(h, h.ETAG)[0]', 'e'],
  ] as const
  test.each(reads)('%s gives %p', (expression, result) =>
    expect(value(expression, roots)).toBe(result),
  )
  test('elsewhere letter case matters', () =>
    expect(() => value('inputs.headers.a', roots)).toThrow('no such key: a'))
})

describe('data with names from object prototypes is plain data', () => {
  const roots = JSON.parse('{"inputs": {"__proto__": {"x": 1}, "constructor": "c"}, "plain": {}}')
  test.each([
    ['inputs.__proto__.x', 1],
    ['inputs.constructor', 'c'],
    ["has(plain.toString) || '__proto__' in plain", false],
    ["plain.constructor ?? 'none'", 'none'],
    ["hasOwnProperty ?? 'none'", 'none'],
    ["__proto__ ?? 'none'", 'none'],
  ])('%s gives %p', (expression, result) => expect(value(expression, roots)).toEqual(result))

  test('a result may have a field called __proto__', () => {
    const made = value("{'__proto__': {'polluted': true}}")
    expect(Object.getPrototypeOf(made)).toBe(Object.prototype)
    expect(JSON.stringify(made)).toBe('{"__proto__":{"polluted":true}}')
    const resolved = resolveValue(JSON.parse('{"__proto__": "${inputs.name}"}'), context)
    expect(JSON.stringify(resolved)).toBe('{"__proto__":"world"}')
  })
})

describe('numbers', () => {
  test.each([
    ['total + 1', 6],
    ['total / 2', 2],
    ['f / 2', 1.25],
    ['f + total', 7.5],
    ['1u + f', 3.5],
    ['7.0 % 4', 3],
    ['total < 5.5', true],
    ['[1, 2, 3].map(x, x * f)', [2.5, 5, 7.5]],
    ['string(1000000.0)', '1000000'],
    ['string(123456789012.0)', '123456789012'],
    ['string(1e21)', '1e+21'],
    ['int(9007199254740993) == 9007199254740993', true],
    ['1 == 1.0 && 1u == 1 && 1 in [1.0]', true],
    ["{1: 'a', 1u: 'b'}[1.0]", 'b'],
  ])('%s gives %p', (expression, result) =>
    expect(value(expression, { total: 5n, f: 2.5 })).toEqual(result),
  )
  test.each([
    ['1 + 1u', 'cannot add int and uint'],
    ['2.5 % 2', '% needs whole numbers'],
    ['9223372036854775807 + 1', 'the number does not fit into 64 bits'],
    ['1 < 2 < 3', 'cannot order boolean and number'],
    ["1 < '2'", 'cannot order number and string'],
    ['1.0 / 0.0', 'the number Infinity cannot be written as JSON'],
    ["-'a'", 'only numbers can be negative'],
    ['size(1)', 'number has no size'],
    ['string(null)', 'cannot turn null into string'],
    ['string([1])', 'cannot turn array into string'],
    ['bool(1)', 'cannot turn number into bool'],
    ["'abc'[0]", 'string has no items: [0]'],
    ['[1][1.5]', 'a list is indexed by whole numbers, got 1.5'],
    ["1 in 'a'", '"in" needs a list or a map, got string'],
    ['[1].all(x, 2)', 'the condition of all() gave number, not boolean'],
    ["'a'.filter(x, true)", 'filter() needs a list or a map, got string'],
  ])('%s fails: %s', (expression, message) =>
    expect(failure(() => value(expression)).message).toBe(message),
  )
})

describe('maps', () => {
  test.each([
    ["{'b': 1, 'a': 2, 'ab': 3}.map(k, k)", ['a', 'ab', 'b']],
    ['inputs.m.filter(k, true)', ['A', 'Z', 'a', '\uffff', '😀']],
    ["{2: 'x', 'k': 'y', true: 'z', 1u: 'w'}.map(k, string(k))", ['true', '1', '2', 'k']],
    ["{'a': 1, 'a': 2}", { a: 2 }],
    ['{1: {2u: true}, false: null}', { '1': { '2': true }, false: null }],
    ['size({1: 1, 1u: 2})', 1],
    ["{'a': [1, {'b': 2.0}]} == {'a': [1.0, {'b': 2}]}", true],
    ["{'a': 1} == {'b': 1}", false],
    ["inputs.m == {'a': 1}", false],
  ])('%s gives %p', (expression, result) =>
    expect(
      value(expression, { inputs: { m: { '😀': 1, Z: 1, a: 1, '\uffff': 1, A: 1 } } }),
    ).toEqual(result),
  )
})

describe('what leaves an expression', () => {
  const wide = { list: [1, { k: null }], n: 1e20, int: 5n }
  test.each([
    ["duration('90m')", '5400s'],
    ["duration('1.5s')", '1.5s'],
    ["duration('-1ms')", '-0.001s'],
    ["timestamp('2026-04-20T17:00:00.120+02:00')", '2026-04-20T15:00:00.12Z'],
    ['timestamp(0)', '1970-01-01T00:00:00Z'],
    ["b'ab\\xff'", 'YWL/'],
    ["{'d': [duration('1s'), b'']}", { d: ['1s', ''] }],
    ['type(1.5)', 'double'],
    ['wide', { list: [1, { k: null }], n: 1e20, int: 5 }],
  ])('%s as a whole value is %j', (expression, result) =>
    expect(value(expression, { wide })).toEqual(result),
  )

  test.each([
    ['x${duration("90m")}', 'x5400s'],
    ["x${timestamp('2026-04-20T15:00:00Z')}", 'x2026-04-20T15:00:00Z'],
    ["x${b'ab'}", 'xYWI='],
    ['x${wide}', 'x{"list":[1,{"k":null}],"n":100000000000000000000,"int":5}'],
    ["x${'<&>\u2028'}", 'x<&>\u2028'],
    ["x${{'h': '<&>'}}", 'x{"h":"<&>"}'],
    ['x${9007199254740993}', 'x9007199254740993'],
    ['x${18446744073709551615u}', 'x18446744073709551615'],
  ])('%s inside text', (template, result) =>
    expect(resolveValue(template, { roots: { wide }, env: {} })).toBe(result),
  )

  test.each<[unknown, string]>([
    ['text', 'text'],
    [true, 'true'],
    [1_000_000, '1000000'],
    [123456789, '123456789'],
    [0.1, '0.1'],
    [null, 'null'],
    [[1, 'a', null], '[1,"a",null]'],
    [{ b: 1, a: { c: '<' } }, '{"b":1,"a":{"c":"<"}}'],
  ])('a button receives %p as %s', (json, text) => expect(formatArgument(json)).toBe(text))

  test('a large JSON value is handed out without a copy', () => {
    const big = { rows: [[1, 2], { a: 'b' }] }
    expect(value('big', { big })).toBe(big)
  })
})

describe('times', () => {
  test.each([
    ["timestamp('2026-03-29T00:30:00Z').getHours('Europe/Berlin')", 1],
    ["timestamp('2026-03-29T01:30:00Z').getHours('Europe/Berlin')", 3],
    ["timestamp('2026-12-31T23:30:00Z').getFullYear('+01:00')", 2027],
    ["timestamp('2026-12-31T23:30:00Z').getDayOfYear()", 364],
    ["timestamp('2026-12-31T23:30:00Z').getMonth()", 11],
    ["timestamp('0001-01-01T00:00:00Z').getFullYear('America/New_York')", 0],
    ["timestamp('1969-12-31T23:59:59.5Z').getMilliseconds()", 500],
    ["string(timestamp('1969-12-31T23:59:59.5Z'))", '1969-12-31T23:59:59.5Z'],
    ["int(timestamp('1969-12-31T23:59:59.5Z'))", -1],
    ['string(timestamp(n))', '2026-01-01T00:00:00.25Z'],
    ["duration('1h').getMinutes()", 60],
    [
      "timestamp('2026-01-02T00:00:00Z') - timestamp('2026-01-01T00:00:00Z') == duration('24h')",
      true,
    ],
  ])('%s gives %p', (expression, result) =>
    expect(value(expression, { n: 1767225600.25 })).toEqual(result),
  )
  test.each([
    ["timestamp('2026-02-30T00:00:00Z')"],
    ["timestamp('2026-01-01T24:00:00Z')"],
    ["timestamp('2026-01-01T23:59:60Z')"],
    ["timestamp('2026-01-01t00:00:00z')"],
    ["timestamp('2026-01-01')"],
    ["timestamp('9999-12-31T23:59:59Z') + duration('1s')"],
    ["duration('1d')"],
    ["duration('1')"],
    ["duration('')"],
    ["timestamp(0).getHours('Nowhere/Land')"],
    ["duration('1h').getFullYear()"],
    ["duration('1h').getHours('UTC')"],
  ])('%s is an error', (expression) =>
    expect(failure(() => value(expression)).kind).toBe('evaluation'),
  )
})

describe('templates', () => {
  test.each([
    ['${', '${'],
    ['a ${ b', 'a ${ b'],
    ['$ENV{1X} $ENV{', '$ENV{1X} $ENV{'],
    ['$$ENV{TESTV}', '$tv'],
    ['${"}"}', '}'],
    ["${r'\\'}|", '\\|'],
    ["${'''it's } fine'''}", "it's } fine"],
    ["${'$' + '{'}inputs.name}", '${inputs.name}'],
    ['${inputs.name // the } name\n}!', 'world!'],
    ['${inputs.name // it’s a comment}', 'world'],
    ["${{'a': {'b': '}'}}.a.b}${inputs.name}", '}world'],
    ['{"a": ${inputs.list}}', '{"a": [1,2,3]}'],
    ['${inputs.text}', '${env.TESTV}$ENV{TESTV}'],
    [' $ENV{NOPE_X} ', '  '],
  ])('%j gives %j', (template, result) => {
    const roots = { inputs: { ...vectors.context.inputs, text: '${env.TESTV}$ENV{TESTV}' } }
    expect(resolveValue(template, { roots, env: context.env })).toEqual(result)
  })
  test.each([['${}'], ['${ }'], ["x ${'a} y"], ['${{}'], ['${inputs.name'.concat(" + '}")]])(
    '%j is an error',
    (template) => expect(failure(() => resolveValue(template, context)).kind).toBe('syntax'),
  )
  test('a whole value as text is text', () => {
    expect(resolveText('${inputs.count}', context)).toBe('42')
    expect(resolveText('${inputs.nul}', context)).toBe('null')
  })
  test.each([
    ["inputs.env == 'us-east'", true],
    ["${inputs.env == 'us-east'}", true],
    ["inputs.name == '${inputs.name}'", false],
    ["{'a': 1}", { a: 1 }],
    ['inputs.list', [1, 2, 3]],
    ['${inputs.name} ', 'world '],
  ])('the field %j gives %j', (text, result) =>
    expect(resolveExpressionField(text, context)).toEqual(result),
  )
})

describe('errors', () => {
  test.each([
    ['inputs.name\n  + 1', 'evaluation', 2, 3],
    ['inputs.list.filter(x, x.y)', 'absent', 1, 25],
    ["'a' +", 'syntax', 1, 6],
    ['true && inputs.missing', 'absent', 1, 16],
    ['inputs.name.nosuch()', 'evaluation', 1, 13],
    ["inputs.count ? 'a' : 'b'", 'evaluation', 1, 14],
    ["'\\q'", 'syntax', 1, 2],
    ['a.b.c', 'absent', 1, 1],
  ])('%j is located', (expression, kind, line, column) => {
    const error = failure(() => value(expression))
    expect(error.kind).toBe(kind as ExpressionError['kind'])
    expect(findPosition(expression, error.offset!)).toEqual({ line, column })
    expect(error.expression).toBe(expression)
  })

  test('the message of a step shows the source, not a rewritten form', () => {
    const error = failure(() => resolveValue("x ${emit-version.output.nope + 'a-b'}", context))
    expect(formatExpressionError(error)).toBe(
      "reference ${emit-version.output.nope + 'a-b'}: no such key: nope",
    )
  })
  test('a text that grows too long blames no expression of it', () => {
    const roots = { a: 'x'.repeat(40_000_000) }
    const error = failure(() => resolveValue('${a}${a}', { ...context, roots }))
    expect(formatExpressionError(error)).toBe('a text has at most 67108864 characters')
  })
  test('a number that JSON cannot hold names its expression, too', () => {
    const error = failure(() => resolveValue('x ${1.0 / 0.0}', context))
    expect(formatExpressionError(error)).toBe(
      'reference ${1.0 / 0.0}: the number Infinity cannot be written as JSON',
    )
  })
  test('a text plus a number hints at string()', () => {
    const error = failure(() => value("'n=' + inputs.count"))
    expect(error.hint).toBe('Use string(x) to turn a value into text')
  })
  test('an unknown root names the whole path', () =>
    expect(failure(() => value('a-b.c.d[0].e')).message).toBe('no such attribute(s): a-b.c.d'))
  test('a reserved word hints at steps', () =>
    expect(failure(() => value('for.output')).hint).toBe('A step of that id is steps["for"]'))
})

test('steps with ids that are no names are reached through the root steps', () => {
  const roots = {
    steps: {
      for: { output: 1 },
      '1st': { output: 2 },
      'a.b': { output: 3 },
      inputs: { output: 4 },
    },
  }
  expect(
    value(
      "[steps['for'].output, steps['1st'].output, steps['a.b'].output, steps.inputs.output]",
      roots,
    ),
  ).toEqual([1, 2, 3, 4])
})

test('a root hides the environment and a leading dot looks past macro variables', () => {
  expect(value('env.x', { env: { x: 1 } })).toBe(1)
  expect(value('[1].map(n, .n + n)', { n: 10n })).toEqual([11])
})

test('variables of macros hide roots only inside of their macro', () => {
  expect(value('[[1, 2], [3]].map(x, x.map(y, y + size(x)))', {})).toEqual([[3, 4], [4]])
  expect(value('[1].map(n, n)[0] == n', { n: 5 })).toBe(false)
})
