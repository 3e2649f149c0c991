// The four classic ways of proving who one is, and secrets that are looked up.

import { expect, test } from 'bun:test'
import type { TriggerAuth } from '#spec/webhook.ts'
import { codeOf, makeJwt, type SignedCall, verdictOn } from '../../helpers/webhooks.ts'

const basic = (text: string, scheme = 'Basic') => ({ authorization: `${scheme} ${btoa(text)}` })
const user: TriggerAuth = { type: 'basic', username: 'u', password: 'p' }
const token: TriggerAuth = { type: 'header', header_name: 'X-Token', header_value: 's3cret' }

const cases: [string, TriggerAuth, Record<string, string>, string][] = [
  ['nothing at all', { type: '' }, {}, 'ok'],
  ['none', { type: 'none' }, {}, 'ok'],
  ['an unknown type', { type: 'mtls' }, {}, 'AUTH_UNKNOWN_TYPE'],
  ['a type that every object has', { type: 'constructor' }, {}, 'AUTH_UNKNOWN_TYPE'],
  ['user and password', user, basic('u:p'), 'ok'],
  ['the scheme in any case', user, basic('u:p', 'bAsIc'), 'ok'],
  ['a password with colons', { ...user, password: 'a:b' }, basic('u:a:b'), 'ok'],
  ['no credentials', user, {}, 'AUTH_MISSING'],
  ['another scheme', user, { authorization: 'Bearer x' }, 'AUTH_MISSING'],
  ['a wrong user', user, basic('x:p'), 'AUTH_INVALID'],
  ['a wrong password', user, basic('u:px'), 'AUTH_INVALID'],
  ['no colon', user, basic('up'), 'AUTH_INVALID'],
  ['no base64', user, { authorization: 'Basic ???' }, 'AUTH_INVALID'],
  ['the header', token, { 'x-token': 's3cret' }, 'ok'],
  ['a wrong header', token, { 'x-token': 's3cres' }, 'AUTH_INVALID'],
  ['a longer header', token, { 'x-token': 's3cret ' }, 'AUTH_INVALID'],
  ['no header', token, {}, 'AUTH_MISSING'],
  ['an empty header', token, { 'x-token': '' }, 'AUTH_MISSING'],
]
test.each(cases)('%s', (_, auth, headers, code) => {
  expect(codeOf({ auth, headers })).toBe(code)
})

const now = 1_700_000_000
const jwt: TriggerAuth = { type: 'jwt', jwt_secret: 'k', jwt_issuer: 'i', jwt_audience: 'a' }
const claims = { iss: 'i', aud: 'a', exp: now + 3600 }
const bearer = (text: string) => ({ authorization: `Bearer ${text}` })
const whole = makeJwt(claims, 'k')
const [head, body, signature] = whole.split('.') as [string, string, string]

const tokens: [string, string, string][] = [
  ['a good token', whole, 'ok'],
  ['another issuer', makeJwt({ ...claims, iss: 'x' }, 'k'), 'AUTH_INVALID'],
  ['another audience', makeJwt({ ...claims, aud: 'x' }, 'k'), 'AUTH_INVALID'],
  ['an audience in a list', makeJwt({ ...claims, aud: ['x', 'a'] }, 'k'), 'ok'],
  ['another secret', makeJwt(claims, 'other'), 'AUTH_INVALID'],
  ['no expiry', makeJwt({ iss: 'i', aud: 'a' }, 'k'), 'ok'],
  ['expired 20 seconds ago', makeJwt({ ...claims, exp: now - 20 }, 'k'), 'ok'],
  ['expired 40 seconds ago', makeJwt({ ...claims, exp: now - 40 }, 'k'), 'AUTH_INVALID'],
  ['expiry as text', makeJwt({ ...claims, exp: String(now + 9) }, 'k'), 'AUTH_INVALID'],
  ['valid in 20 seconds', makeJwt({ ...claims, nbf: now + 20 }, 'k'), 'ok'],
  ['valid in 40 seconds', makeJwt({ ...claims, nbf: now + 40 }, 'k'), 'AUTH_INVALID'],
  ['alg none', makeJwt(claims, 'k', 'sha256', { alg: 'none' }), 'AUTH_INVALID'],
  ['alg RS256', makeJwt(claims, 'k', 'sha256', { alg: 'RS256' }), 'AUTH_INVALID'],
  ['alg HS512', makeJwt(claims, 'k', 'sha512'), 'AUTH_INVALID'],
  ['alg in small letters', makeJwt(claims, 'k', 'sha256', { alg: 'hs256' }), 'ok'],
  ['alg as a list', makeJwt(claims, 'k', 'sha256', { alg: ['HS256'] }), 'AUTH_INVALID'],
  ['claims that are a list', makeJwt([], 'k'), 'AUTH_INVALID'],
  ['two segments', `${head}.${body}`, 'AUTH_INVALID'],
  ['four segments', `${whole}.x`, 'AUTH_INVALID'],
  ['padding', `${head}.${body}.${signature}=`, 'AUTH_INVALID'],
  ['no signature', `${head}.${body}.`, 'AUTH_INVALID'],
  ['no token', ' ', 'AUTH_MISSING'],
]
test.each(tokens)('a bearer with %s', (_, text, code) => {
  expect(codeOf({ auth: jwt, headers: bearer(text), now })).toBe(code)
})

