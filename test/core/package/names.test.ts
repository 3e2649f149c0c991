import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { checkPackageName, parsePackageRequest, splitPackageName } from '#core/package/name.ts'
import { compareVersions, isRequest, nextVersion } from '#core/package/version.ts'
import { encodePath, findHop, packagePath, publicBase, readProblem } from '#core/package/wire.ts'
import vectors from '../../vectors/registry.json'

test.each([
  'hello',
  '@autono',
  '@autono/',
  '@/hello',
  '@a/b/c',
  '',
  '@a/..',
  '@./x',
  '@a/b c',
  '@a/b?',
  '@a/b#',
  '@a/b%2f',
  '@a\\/b',
  '@a/b\u0007',
])('%j is no package name', (name) => {
  expect(splitPackageName(name)).toBeUndefined()
  expect(() => checkPackageName(name)).toThrow(/scoped like @desk\/name/)
})

test('a file may hold names that we would not send', () => {
  expect(splitPackageName('@acmé/hällo!')).toEqual({ desk: '@acmé', name: 'hällo!' })
  expect(() => checkPackageName('@acme/hällo')).toThrow('Cannot use "@acme/hällo"')
  expect(() => checkPackageName(`@acme/${'x'.repeat(129)}`)).toThrow('at most 128')
  expect(checkPackageName('@Acme.1/hello_World-2')).toEqual({
    desk: '@Acme.1',
    name: 'hello_World-2',
  })
})

test.each([
  ['@autono/hello', '@autono/hello', 'latest'],
  ['@autono/hello@1', '@autono/hello', '1'],
  ['@autono/hello@01', '@autono/hello', '01'],
])('%s asks for %s at %s', (text, name, requested) => {
  expect(parsePackageRequest(text)).toEqual({ name, requested })
})

test.each([
  '',
  'hello',
  '@autono',
  '@autono/hello@latest',
  '@autono/hello@1.2.3',
  '@autono/hello@v1.2.3',
  '@autono/hello@',
  'hello@1',
  '@@1',
])('%j is no request for a package', (text) => {
  expect(() => parsePackageRequest(text)).toThrow(`Cannot use "`)
})

test('the newest version is asked for without a suffix', () => {
  expect(() => parsePackageRequest('@a/b@latest')).toThrow('has no suffix')
})

test.each([
  ['latest', true],
  ['1', true],
  ['007', true],
  ['', false],
  ['1.2.3', false],
  ['v1', false],
  ['^1', false],
  ['Latest', false],
  [' 1', false],
  ['-1', false],
])('%j as a request: %p', (text, good) => {
  expect(isRequest(text)).toBe(good)
})

test.each([
  ['1', '2'],
  ['9', '10'],
  [' 41 ', '42'],
  ['007', '8'],
  ['9007199254740993', '9007199254740994'],
  ['0', undefined],
  ['', undefined],
  ['1.2', undefined],
  ['-1', undefined],
])('after %j comes %p', (version, next) => {
  expect(nextVersion(version)).toBe(next as string)
})

test.each(vectors.comparisons as [string, string, number][])('%s against %s: %d', (a, b, order) => {
  expect(compareVersions(a, b)).toBe(order)
  expect(compareVersions(b, a)).toBe(order === 0 ? 0 : -order)
})

test.each([
  ['@acme/hello', '@acme/hello'],
  ['@acme/h e', '@acme/h%20e'],
  ["@a/b!'()*", '@a/b%21%27%28%29%2A'],
  ['@a/$&+=:~', '@a/$&+=:~'],
  ['@a/ü', '@a/%C3%BC'],
  ['@a/b,;', '@a/b%2C%3B'],
])('%s goes into a path as %s', (text, path) => {
  expect(encodePath(text)).toBe(path)
})

test('a download is two segments, a version and a word', () => {
  expect(packagePath('@acme/hello', '2')).toBe('/v1/buttons/@acme/hello/2')
})

