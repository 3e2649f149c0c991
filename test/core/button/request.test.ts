import { expect, test } from 'bun:test'
import { chooseSource, readTexts } from '#core/button/request.ts'
import type { CreateRequest } from '#spec/create.ts'

const choose = (request: Omit<CreateRequest, 'name'>) => {
  const full = { name: 'x', ...request }
  return chooseSource(full, readTexts(full))
}

test.each([
  ['nothing', {}, { kind: 'scaffold', runtime: 'shell' }],
  ['a runtime', { runtime: 'python' }, { kind: 'scaffold', runtime: 'python' }],
  ['an unknown runtime', { runtime: 'fakeLang' }, { kind: 'scaffold', runtime: 'fakeLang' }],
  ['code', { code: 'ls' }, { kind: 'code', runtime: 'shell', content: 'ls' }],
  [
    'code and a runtime',
    { code: 'ls', runtime: 'bash', prompt: 'p' },
    { kind: 'code', runtime: 'bash', content: 'ls' },
  ],
  ['a file', { file: 'a.py', prompt: 'p' }, { kind: 'file', path: 'a.py' }],
  ['a prompt', { prompt: 'Read it' }, { kind: 'prompt' }],
  [
    'empty texts',
    { file: '', code: '', url: '', prompt: '', runtime: '', method: '', body: '' },
    { kind: 'scaffold', runtime: 'shell' },
  ],
  [
    'a URL',
    { url: 'https://h/x' },
    {
      kind: 'http',
      url: 'https://h/x',
      method: 'GET',
      headers: {},
      maxResponseBytes: 10_485_760,
      allowPrivateNetworks: false,
    },
  ],
  [
    'a URL with everything',
    {
      url: 'http://h/{{a}}',
      method: 'post',
      headers: ['A: 1', 'b:x:y', 'a :  2 '],
      body: 'b',
      maxResponseSize: '1K',
      allowPrivateNetworks: true,
    },
    {
      kind: 'http',
      url: 'http://h/{{a}}',
      method: 'POST',
      headers: { a: '2', b: 'x:y' },
      body: 'b',
      maxResponseBytes: 1024,
      allowPrivateNetworks: true,
    },
  ],
])('%s makes its kind of button', (_, request, source) => {
  expect(choose(request)).toEqual(source as never)
})

test.each<[string, Omit<CreateRequest, 'name'>, string]>([
  ['a file and code', { file: 'a', code: 'b' }, 'only one of'],
  ['code and a URL', { code: 'b', url: 'https://h' }, 'only one of'],
  ['72 KB of code', { code: 'x'.repeat(72 * 1024) }, 'longer than 65536 bytes'],
  ['64 KB of two-byte letters', { code: 'é'.repeat(32_769) }, 'longer than 65536 bytes'],
  [
    'a runtime for a URL',
    { url: 'https://h', runtime: 'node' },
    '--runtime does not go with --url',
  ],
  ['a runtime for a file', { file: 'a', runtime: 'node' }, 'does not go with --file'],
  ['a runtime for a prompt', { prompt: 'p', runtime: 'shell' }, 'does not go with --prompt'],
  ['runtime http', { runtime: 'http' }, '--url'],
  ['runtime prompt', { runtime: 'prompt' }, '--prompt'],
  ['a method without URL', { method: 'POST' }, '--method needs --url'],
  ['a header without URL', { headers: ['A: b'], code: 'x' }, '--header needs --url'],
  ['a body without URL', { body: 'x' }, '--body needs --url'],
  ['a cap without URL', { maxResponseSize: '1M' }, '--max-response-size needs --url'],
  ['private networks without URL', { allowPrivateNetworks: true }, 'needs --url'],
  ['another scheme', { url: 'ftp://h/' }, 'http:// or https://'],
  ['an upper-case scheme', { url: 'HTTPS://h/' }, 'lower case'],
  ['no host', { url: 'https:///x' }, 'no host'],
  ['a placeholder as host', { url: 'https://{{h}}/' }, 'placeholder'],
  ['a user in the URL', { url: 'https://u:p@h/' }, 'user information'],
  ['a broken method', { url: 'https://h', method: 'GET X' }, 'not an HTTP method'],
  ['a header without colon', { url: 'https://h', headers: ['A'] }, 'Key: Value'],
  ['a header without name', { url: 'https://h', headers: [': x'] }, 'not a header name'],
  ['a header with a line break', { url: 'https://h', headers: ['A: b\nC: d'] }, 'control'],
  ['a bad size', { url: 'https://h', maxResponseSize: '3GB' }, '2.00 GB'],
  ['a bad argument', { args: ['a:b'] }, 'Cannot declare'],
])('%s is refused', (_, request, why) => {
  expect(() => choose(request)).toThrow(
    expect.objectContaining({ code: 'VALIDATION_ERROR', message: expect.stringContaining(why) }),
  )
})

test('a bad argument is reported before a bad size, and that before a bad header', () => {
  const request = { name: 'x', args: ['a:b'], maxResponseSize: 'x', headers: ['y'] }
  expect(() => readTexts(request)).toThrow('argument "a:b"')
  expect(() => readTexts({ ...request, args: [] })).toThrow('"x" as a size')
  expect(() => readTexts({ name: 'x', headers: ['y'] })).toThrow('header "y"')
})
