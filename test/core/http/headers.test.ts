import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { planHeaders } from '#core/http/headers.ts'

const sources = {
  batteries: { TOKEN: 'from-battery', EMPTY: '', BOTH: 'battery', TRICK: '{{x}} $ENV{TOKEN}' },
  env: { PLAIN: 'from-env', BOTH: 'env' },
}

function plan(stored: Record<string, string>, args: Record<string, string> = {}) {
  return planHeaders(stored, new Map(Object.entries(args)), sources)
}

function value(template: string, args: Record<string, string> = {}) {
  return plan({ H: template }, args).headers[0]?.value
}

test.each([
  ['plain', 'plain'],
  ['id={{x}}', 'id=a "b" <&> é'],
  ['{{unknown}}', '{{unknown}}'],
  ['Bearer $ENV{TOKEN}', 'Bearer from-battery'],
  ['$ENV{PLAIN}/$ENV{BOTH}', 'from-env/battery'],
  ['[$ENV{EMPTY}]', '[]'],
  ['$ENV{TRICK}', '{{x}} $ENV{TOKEN}'],
  ['$ENV{', '$ENV{'],
  ['$ENVTOKEN', '$ENVTOKEN'],
  ['${TOKEN}', '${TOKEN}'],
])('the template %j gives %j', (template, expected) => {
  expect(value(template, { x: 'a "b" <&> é' })).toBe(expected)
})

test('an argument cannot ask for a secret, whole or in part', () => {
  expect(value('{{x}}', { x: '$ENV{TOKEN}' })).toBe('$ENV{TOKEN}')
  expect(value('$ENV{{{x}}}', { x: 'TOKEN' })).toBe('$ENV{TOKEN}')
  expect(value('$EN{{x}}{TOKEN}', { x: 'V' })).toBe('$ENV{TOKEN}')
  expect(plan({ H: '{{x}}' }, { x: '$ENV{TOKEN}' }).secrets).toEqual([])
})

test('what $ENV gave is reported as secret', () => {
  expect(plan({ A: '$ENV{TOKEN} $ENV{PLAIN}', B: 'x' }).secrets).toEqual([
    'from-battery',
    'from-env',
  ])
})

test.each([['MISSING'], ['toString'], ['__proto__'], [''], ['a b']])(
  'the name %j that cannot be resolved is refused',
  (name) => {
    expect(() => value(`$ENV{${name}}`)).toThrow(
      `refusing request: header "H" needs "${name}", which is neither a battery nor set`,
    )
  },
)

test.each([['\r\nX: y'], ['\n'], ['\0'], ['\u001f'], ['\u007f']])(
  'a value with %j is refused without being repeated',
  (bad) => {
    const refused = 'refusing request: header "H" contains a control character'
    expect(() => value('a{{x}}', { x: `secret${bad}` })).toThrow(refused)
    expect(() => value(`a${bad}`)).toThrow(refused)
  },
)

test('a tab and characters beyond ASCII are fine', () => {
  expect(value('a\tb\u0080é日')).toBe('a\tb\u0080é日')
})

test('Host and what describes the length are ignored, whatever their case', () => {
  const stored = { host: 'evil', 'CONTENT-LENGTH': '1', 'Transfer-Encoding': 'chunked', 'X-A': '1' }
  expect(plan(stored).headers).toEqual([{ name: 'X-A', value: '1' }])
  expect(plan({ HOST: '$ENV{MISSING}\n' }).headers).toEqual([])
})

const hops = ['Connection', 'expect', 'Keep-Alive', 'Proxy-Connection', 'TE', 'Trailer', 'Upgrade']
test.each(hops)('%s, which concerns one connection, is ignored', (name) => {
  expect(plan({ [name]: 'x', 'X-A': '1' }).headers).toEqual([{ name: 'X-A', value: '1' }])
})

test('one header is sent per name, the last one stored', () => {
  expect(plan({ 'X-A': '1', B: '2', 'x-a': '3' }).headers).toEqual([
    { name: 'x-a', value: '3' },
    { name: 'B', value: '2' },
  ])
})

test('placeholders in names are not filled, and no such name can be sent', () => {
  const act = () => plan({ '{{x}}': 'v' }, { x: 'Host' })
  expect(act).toThrow(expect.objectContaining({ code: 'SCRIPT_ERROR' }))
  expect(act).toThrow('Cannot build the request: "{{x}}" is not a header name')
})

test.each([[''], ['a b'], ['a:'], ['a\r\nb'], ['é']])('%j is not a header name', (name) => {
  expect(() => plan({ [name]: 'v' })).toThrow('is not a header name')
})

test('no value of an argument ends a header', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (x) => {
      try {
        const { headers } = plan({ A: 'p {{x}} q', B: '{{x}}' }, { x })
        expect(headers.map((header) => header.value)).toEqual([`p ${x} q`, x])
        expect(x).not.toMatch(/[\r\n\0]/)
      } catch (error) {
        expect(error).toMatchObject({ code: 'VALIDATION_ERROR' })
        expect(x).toMatch(/\p{Cc}/u)
      }
    }),
  )
})
