import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { checkArgDefs, parseArgDef, parseArgDefs } from '#core/args/declare.ts'
import { variableName } from '#core/args/variables.ts'
import type { ArgDef } from '#spec/button.ts'

test.each<[string, ArgDef]>([
  ['url:string:required', { name: 'url', type: 'string', required: true }],
  ['count:int:optional', { name: 'count', type: 'int', required: false }],
  ['verbose:bool:required', { name: 'verbose', type: 'bool', required: true }],
  ['url:STRING:REQUIRED', { name: 'url', type: 'string', required: true }],
  [' Url : Int : Optional ', { name: 'Url', type: 'int', required: false }],
  [
    'env:enum:required:staging|prod|canary',
    { name: 'env', type: 'enum', required: true, values: ['staging', 'prod', 'canary'] },
  ],
  [
    'env:enum:optional: A | b c ',
    { name: 'env', type: 'enum', required: false, values: ['A', 'b c'] },
  ],
  ['token:string:required:secret', { name: 'token', type: 'string', required: true, secret: true }],
  [
    'k:enum:optional:a|b:Secret',
    { name: 'k', type: 'enum', required: false, values: ['a', 'b'], secret: true },
  ],
  ['_x-1:bool:optional', { name: '_x-1', type: 'bool', required: false }],
])('%j is a declaration', (text, def) => expect(parseArgDef(text)).toEqual(def))

test.each([
  'url:string',
  'url::required',
  ':string:required',
  'url:float:required',
  'url:string:maybe',
  'a:b:c:d',
  'name:string:required:a|b',
  'env:enum:required',
  'env:enum:required:one',
  'env:enum:required:a||b',
  'env:enum:required:a|a',
  'env:enum:required:a|b:c',
  'env:enum:required:secret',
  'x:int:required:secret:secret',
  '1st:string:required',
  'a b:string:required',
  'a.b:string:required',
  'ä:string:required',
  'a=b:string:required',
  '',
])('%j is refused', (text) => {
  expect(() => parseArgDef(text)).toThrow(expect.objectContaining({ code: 'VALIDATION_ERROR' }))
})

test('declarations keep their order', () => {
  const defs = parseArgDefs(['b:int:required', 'a:string:optional'])
  expect(defs.map(({ name }) => name)).toEqual(['b', 'a'])
})

test.each([
  [['a:int:required', 'a:string:optional'], 'declared twice'],
  [['a-b:int:required', 'a_b:string:optional'], 'BUTTONS_ARG_A_B'],
  [['Env:int:required', 'env:string:optional'], 'BUTTONS_ARG_ENV'],
])('%j cannot stand beside each other', (texts, why) => {
  expect(() => parseArgDefs(texts)).toThrow(
    expect.objectContaining({ code: 'VALIDATION_ERROR', message: expect.stringContaining(why) }),
  )
})

const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,20}$/)
const value = fc
  .string({ minLength: 1 })
  .filter((text) => !/[:|]/.test(text))
  .map((text) => text.trim())
  .filter((text) => text !== '')
const definition: fc.Arbitrary<ArgDef> = fc
  .record({
    name,
    type: fc.constantFrom('string', 'int', 'bool', 'enum'),
    required: fc.boolean(),
    values: fc.uniqueArray(value, { minLength: 2, maxLength: 5 }),
    secret: fc.boolean(),
  })
  .map(({ values, secret, ...def }) => ({
    ...def,
    ...(def.type === 'enum' && { values }),
    ...(secret && { secret }),
  }))

function format(def: ArgDef): string {
  const parts = [def.name, def.type, def.required ? 'required' : 'optional']
  if (def.values) parts.push(def.values.join('|'))
  return [...parts, ...(def.secret ? ['secret'] : [])].join(':')
}

test('what is declared reads back as it was meant', () => {
  fc.assert(fc.property(definition, (def) => expect(parseArgDef(format(def))).toEqual(def)))
})

test('any text is either a declaration that passes the rules for JSON or refused', () => {
  const text = fc.oneof(
    fc.string(),
    fc
      .array(fc.oneof(name, fc.constantFrom('enum', 'int', 'required', 'a|b', 'secret', '')), {
        maxLength: 6,
      })
      .map((parts) => parts.join(':')),
  )
  fc.assert(
    fc.property(fc.array(text, { maxLength: 4 }), (texts) => {
      let defs: ArgDef[]
      try {
        defs = parseArgDefs(texts)
      } catch (error) {
        expect(error).toMatchObject({ code: 'VALIDATION_ERROR' })
        return
      }
      checkArgDefs(defs)
      expect(new Set(defs.map((def) => variableName(def.name))).size).toBe(defs.length)
    }),
  )
})
