// Signatures of providers over the bytes of a body, by their published vectors.

import { expect, test } from 'bun:test'
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import fc from 'fast-check'
import type { TriggerAuth } from '#spec/webhook.ts'
import { codeOf, type SignedCall, vectors, verdictOn } from '../../helpers/webhooks.ts'

test.each([...vectors])('the vector of $name passes', (vector) => {
  expect(verdictOn(vector)).toEqual({ ok: true })
})

test.each([...vectors])('$name refuses a body with one flipped byte, wherever it is', (vector) => {
  for (let at = 0; at < vector.body.length; at++) {
    const flipped = String.fromCharCode(vector.body.charCodeAt(at) ^ 1)
    const body = vector.body.slice(0, at) + flipped + vector.body.slice(at + 1)
    expect(codeOf({ ...vector, body })).toBe('AUTH_INVALID')
  }
})

test.each([...vectors])('$name refuses another secret', (vector) => {
  const auth = { ...vector.auth, secret: 'whsec_AAAA' }
  expect(codeOf({ ...vector, auth })).toBe('AUTH_INVALID')
})

test.each([...vectors])('$name without its headers is missing something', (vector) => {
  expect(codeOf({ ...vector, headers: {} })).toBe('AUTH_MISSING')
})

test.each([...vectors])('$name takes any of several secrets', (vector) => {
  const { secret, ...rest } = vector.auth
  const auth = { ...rest, secrets: ['whsec_AAAA', secret!] }
  expect(codeOf({ ...vector, auth })).toBe('ok')
})

test.each(vectors.filter(({ name }) => name !== 'github'))(
  '$name refuses a timestamp more than 300 seconds off',
  (vector) => {
    expect(codeOf({ ...vector, now: vector.now + 300 })).toBe('ok')
    expect(codeOf({ ...vector, now: vector.now - 300 })).toBe('ok')
    expect(codeOf({ ...vector, now: vector.now + 301 })).toBe('AUTH_EXPIRED')
    expect(codeOf({ ...vector, now: vector.now - 301 })).toBe('AUTH_EXPIRED')
    const auth = { ...vector.auth, tolerance_seconds: 10 }
    expect(codeOf({ ...vector, auth, now: vector.now + 11 })).toBe('AUTH_EXPIRED')
  },
)

const [github, stripe, slack, standard] = vectors as unknown as [
  SignedCall,
  SignedCall,
  SignedCall,
  SignedCall,
]
const good = 'v1=799c4ba7bb339f3c8601adfd112f0e477c930a268be1243d341abb8286501c2f'
const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='

const cases: [string, SignedCall, Record<string, string>, string][] = [
  ['a second v1 that matches', stripe, { 'stripe-signature': `t=1492774577,v1=00,${good}` }, 'ok'],
  ['other schemes', stripe, { 'stripe-signature': `t=1492774577,v0=aa,${good}` }, 'ok'],
  ['no v1', stripe, { 'stripe-signature': 't=1492774577,v0=aa' }, 'AUTH_INVALID'],
  ['no time', stripe, { 'stripe-signature': good }, 'AUTH_INVALID'],
  ['a time that is none', stripe, { 'stripe-signature': `t=1e9,${good}` }, 'AUTH_INVALID'],
  ['a second entry', standard, { 'webhook-signature': `v1,AAAA ${signature}` }, 'ok'],
  ['another version', standard, { 'webhook-signature': 'v2,AAAA' }, 'AUTH_INVALID'],
  ['no base64', standard, { 'webhook-signature': 'v1,!!!' }, 'AUTH_INVALID'],
  ['a fraction', standard, { 'webhook-timestamp': '1614265330.0' }, 'AUTH_INVALID'],
  ['another id', standard, { 'webhook-id': 'msg_other' }, 'AUTH_INVALID'],
  ['no prefix', slack, { 'x-slack-signature': 'c0c4' }, 'AUTH_INVALID'],
  ['another prefix', slack, { 'x-slack-signature': 'v1=c0c4' }, 'AUTH_INVALID'],
  ['no hex', github, { 'x-hub-signature-256': 'sha256=zz' }, 'AUTH_INVALID'],
  ['a cut signature', github, { 'x-hub-signature-256': 'sha256=757107ea' }, 'AUTH_INVALID'],
]
test.each(cases)('%s', (_, call, headers, code) => {
  expect(codeOf({ ...call, headers: { ...call.headers, ...headers } })).toBe(code)
})

test('a SHA-1 signature of GitHub is not accepted', () => {
  const secret = github.auth.secret!
  const sha1 = `sha1=${createHmac('sha1', secret).update(github.body!).digest('hex')}`
  expect(codeOf({ ...github, headers: { 'x-hub-signature': sha1 } })).toBe('AUTH_MISSING')
  expect(codeOf({ ...github, headers: { 'x-hub-signature-256': sha1 } })).toBe('AUTH_INVALID')
})

test('Svix falls back to the headers of the standard', () => {
  expect(codeOf({ ...standard, auth: { ...standard.auth, type: 'svix' } })).toBe('ok')
})

