import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { encoders } from '#core/http/encode.ts'
import { fill, fillPieces, placeholderValues } from '#core/http/template.ts'

const values = new Map([
  ['a', 'A'],
  ['b', '{{a}}'],
  ['long-name', 'L'],
  ['empty', ''],
  ['{x', 'X'],
])

test.each([
  ['', ''],
  ['plain', 'plain'],
  ['{{a}}', 'A'],
  ['{{a}}{{a}}-{{long-name}}', 'AA-L'],
  ['{{{a}}}', '{A}'],
  ['{{{{a}}}}', '{{A}}'],
  ['{{{x}}', 'X'],
  ['{{ a }}', '{{ a }}'],
  ['{{unknown}} {{a}}', '{{unknown}} A'],
  ['{{unknown {{a}}', '{{unknown A'],
  ['{{a', '{{a'],
  ['{{}}{{a}}', '{{}}A'],
  ['{a}', '{a}'],
  ['x{{empty}}y', 'xy'],
  ['{{toString}}', '{{toString}}'],
])('%j is filled to %j', (template, filled) => {
  expect(fill(template, values, encoders.raw)).toBe(filled)
})

test('text that was put in is never filled again', () => {
  expect(fill('{{b}} {{a}}', values, encoders.raw)).toBe('{{a}} A')
  expect(
    fill(
      '{{b}}}}',
      new Map([
        ['b', '{{a'],
        ['a', 'A'],
      ]),
      encoders.raw,
    ),
  ).toBe('{{a}}')
})

test('pieces tell the text of the author from the text of the press', () => {
  expect(fillPieces('x{{a}}{{empty}}y', values, encoders.raw)).toEqual([
    { text: 'x', substituted: false },
    { text: 'A', substituted: true },
    { text: '', substituted: true },
    { text: 'y', substituted: false },
  ])
})

test('a declared argument that is not given counts as empty, an undeclared name stays', () => {
  const given = placeholderValues([{ name: 'given' }, { name: 'absent' }], {
    given: '1',
    undeclared: '2',
  })
  expect(fill('{{given}}|{{absent}}|{{undeclared}}|{{other}}', given, encoders.raw)).toBe(
    '1||2|{{other}}',
  )
})

test('a template of nothing but braces is read in linear time', () => {
  const braces = '{'.repeat(300_000)
  expect(fill(`${braces}}}`, values, encoders.raw)).toBe(`${braces}}}`)
  expect(fill(braces, values, encoders.raw)).toBe(braces)
})

/** The rule as the contract words it: character by character, a miss advances by one. */
function fillSlowly(template: string, names: ReadonlyMap<string, string>): string {
  let out = ''
  for (let at = 0; at < template.length;) {
    const close = template.indexOf('}}', at + 2)
    const name = template.startsWith('{{', at) && close > 0 ? template.slice(at + 2, close) : null
    const value = name === null ? undefined : names.get(name)
    out += value ?? template[at]!
    at = value === undefined ? at + 1 : close + 2
  }
  return out
}

test('any template is filled as by the rule of the contract', () => {
  const piece = fc.constantFrom('{', '}', '{{', '}}', 'a', 'b', 'empty', '{x', '{{a}}', ' ')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const template = pieces.join('')
      expect(fill(template, values, encoders.raw)).toBe(fillSlowly(template, values))
    }),
    { numRuns: 1000 },
  )
})
