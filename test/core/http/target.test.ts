import { expect, test } from 'bun:test'
import { checkTarget, getLock, type TargetRules } from '#core/http/target.ts'
import { fillUrl, splitUrl } from '#core/http/url.ts'

const strict: TargetRules = { allowedHost: '', allowAnyHost: false, allowPrivateNetworks: false }

function check(template: string, rules: Partial<TargetRules> = {}, x = '') {
  const url = splitUrl(template)
  return checkTarget(url, fillUrl(url, new Map([['x', x]])), { ...strict, ...rules })
}

test.each([
  ['https://h/a\u0001b', 'the URL contains a control character'],
  ['https://h/a?b=\n', 'the URL contains a control character'],
  ['https://h/#\u007f', 'the URL contains a control character'],
  ['https://h/100%', 'the path of the URL contains a broken % escape'],
  ['https://h/%zz', 'the path of the URL contains a broken % escape'],
  ['https://h/%2{{x}}', 'the path of the URL contains a broken % escape'],
  ['ftp://h/', 'the URL must begin with http:// or https://'],
  ['h/path', 'the URL must begin with http:// or https://'],
  ['', 'the URL must begin with http:// or https://'],
  ['http:/h', 'the URL must begin with http:// or https://'],
  ['{{x}}://h/', 'the URL must begin with http:// or https://'],
  ['https://user@h/', 'the URL carries user information'],
  ['https://u:p@h/', 'the URL carries user information'],
  ['https:///path', 'the URL names no host'],
  ['https://:80/', 'the URL names no host'],
  ['https://{{x}}/', 'the host of the URL contains a placeholder'],
  ['https://a.{{x}}.b:1/', 'the host of the URL contains a placeholder'],
  ['https://a b/', '"a b" is neither a host name nor an address with an optional port'],
  ['https://h\\.evil/', '"h\\.evil" is neither a host name nor an address with an optional port'],
  ['https://a%4/', '"a%4" is neither a host name nor an address with an optional port'],
  ['https://h:99999/', '"h:99999" is neither a host name nor an address with an optional port'],
])('%j is refused because %s', (template, why) => {
  expect(() => check(template, {}, 'F')).toThrow(`refusing request: ${why}`)
})

test.each([
  ['https://h/', 'h', true],
  ['HTTPS://H/', 'h', true],
  ['https://h/', 'H', true],
  ['https://h:443/', 'h:443', true],
  ['https://bücher.de/', 'bücher.de', true],
  ['https://h:443/', 'h', false],
  ['https://h/', 'h:443', false],
  ['https://h.evil/', 'h', false],
  ['https://evil/', 'h', false],
  ['https://h/', ' h', false],
  ['https://h./', 'h', false],
])('%s with the lock %j: allowed is %p', (template, allowedHost, allowed) => {
  const act = () => check(template, { allowedHost })
  if (allowed) expect(act().scheme).toBe('https')
  else expect(act).toThrow('is not the allowed host')
})

test('without a lock the host of the URL is the lock', () => {
  expect(check('https://API.example:8/x')).toMatchObject({ host: 'api.example', port: 8 })
})

test('the lock * needs its switch and then takes the host of the URL', () => {
  expect(() => check('https://h/', { allowedHost: '*' })).toThrow(
    'refusing request: allowed_host "*" needs BUTTONS_ALLOW_ANY_HOST=1',
  )
  expect(check('https://h/', { allowedHost: '*', allowAnyHost: true }).host).toBe('h')
  expect(() => check('https://10.0.0.1/', { allowedHost: '*', allowAnyHost: true })).toThrow('SSRF')
  expect(() => check('https://a/', { allowedHost: 'b', allowAnyHost: true })).toThrow(
    'allowed host',
  )
})

test.each([
  ['127.0.0.1:80'],
  ['10.0.0.1:443'],
  ['192.168.1.1:8080'],
  ['169.254.169.254:80'],
  ['[::1]:80'],
  ['[fc00::1]:80'],
  ['2130706433'],
  ['0x7f.1'],
  ['0177.0.0.1'],
  ['127.1'],
  ['127.0.0.1.'],
  ['[::ffff:127.0.0.1]'],
  ['[fe80::1%25eth0]'],
  ['１２７.0.0.1'],
])('http://%s is refused by the guard, and allowed without it', (authority) => {
  expect(() => check(`http://${authority}/`)).toThrow('refusing request: SSRF blocked: ')
  expect(check(`http://${authority}/`, { allowPrivateNetworks: true }).address).toBeDefined()
})

test('public addresses and names pass; names are judged when they are resolved', () => {
  expect(check('http://8.8.8.8/').address).toBe('8.8.8.8')
  expect(check('http://localhost:1/').address).toBeUndefined()
})

test.each([['.'], ['..']])('the value %j as a path segment is refused', (x) => {
  expect(() => check('https://h/a/{{x}}/b', {}, x)).toThrow('refusing request: an argument makes')
})

test('a refusal is a VALIDATION_ERROR', () => {
  expect(() => check('ftp://h')).toThrow(expect.objectContaining({ code: 'VALIDATION_ERROR' }))
})

test.each([
  ['https://API.Example.com/x?y', 'api.example.com'],
  ['http://h:80', 'h:80'],
  ['https://[::1]:8/x', '[::1]:8'],
])('the lock of %s is %s', (url, lock) => expect(getLock(url)).toBe(lock))

test.each([
  ['HTTPS://h/', 'the scheme must be written in lower case'],
  ['ftp://h/', 'the URL must begin with http:// or https://'],
  ['https://u@h/', 'the URL carries user information'],
  ['https://{{x}}/', 'the host of the URL contains a placeholder'],
  ['https://?x', 'the URL names no host'],
])('no button is made of %s', (url, why) => {
  expect(() => getLock(url)).toThrow(`Cannot use the URL: ${why}`)
})
