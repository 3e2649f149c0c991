import { expect, test } from 'bun:test'
import { findDestination, type Scheme } from '#core/http/destination.ts'
import { findRedirect } from '#core/http/redirect.ts'
import type { HttpRequest } from '#core/http/request.ts'

const headers = [
  { name: 'Authorization', value: 'Bearer t' },
  { name: 'Content-Type', value: 'text/plain' },
  { name: 'X-Key', value: 'k' },
  { name: 'Accept', value: 'text/html' },
  { name: 'accept-language', value: 'en' },
]
const defaults = [{ name: 'User-Agent', value: 'buttons/1' }]

function request(method: string, url = 'https://h.example/a/b?c', text?: string): HttpRequest {
  const [, scheme, authority, requestPath] = /^(https?):\/\/([^/]+)(.*)$/.exec(url)!
  return {
    method,
    url,
    destination: findDestination(scheme as Scheme, authority!)!,
    requestPath: requestPath!,
    headers,
    defaults,
    ...(text !== undefined && { body: new TextEncoder().encode(text) }),
  }
}

const answer = (status: number, location?: string, followed = 0) => ({ status, location, followed })

test.each([
  [200, '/x'],
  [300, '/x'],
  [304, '/x'],
  [305, '/x'],
  [306, '/x'],
  [302, undefined],
  [302, ''],
  [404, '/x'],
])('status %d with the location %j is final', (status, location) => {
  expect(findRedirect(request('GET'), answer(status, location))).toBeUndefined()
})

test.each([
  ['/x', '/x'],
  ['x?y=1', '/a/x?y=1'],
  ['?q', '/a/b?q'],
  ['../../../x', '/x'],
  ['https://h.example/x#f', '/x'],
  ['https://H.EXAMPLE:443', '/'],
  ['//h.example/y', '/y'],
  ['/Ã©', '/%C3%A9'],
  ['/é日', '/%C3%A9%E6%97%A5'],
])('the location %j stays on the host and leads to %s', (location, path) => {
  const from = request('GET')
  const url = `https://h.example${path}`
  expect(findRedirect(from, answer(302, location))).toEqual({ ...from, url, requestPath: path })
})

// status, method, becomes, keeps its body
test.each([
  [301, 'POST', 'GET', false],
  [302, 'PUT', 'GET', false],
  [303, 'DELETE', 'GET', false],
  [303, 'GET', 'GET', true],
  [302, 'HEAD', 'HEAD', true],
  [307, 'POST', 'POST', true],
  [308, 'PATCH', 'PATCH', true],
])('on the same host %d makes %s a %s; body kept: %p', (status, method, next, kept) => {
  const followed = findRedirect(request(method, undefined, 'text'), answer(status, '/x'))!
  expect(followed.method).toBe(next)
  expect('body' in followed).toBe(kept)
  const names = followed.headers.map(({ name }) => name)
  expect(names.includes('Content-Type')).toBe(kept)
  expect(names).toContain('Authorization')
})

test.each([
  ['https://other.example/x'],
  ['https://sub.h.example/x'],
  ['https://h.example:8443/x'],
  ['//other.example/x'],
  ['/\\other.example/x'],
])('%s is another host: only Accept headers and the defaults go there', (location) => {
  const followed = findRedirect(request('GET'), answer(302, location))!
  expect(followed.headers.map(({ name }) => name)).toEqual(['Accept', 'accept-language'])
  expect(followed.defaults).toEqual(defaults)
  expect(followed.requestPath).toBe('/x')
  expect(followed.url).toBe(`https://${followed.destination.authority}/x`)
  expect(followed.url).not.toBe('https://h.example/x')
})

test('from http to https of the same name is another host', () => {
  const followed = findRedirect(request('HEAD', 'http://h/a'), answer(301, 'https://h/a'))!
  expect(followed).toMatchObject({ method: 'HEAD', destination: { scheme: 'https', port: 443 } })
  expect(followed.headers).toHaveLength(2)
})

test('headers dropped on the way do not come back with the first host', () => {
  const away = findRedirect(request('GET'), answer(302, 'https://other.example/'))!
  const back = findRedirect(away, answer(302, 'https://h.example/', 1))!
  expect(back.headers.map(({ name }) => name)).toEqual(['Accept', 'accept-language'])
})

test('a request without body is followed to another host as a GET', () => {
  expect(findRedirect(request('POST'), answer(303, 'https://o.example/'))?.method).toBe('GET')
})

test.each([
  ['GET', undefined, 302, 'http://h.example/x', 'redirect from https to http'],
  ['GET', undefined, 302, 'http://other.example/x', 'redirect from https to http'],
  ['GET', undefined, 307, 'https://other.example/', 'redirect 307 to another host'],
  ['POST', 'text', 308, 'https://other.example/', 'redirect 308 to another host'],
  ['POST', 'text', 302, 'https://o.example/', 'redirect of a request with a body to another host'],
  ['GET', '', 303, 'https://o.example/', 'redirect of a request with a body to another host'],
  ['GET', undefined, 302, 'ftp://h.example/', 'redirect to "ftp"'],
  ['GET', undefined, 302, 'file:///etc/passwd', 'redirect to "file"'],
  ['GET', undefined, 302, 'javascript:alert(1)', 'redirect to "javascript"'],
  ['GET', undefined, 302, 'https://u:p@h.example/', 'redirect to a URL with user information'],
  ['GET', undefined, 302, '//u@other.example/', 'redirect to a URL with user information'],
])('%s with the body %j: %d to %s is refused', (method, text, status, location, why) => {
  const act = () => findRedirect(request(method, undefined, text), answer(status, location))
  expect(act).toThrow(expect.objectContaining({ code: 'VALIDATION_ERROR' }))
  expect(act).toThrow(`refusing request: ${why}`)
})

test.each([['https://'], ['https://h:99999/'], ['//a b/'], ['https://1.2.3.256/'], ['/a\u0001']])(
  'the location %j cannot be read',
  (location) => {
    const act = () => findRedirect(request('GET'), answer(302, location))
    expect(act).toThrow(expect.objectContaining({ code: 'SCRIPT_ERROR' }))
    expect(act).toThrow('request failed: redirect to an unreadable Location')
  },
)

test('ten redirects are followed, an eleventh is not', () => {
  expect(findRedirect(request('GET'), answer(302, '/x', 9))?.requestPath).toBe('/x')
  const act = () => findRedirect(request('GET'), answer(302, '/x', 10))
  expect(act).toThrow(expect.objectContaining({ code: 'SCRIPT_ERROR' }))
  expect(act).toThrow('request failed: stopped after 10 redirects')
})

test('an address in an odd spelling is still one host, and a new one is recognised', () => {
  const from = request('GET', 'http://134744072/a')
  expect(findRedirect(from, answer(302, '/b'))?.destination).toEqual(from.destination)
  expect(findRedirect(from, answer(302, 'http://8.8.8.8/c'))?.headers).toEqual(headers)
  const inside = findRedirect(from, answer(302, 'http://0x7f.1/'))!
  expect(inside.destination.address).toBe('127.0.0.1')
})

test('the zone of a link-local address stays with it', () => {
  const destination = findDestination('http', '[fe80::1%25eth0]')!
  const from = { ...request('GET', 'http://[fe80::1]/a'), destination }
  expect(findRedirect(from, answer(302, '/b'))?.destination.address).toBe('fe80::1%eth0')
})