test('the published token passes, and only with its secret', () => {
  const published =
    'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJ0ZXN0LWlzc3VlciIsImF1ZCI6InRlc3QtYXVkIn0.' +
    'IADw7ZW0u9SrfjXqMfqA82ziDsq25Y-rmR3PTtVnsOk'
  const auth = {
    type: 'jwt',
    jwt_secret: 'test-secret',
    jwt_issuer: 'test-issuer',
    jwt_audience: 'test-aud',
  }
  expect(codeOf({ auth, headers: bearer(published) })).toBe('ok')
  expect(codeOf({ auth: { ...auth, jwt_secret: 'x' }, headers: bearer(published) })).toBe(
    'AUTH_INVALID',
  )
})

test.each([
  ['sha384', 'HS384'],
  ['sha512', 'HS512'],
] as const)('a token signed with %s passes where %s is expected', (hash, jwt_algorithm) => {
  const auth = { ...jwt, jwt_algorithm }
  expect(codeOf({ auth, headers: bearer(makeJwt(claims, 'k', hash)), now })).toBe('ok')
})

test('an expired token is called that', () => {
  const expired = bearer(makeJwt({ ...claims, exp: now - 40 }, 'k'))
  expect(verdictOn({ auth: jwt, headers: expired, now })).toMatchObject({
    status: 401,
    detail: expect.stringContaining('expired'),
  })
})

const sources = {
  env: (name: string) => ({ V: 's3cret' })[name],
  battery: (name: string) => ({ B: 'volt' })[name],
}
const looked: [string, SignedCall, string][] = [
  [
    'the environment',
    { auth: { ...token, header_value: '$ENV{V}' }, headers: { 'x-token': 's3cret' } },
    'ok',
  ],
  [
    'a battery',
    { auth: { ...token, header_value: '$BATTERY{B}' }, headers: { 'x-token': 'volt' } },
    'ok',
  ],
  [
    'a part of a text, which is no reference',
    { auth: { ...token, header_value: 'x$ENV{V}' }, headers: { 'x-token': 'x$ENV{V}' } },
    'ok',
  ],
  [
    'nothing',
    { auth: { ...token, header_value: '$ENV{W}' }, headers: { 'x-token': '' } },
    'AUTH_MISCONFIGURED',
  ],
  [
    'nothing, with a token signed by the empty key',
    { auth: { ...jwt, jwt_secret: '$ENV{W}' }, headers: bearer(makeJwt(claims, '')), now },
    'AUTH_MISCONFIGURED',
  ],
  [
    'nothing twice, with empty credentials',
    {
      auth: { type: 'basic', username: '$ENV{W}', password: '$BATTERY{W}' },
      headers: { authorization: 'Basic Og==' },
    },
    'AUTH_MISCONFIGURED',
  ],
  ['an empty secret', { auth: { type: 'github', secret: '' } }, 'AUTH_MISCONFIGURED'],
  [
    'a list of nothing',
    { auth: { type: 'github', secrets: ['', '$ENV{W}'] } },
    'AUTH_MISCONFIGURED',
  ],
  [
    'an issuer that is nobody',
    { auth: { ...jwt, jwt_issuer: '$ENV{W}' }, headers: bearer(whole), now },
    'AUTH_MISCONFIGURED',
  ],
]
test.each(looked)('a secret that comes from %s', (_, call, code) => {
  expect(codeOf({ ...call, sources })).toBe(code)
})

test('what is misconfigured is told by its key, without its value', () => {
  const verdict = verdictOn({ auth: { ...token, header_value: '$ENV{W}' } })
  expect(verdict).toEqual({
    ok: false,
    status: 500,
    code: 'AUTH_MISCONFIGURED',
    detail: 'nothing is set for header_value',
  })
})