test('whatever a path holds comes back by decoding its segments', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      fc.pre(text.isWellFormed())
      const path = encodePath(text)
      expect(path).toMatch(/^[A-Za-z0-9\-_.~$&+=:@%/]*$/)
      expect(path.split('/').map(decodeURIComponent).join('/')).toBe(text)
    }),
  )
})

test.each([
  ['https://registry.example', 'https://registry.example'],
  [
    'https://user:secret@registry.example:8443/base/?key=secret#x',
    'https://registry.example:8443/base',
  ],
  ['no url', 'no url'],
])('of the base %s, %s may be shown', (base, shown) => {
  expect(publicBase(base)).toBe(shown)
})

test.each<[string, { code: string; message?: string | RegExp; latest?: string }]>([
  ['{"ok":false,"error":{"code":"NOPE","message":"no"}}', { code: 'NOPE', message: 'no' }],
  [
    '{"error":{"code":"VERSION_EXISTS","message":"immutable","latest":"4"}}',
    { code: 'VERSION_EXISTS', latest: '4' },
  ],
  ['{"error":{"code":"NOPE","message":""}}', { code: '', message: /^{"error"/ }],
  ['<h1>Bad gateway</h1>\n', { code: '', message: '<h1>Bad gateway</h1>' }],
  ['', { code: '', message: '' }],
])('the answer %j is understood', (text, problem) => {
  const found = readProblem({ status: 502, body: new TextEncoder().encode(text) })
  expect(found.code).toBe(problem.code)
  if (problem.message !== undefined) expect(found.message).toMatch(problem.message)
  expect(found.latest).toBe(problem.latest!)
})

const hop = (url: string, method = 'GET') => ({ url: new URL(url), method, crossed: false })

test.each([
  ['https://a.example/x', 'GET', 302, '/y', 'https://a.example/y', false],
  ['https://a.example/x', 'GET', 301, 'https://b.example/', 'https://b.example/', true],
  ['https://a.example/x', 'GET', 307, 'https://sub.a.example/', 'https://sub.a.example/', true],
  ['https://a.example/x', 'GET', 303, 'https://a.example:444/', 'https://a.example:444/', true],
  ['http://a.example/x', 'GET', 308, 'https://a.example/', 'https://a.example/', true],
  ['https://a.example/x', 'POST', 307, '/y', 'https://a.example/y', false],
])('from %s a %s with %d to %s', (from, method, status, location, to, crossed) => {
  const next = findHop(hop(from, method), { status, location }, 0)
  expect({ to: next?.url.href, crossed: next?.crossed }).toEqual({ to, crossed })
})

test('who was told once that the host changed does not forget it', () => {
  const back = { url: new URL('https://b.example/'), method: 'GET', crossed: true }
  expect(findHop(back, { status: 302, location: '/x' }, 0)?.crossed).toBe(true)
})

test.each([
  ['https://a.example/', 'GET', 302, 'http://a.example/', 'from https to http'],
  ['https://a.example/', 'POST', 302, '/y', 'would lose what is sent'],
  ['https://a.example/', 'GET', 302, 'file:///etc/passwd', 'no web address'],
  ['https://a.example/', 'GET', 302, 'https://[', 'no web address'],
])('from %s a %s with %d to %s is refused', (from, method, status, location, why) => {
  expect(() => findHop(hop(from, method), { status, location }, 0)).toThrow(why)
})

test('an answer without Location, or another status, is final', () => {
  expect(
    findHop(hop('https://a.example/'), { status: 302, location: undefined }, 0),
  ).toBeUndefined()
  expect(findHop(hop('https://a.example/'), { status: 200, location: '/x' }, 0)).toBeUndefined()
})

test('ten redirects are followed, not more', () => {
  const answer = { status: 302, location: '/x' }
  expect(findHop(hop('https://a.example/'), answer, 9)).toBeDefined()
  expect(() => findHop(hop('https://a.example/'), answer, 10)).toThrow('more than 10')
})
