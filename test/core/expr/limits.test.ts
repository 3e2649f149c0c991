// Hostile expressions end with a limit error: soon, without a crash, without filling the memory.

import { beforeAll, describe, expect, test } from 'bun:test'
import { ExpressionError } from '#core/expr/errors.ts'
import { prepareExpressions } from '#core/expr/pattern.ts'
import { findReferences } from '#core/expr/references.ts'
import { resolveText, resolveValue } from '#core/expr/resolve.ts'
import { formatArgument } from '#core/expr/output.ts'

const rows = Array.from({ length: 200 }, (_, i) => i)
const context = {
  roots: {
    rows,
    a: 'a'.repeat(5000),
    deep: nested(5000),
    wide: Object.fromEntries(rows.map((i) => [i, i])),
  },
  env: {},
}

beforeAll(() => prepareExpressions('matches'))

function nested(depth: number): unknown {
  let json: unknown = 1
  for (let i = 0; i < depth; i++) json = [json]
  return json
}

function times(count: number, text: string): string {
  return text.repeat(count)
}

describe('too much work', () => {
  test.each([
    ['nested loops', 'rows.all(x, rows.all(y, rows.all(z, x + y + z >= 0)))'],
    ['a text that doubles', `[a]${times(60, '.map(x, x + x)')}[0]`],
    ['a list that doubles', `[rows]${times(60, '.map(x, x + x)')}[0]`],
    ['bytes that double', `[b'0123456789']${times(60, '.map(x, x + x)')}[0]`],
    ['a result that shares itself', `[1]${times(60, '.map(x, [x, x])')}`],
    [
      'equality of values that share themselves',
      `[[1]${times(60, '.map(x, [x, x])')}].all(x, x == x)`,
    ],
    ['membership in loops', 'rows.all(x, rows.all(y, !(-1 in rows)))'],
    ['sizes of maps in loops', 'rows.all(x, rows.all(y, size(wide) == 200))'],
    ['errors in loops', 'rows.exists(x, rows.exists(y, rows.exists(z, nosuch)))'],
    ['nested brackets', times(1000, '(') + '1' + times(1000, ')')],
    ['nested lists', times(1000, '[') + times(1000, ']')],
    ['nested conditions', times(1000, 'true ? 1 : ') + '1'],
    ['nested fallbacks', times(1000, 'null ?? ') + '1'],
    ['nested calls', times(1000, 'size(') + '1' + times(1000, ')')],
    ['a long sum', `1${times(5000, '+1')}`],
    ['a long path', `a${times(5000, '.b')}`],
    ['many signs', times(5000, '!') + 'true'],
    ['many signs in front of a number', times(5000, '-') + '1'],
    ['a long expression', `'${times(70_000, 'a')}'`],
    ['a deep value', 'deep'],
    ['deep values compared', 'deep == deep'],
    ['a long pattern', `'a'.matches('${times(5000, 'a')}')`],
    ['a large pattern', `'a'.matches('${times(50, 'a{1000}')}')`],
    ['a costly pattern', "rows.all(x, a.matches('(a?){100}a{100}$'))"],
    ['many time zones', "rows.all(x, rows.all(y, timestamp(0).getHours('Europe/Berlin') == 1))"],
  ])('%s', (_, expression) => {
    expect(limited(() => resolveValue(`\${${expression}}`, context))).toBe(true)
    expect(limited(() => resolveText(`x\${${expression}}`, context))).toBe(true)
  })

  test('a costly pattern is refused for its form alone, never tried by backtracking', () => {
    expect(resolveValue("${a.matches('(a+)+$')}", context)).toBe(true)
    expect(resolveValue("${a.matches('(a|a)*b')}", context)).toBe(false)
    expect(() => resolveValue("${a.matches('(?=a)')}", context)).toThrow('bad regular expression')
    expect(() => resolveValue("${a.matches('(')}", context)).toThrow('bad regular expression')
  })

  test('deep and monstrous templates', () => {
    expect(limited(() => resolveValue(nested(5000), context))).toBe(true)
    expect(limited(() => formatArgument(nested(5000)))).toBe(true)
    expect(findReferences(nested(5000)).issues.length).toBe(1)
    expect(limited(() => resolveText(`\${a}${times(1_100_000, ' ')}`, context))).toBe(true)
    expect(limited(() => resolveText(times(100_000, '${{}'), context))).toBe(true)
    expect(findReferences(times(100_000, "${'}\n")).issues.length).toBe(1)
  })
})

describe('what stays within the limits works', () => {
  test.each<[string, unknown]>([
    [`1${times(1900, '+1')}`, 1901],
    [times(190, '(') + '1' + times(190, ')'), 1],
    [times(1900, '!') + 'true', true],
    [`size(${times(190, '[') + times(190, ']')})`, 1],
    ['rows.map(x, rows.filter(y, y > x).size()).filter(n, n == 0).size()', 1],
    ["a.matches('^a{1000}')", true],
    [`[1]${times(1900, '.map(x, x)')}[0]`, 1],
    [`${times(190, '[')}1${times(190, ']')}${times(190, '[0]')}`, 1],
    [`size('${times(60_000, 'a')}')`, 60_000],
  ])('%#', (expression, result) =>
    expect(resolveValue(`\${${expression}}`, context)).toEqual(result),
  )

  test('plain text of any length', () => {
    const text = times(3_000_000, '$ {}')
    expect(resolveText(text, context)).toBe(text)
  })
})

function limited(run: () => unknown): boolean {
  try {
    run()
    return false
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    return error.kind === 'limit'
  }
}
