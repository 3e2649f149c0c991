import { describe, expect, test } from 'bun:test'
import { type ReferenceOptions, findReferences } from '#core/expr/references.ts'

function texts(json: unknown, options?: ReferenceOptions): string[] {
  return findReferences(json, options).references.map(({ text }) => text)
}

test('a nested value yields the references of its expressions, and none of $ENV{}', () => {
  const spec = {
    a: 'v=${inputs.x} $ENV{inputs.no}',
    b: ['${build.output.url}', 7, { c: '$ENV{HOME}' }],
  }
  expect(findReferences(spec)).toEqual({
    references: [
      { root: 'inputs', path: ['x'], text: 'inputs.x', offset: 4, guarded: false, at: ['a'] },
      {
        root: 'build',
        path: ['output', 'url'],
        text: 'build.output.url',
        offset: 2,
        guarded: false,
        at: ['b', 0],
      },
    ],
    issues: [],
  })
})

describe('the references of an expression', () => {
  test.each([
    ['fetch-data.output.id ?? a.output.v', ['fetch-data.output.id', 'a.output.v']],
    ["steps['for'].output[0].x", ['steps["for"].output[0].x']],
    ['a.`b c`.d-e', ['a.`b c`.d-e']],
    ['a.b[c.d].e[f]', ['a.b', 'c.d', 'f']],
    ['a.b + a.b * a.c', ['a.b', 'a.c']],
    ['l.map(x, x.y + z.map(x, x + w))', ['l', 'z', 'w']],
    ['l.map(x, x) + [x]', ['l', 'x']],
    ['l.map(x, .x + x)', ['l', 'x']],
    ['l.map(my-x, my_x + my-x)', ['l']],
    ["size(a.b) > 1 ? {c.d: 'x.y'} : [!e]", ['a.b', 'c.d', 'e']],
    ['type(a) == int || type(b) == google.protobuf.Duration', ['a', 'b']],
    ['int.output', ['int.output']],
    ['f(a).b.c', ['a']],
    ['[a.b][0].c', ['a.b']],
    ['\'a.b\' == "${c}"', []],
    ['has(a.b[c].d)', ['a.b', 'c']],
    ['.a.b', ['a.b']],
    ['env.HOME', ['env.HOME']],
  ])('%s', (expression, expected) => {
    expect(texts(`\${${expression}}`)).toEqual(expected)
    expect(texts(expression, { bare: true })).toEqual(expected)
  })
})

test('a reference whose absence is expected is guarded', () => {
  const { references } = findReferences('${has(a.b) ? c : (d.e + 1) ?? f.map(x, g)}')
  expect(references.map(({ text, guarded }) => [text, guarded])).toEqual([
    ['a.b', true],
    ['c', false],
    ['d.e', true],
    ['f', false],
    ['g', false],
  ])
})

test('names bound around the value are no references, whichever way they are written', () => {
  expect(texts('item.x + my_item.y + other', { bare: true, locals: ['item', 'my-item'] })).toEqual([
    'other',
  ])
  expect(texts('${.item}', { locals: ['item'] })).toEqual([])
})

test('a bare field that begins with ${ is a template', () => {
  expect(texts('${a.b} and c.d', { bare: true })).toEqual(['a.b'])
  expect(texts('plain c.d')).toEqual([])
})

describe('what can never work is an issue', () => {
  test.each([
    ['x ${a.} y ${b}', 'expected a field name, found the end', 'a.', 6],
    ['${for.output}', '"for" is a reserved word', 'for.output', 2],
    ['${a.upperAscii()}', 'unknown function upperAscii()', 'a.upperAscii()', 4],
    ['${size(a, b)}', 'size() does not take 2 arguments', 'size(a, b)', 2],
    ['${contains(a, b)}', 'contains() is called as x.contains()', 'contains(a, b)', 2],
    ['${}', 'expected an expression, found the end', '', 2],
  ])('%s', (template, message, text, offset) => {
    const { issues } = findReferences([template])
    expect(issues).toMatchObject([{ message, text, offset, at: [0] }])
  })
  test('the other expressions are still read', () => expect(texts('x ${a.} y ${b}')).toEqual(['b']))
})
