import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { climbs, fillUrl, requestPath, splitUrl } from '#core/http/url.ts'

function filled(template: string, args: Record<string, string>) {
  return fillUrl(splitUrl(template), new Map(Object.entries(args)))
}

test('a URL is split at the end of its authority, then at # and ?', () => {
  expect(splitUrl('https://h:1/a/b?x=1?y#f?g#h')).toEqual({
    prefix: 'https://h:1',
    scheme: 'https',
    authority: 'h:1',
    path: '/a/b',
    query: 'x=1?y',
    fragment: 'f?g#h',
  })
  expect(splitUrl('http://h?q')).toEqual({
    prefix: 'http://h',
    scheme: 'http',
    authority: 'h',
    path: '',
    query: 'q',
  })
  expect(splitUrl('no-scheme/x')).toMatchObject({ prefix: '', scheme: '', authority: '' })
})

test.each([
  ['/users/{{x}}', 'alice', '/users/alice'],
  ['/users/{{x}}', 'alice bob', '/users/alice%20bob'],
  ['/users/{{x}}', 'alice?secret=stolen', '/users/alice%3Fsecret=stolen'],
  ['/users/{{x}}', 'alice#evil', '/users/alice%23evil'],
  ['/users/{{x}}', '日本語', '/users/%E6%97%A5%E6%9C%AC%E8%AA%9E'],
  ['/files/{{x}}', '../etc/passwd', '/files/..%2Fetc%2Fpasswd'],
  ['/?format={{x}}', 'j1', '/?format=j1'],
  ['/?q={{x}}', 'foo&secret=stolen', '/?q=foo%26secret%3Dstolen'],
  ['/?q={{x}}', 'a=b', '/?q=a%3Db'],
  ['/?q={{x}}', 'foo#section', '/?q=foo%23section'],
  ['/#{{x}}', 'intro', '/#intro'],
  ['/#{{x}}', 'a/b c', '/#a%2Fb%20c'],
  ['/{{x}}?q={{x}}', 'a b', '/a%20b?q=a+b'],
])('%s with %j becomes %s', (template, x, shown) => {
  expect(filled(`https://h${template}`, { x }).text).toBe(`https://h${shown}`)
})

test('each argument is written for the place it stands in', () => {
  const args = { p: 'alice bob', q: 'x&y', f: 'top section' }
  expect(filled('https://h/{{p}}?v={{q}}#{{f}}', args).text).toBe(
    'https://h/alice%20bob?v=x%26y#top%20section',
  )
  expect(filled('https://h/?q={{q}}&limit={{n}}', { q: 'hello world', n: '10' }).text).toBe(
    'https://h/?q=hello+world&limit=10',
  )
})

test('a URL without arguments stays as it is', () => {
  const url = 'https://h/{{p}}?v={{q}}#{{f}}'
  expect(filled(url, {}).text).toBe(url)
})

test('scheme and host are never filled', () => {
  expect(filled('https://{{x}}/{{x}}', { x: 'evil' }).text).toBe('https://{{x}}/evil')
})

test.each([
  ['', '/'],
  ['?x=1', '/?x=1'],
  ['/x?', '/x?'],
  ['/x#f', '/x'],
  ['/a/../b', '/a/../b'],
  ['/%2e%2e/x', '/%2e%2e/x'],
  ['/..%2Fx', '/..%2Fx'],
  ['/a//b/', '/a//b/'],
  ["/!$&'()*+,;=:@[]~%7e", "/!$&'()*+,;=:@[]~%7e"],
  ['/a b', '/a%20b'],
  ["/a b!'()*[]", '/a%20b%21%27%28%29%2A%5B%5D'],
  ['/a b%7ex%2fy%c3%a9', '/a%20b~x/y%C3%A9'],
  ['/é|\\^`{}"<>', '/%C3%A9%7C%5C%5E%60%7B%7D%22%3C%3E'],
  ['/{{unknown}}', '/%7B%7Bunknown%7D%7D'],
  ['/?a={b}|c&d=%zz', '/?a={b}|c&d=%zz'],
  ['/?a=b c\'"<>é', '/?a=b%20c%27%22%3C%3E%C3%A9'],
])('the path %j is sent as %s', (template, sent) => {
  expect(requestPath(filled(`https://h${template}`, {}))).toBe(sent)
})

test('a slash in a value stays escaped when the path around it is encoded anew', () => {
  const url = filled('https://h/a b/{{x}}', { x: '../../etc' })
  expect(requestPath(url)).toBe('/a%20b/..%2F..%2Fetc')
})

test.each([
  ['/{{x}}', '.', true],
  ['/{{x}}', '..', true],
  ['/a/{{x}}/b', '..', true],
  ['/a/{{x}}?q', '..', true],
  ['/.{{x}}', '.', true],
  ['/..{{x}}', '', true],
  ['/{{x}}{{x}}', '.', true],
  ['/%2e{{x}}/b', '.', true],
  ['/%2E%2e{{x}}', '', true],
  ['/{{x}};v=1/b', '..', true],
  ['/a b%2F{{x}}', '..', true],
  ['/{{x}}', '', false],
  ['/{{x}}', '...', false],
  ['/{{x}}', '../etc', false],
  ['/{{x}}', '%2e%2e', false],
  ['/../{{x}}', 'a', false],
  ['/a/../b?q={{x}}', '..', false],
  ['/{{x}}/..', 'a', false],
])('%s with %j: climbing is %p', (template, x, expected) => {
  expect(climbs(filled(`https://h${template}`, { x }).path)).toBe(expected)
})

const anyValue = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.stringMatching(/^[./\\%2fFeE#?&=:@;{}x ]{0,12}$/),
)
const template = fc
  .array(fc.constantFrom('/', '{{x}}', 'a', ' ', '%2F', '%20', 'é', '.', '{{y}}', ';'))
  .map((parts) => `/${parts.join('')}`)

test('no value changes the host, the number of segments or of parameters', () => {
  fc.assert(
    fc.property(template, anyValue, anyValue, (path, x, y) => {
      const url = `https://h.example${path}?p={{x}}&q={{y}}#{{x}}`
      const plain = filled(url, { x: 'v', y: 'v' })
      const made = filled(url, { x, y })
      expect(count(requestPath(made), '/')).toBe(count(requestPath(plain), '/'))
      expect(count(requestPath(made), '?')).toBe(1)
      expect(count(requestPath(made), '&', '?')).toBe(1)
      expect(requestPath(made)).toMatch(/^[!-~]+$/)
      expect(requestPath(made)).not.toContain('#')
      expect(URL.parse(made.text)?.host).toBe('h.example')
    }),
    { numRuns: 1000 },
  )
})

/** Occurrences of a character: before the query, or after `?` when `from` says so. */
function count(text: string, mark: string, from?: string): number {
  const at = text.indexOf('?')
  const part = mark === '?' ? text : from === '?' ? text.slice(at) : text.slice(0, at)
  return part.split(mark).length - 1
}

test('a parser that resolves dots finds every value inside the path it was written for', () => {
  fc.assert(
    fc.property(anyValue, (x) => {
      const url = filled('https://h/a/b/{{x}}/c', { x })
      fc.pre(!climbs(url.path))
      const { pathname } = new URL(`https://h${requestPath(url)}`)
      expect(pathname).toStartWith('/a/b/')
      expect(pathname).toEndWith('/c')
      expect(decodeURIComponent(pathname.slice(5, -2))).toBe(x.toWellFormed())
    }),
    { numRuns: 1000 },
  )
})
