import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { planBody } from '#core/http/body.ts'

function body(template: string, args: Record<string, string>, contentType?: string) {
  const headers = contentType === undefined ? [] : [{ name: 'content-TYPE', value: contentType }]
  const bytes = planBody(template, headers, new Map(Object.entries(args)))
  return bytes && new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

const jsonTypes = [
  undefined,
  'application/json',
  'text/json',
  'application/json; charset=utf-8',
  'Application/JSON; charset=utf-8',
  '  application/json  ',
]

test.each([
  ['hello', 'hello'],
  ['she said "hi"', 'she said \\"hi\\"'],
  ['C:\\Users', 'C:\\\\Users'],
  ['a\nb', 'a\\nb'],
  ['foo", "admin": true, "_": "', 'foo\\", \\"admin\\": true, \\"_\\": \\"'],
])('the value %j stays inside its JSON string', (msg, inside) => {
  for (const type of jsonTypes)
    expect(body('{"msg": "{{msg}}"}', { msg }, type)).toBe(`{"msg": "${inside}"}`)
})

test('a form keeps its fields apart', () => {
  const args = { user: 'alice bob', action: 'delete&force=true' }
  expect(body('user={{user}}&action={{action}}', args, 'application/x-www-form-urlencoded')).toBe(
    'user=alice+bob&action=delete%26force%3Dtrue',
  )
})

test.each([['text/xml'], ['text/plain'], ['application/vnd.api+json'], [''], ['json']])(
  'with the type %j a value goes in raw',
  (type) => {
    const value = '</value><injected a="b"/>'
    expect(body('<value>{{v}}</value>', { v: value }, type)).toBe(`<value>${value}</value>`)
  },
)

test('a template without arguments stays as it is', () => {
  expect(body('{"a": "{{b}}"}', {})).toBe('{"a": "{{b}}"}')
})

test('a body that becomes empty is still a body', () => {
  expect(body('{{x}}', { x: '' })).toBe('')
  expect(body('', { x: '' })).toBeUndefined()
})

test('no value changes the structure of JSON or the fields of a form', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^["\\{},:&=+%a]{0,9}$/))
  fc.assert(
    fc.property(text, text, (a, b) => {
      const json = body('{"a":"x{{a}}y","n":[1,"{{b}}"],"{{a}}":null}', { a, b })!
      const [one, two] = [a.toWellFormed(), b.toWellFormed()]
      const expected = JSON.parse(
        `{"a":${JSON.stringify(`x${one}y`)},"n":[1,${JSON.stringify(two)}],${JSON.stringify(one)}:null}`,
      )
      expect(JSON.parse(json)).toEqual(expected)
      const form = body('a={{a}}&b={{b}}', { a, b }, 'application/x-www-form-urlencoded')!
      expect([...new URLSearchParams(form)]).toEqual([
        ['a', one],
        ['b', two],
      ])
    }),
    { numRuns: 500 },
  )
})