test('a v1a signature is checked with the public key', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64')
  const signed = sign(null, Buffer.from('msg_1.1700000000.{"a":1}'), privateKey).toString('base64')
  const call = {
    auth: { type: 'standard-webhooks', secret: `whpk_${raw}` },
    headers: {
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1700000000',
      'webhook-signature': `v1a,${signed}`,
    },
    body: '{"a":1}',
  }
  expect(codeOf(call)).toBe('ok')
  expect(codeOf({ ...call, body: '{"a":2}' })).toBe('AUTH_INVALID')
  // A public key is no secret: nobody may use it as one.
  const forged = createHmac('sha256', Buffer.from(raw, 'base64'))
    .update('msg_1.1700000000.{"a":1}')
    .digest('base64')
  const headers = { ...call.headers, 'webhook-signature': `v1,${forged}` }
  expect(codeOf({ ...call, headers })).toBe('AUTH_INVALID')
})

const anything: TriggerAuth = { type: 'hmac', secret: 'k', signature_header: 'X-Sign' }
const hex = (algorithm: string, text: string) =>
  createHmac(algorithm, 'k').update(text).digest('hex')
const base64 = (text: string) => createHmac('sha512', 'k').update(text).digest('base64')

const configured: [string, TriggerAuth, Record<string, string>, string][] = [
  ['the defaults', anything, { 'x-sign': hex('sha256', 'body') }, 'ok'],
  [
    'prefix, algorithm and encoding',
    { ...anything, signature_prefix: 'sig:', algorithm: 'sha512', encoding: 'base64' },
    { 'x-sign': `sig:${base64('body')}` },
    'ok',
  ],
  ['a missing prefix', { ...anything, signature_prefix: 'p=' }, { 'x-sign': 'aa' }, 'AUTH_INVALID'],
  [
    'time and id in the signed text',
    {
      ...anything,
      signed: '{id}|{timestamp}|{body}',
      timestamp_header: 'X-Time',
      id_header: 'X-Id',
    },
    { 'x-sign': hex('sha256', '7|1700000000|body'), 'x-time': '1700000000', 'x-id': '7' },
    'ok',
  ],
  [
    'an old time',
    { ...anything, signed: '{timestamp}{body}', timestamp_header: 'X-Time' },
    { 'x-sign': hex('sha256', '1600000000body'), 'x-time': '1600000000' },
    'AUTH_EXPIRED',
  ],
  [
    'a missing time',
    { ...anything, timestamp_header: 'X-Time' },
    { 'x-sign': 'aa' },
    'AUTH_MISSING',
  ],
  ['no header configured', { type: 'hmac', secret: 'k' }, { 'x-sign': 'aa' }, 'AUTH_MISCONFIGURED'],
  [
    'an unknown algorithm',
    { ...anything, algorithm: 'md5' },
    { 'x-sign': 'aa' },
    'AUTH_MISCONFIGURED',
  ],
  [
    'a template without body',
    { ...anything, signed: 'x' },
    { 'x-sign': 'aa' },
    'AUTH_MISCONFIGURED',
  ],
  [
    'a template with a time nobody configured',
    { ...anything, signed: '{timestamp}{body}' },
    { 'x-sign': hex('sha256', 'body') },
    'AUTH_MISCONFIGURED',
  ],
]
test.each(configured)('hmac with %s', (_, auth, headers, code) => {
  expect(codeOf({ auth, headers, body: 'body' })).toBe(code)
})

test('an id cannot bring a placeholder into what is signed', () => {
  const auth = { ...anything, signed: '{id}:{body}', id_header: 'X-Id' }
  const headers = { 'x-sign': hex('sha256', '{body}:body'), 'x-id': '{body}' }
  expect(codeOf({ auth, headers, body: 'body' })).toBe('ok')
})

test('no header, whatever is in it, is let in or breaks the check', () => {
  const kinds = ['github', 'stripe', 'slack', 'standard-webhooks', 'svix', 'basic', 'jwt', 'header']
  fc.assert(
    fc.property(
      fc.constantFrom(...kinds),
      fc.string({ unit: 'binary' }),
      fc.string(),
      (type, value, body) => {
        const auth = {
          type,
          secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
          username: 'a-user',
          password: 'a-password',
          jwt_secret: 'a-secret-of-jwt',
          header_name: 'X-Any',
          header_value: 'a-long-value',
        }
        const names =
          'x-hub-signature-256 stripe-signature x-slack-signature x-slack-request-timestamp webhook-id ' +
          'webhook-timestamp webhook-signature svix-id svix-timestamp svix-signature authorization x-any'
        for (const prefix of [
          '',
          'Basic ',
          'Bearer ',
          'sha256=',
          't=1,v1=',
          'v0=',
          'v1,',
          'v1a,',
        ]) {
          const headers = Object.fromEntries(names.split(' ').map((name) => [name, prefix + value]))
          expect(['AUTH_MISSING', 'AUTH_INVALID']).toContain(codeOf({ auth, headers, body }))
        }
      },
    ),
    { numRuns: 100 },
  )
})
