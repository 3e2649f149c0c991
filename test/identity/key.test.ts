import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { checkAgentSlug, hostKind, withoutSecrets } from '#core/identity/agent.ts'
import { authorizationUrl, base64url, challengeOf, readCallback } from '#core/identity/pkce.ts'
import { registrationMessage } from '#core/package/signing.ts'
import { deviceIdOf, newSeed, openSigner, verify } from '#identity/key.ts'
import { isSigned } from '../helpers/registry.ts'
import vectors from '../vectors/registry.json'

const { device, pkce } = vectors

test('a seed gives the key and the id it always gave', () => {
  const { publicKey } = openSigner(device.seed)
  expect(publicKey).toBe(device.public_key)
  expect(deviceIdOf(publicKey)).toBe(device.device_id)
})

test.each(device.registrations)(
  'a registration is signed as ever: %j',
  ({ slug, tunnel_id, nonce, signature }) => {
    const { sign, publicKey } = openSigner(device.seed)
    const message = registrationMessage({ slug, tunnelId: tunnel_id, nonce })
    expect(sign(message)).toBe(signature)
    expect(verify(publicKey, message, signature)).toBe(true)
    expect(verify(publicKey, `${message}x`, signature)).toBe(false)
  },
)

test('what we sign, others can check, whatever it is', () => {
  const seed = fc.uint8Array({ minLength: 32, maxLength: 32 })
  const text = fc.string({ unit: 'grapheme' }).filter((one) => one.isWellFormed())
  fc.assert(
    fc.property(seed, text, (bytes, message) => {
      const { sign, publicKey } = openSigner(newSeed(() => bytes))
      const signature = sign(message)
      expect(isSigned(publicKey, message, signature)).toBe(true)
      expect(verify(publicKey, message, signature)).toBe(true)
    }),
    { numRuns: 30 },
  )
})

test.each(['', 'AAAA', 'not base64!', `${device.seed}=`, device.seed.slice(0, -1), 'A'.repeat(44)])(
  'the seed %j is corrupt',
  (seed) => {
    expect(() => openSigner(seed)).toThrow('corrupt device key in agent.json')
  },
)

test('what is no key and no signature verifies nothing', () => {
  const { signature } = device.registrations[0]!
  const zero = new Uint8Array(32).toBase64()
  for (const key of ['', 'x', zero, signature]) expect(verify(key, 'm', signature)).toBe(false)
  for (const signed of ['', zero, device.public_key])
    expect(verify(device.public_key, 'm', signed)).toBe(false)
})

test('the challenge is S256 of the verifier', () => {
  expect(challengeOf(pkce.verifier)).toBe(pkce.challenge)
  expect(base64url(new Uint8Array(32))).toHaveLength(43)
  expect(challengeOf(base64url(new Uint8Array(32)))).toMatch(/^[A-Za-z0-9_-]{43}$/)
})

test('the page to confirm on gets its words in order, and escaped', () => {
  const authorization = { challenge: 'c', label: 'my host & co', port: 1234, state: 's' }
  expect(authorizationUrl('https://desk.example', authorization)).toBe(
    'https://desk.example/cli-authorize?challenge=c&label=my+host+%26+co&port=1234&state=s',
  )
})

test.each([
  ['/callback?state=s&code=c', { kind: 'authorized', code: 'c' }],
  ['/callback?state=x&code=c', { kind: 'forged' }],
  ['/callback?code=c', { kind: 'forged' }],
  ['/callback?state=x&error=denied', { kind: 'forged' }],
  ['/callback?state=s&error=access_denied', { kind: 'denied', error: 'access_denied' }],
  ['/callback?state=s', { kind: 'incomplete' }],
  ['/callback/?state=s&code=c', { kind: 'foreign' }],
  ['/', { kind: 'foreign' }],
])('the callback %s', (path, meaning) => {
  expect(readCallback(new URL(`http://127.0.0.1:1${path}`), 's')).toEqual(meaning as never)
})

test.each(['my-desk', 'a', '0', 'a-', 'x'.repeat(63)])('%s may be the name of an agent', (slug) => {
  checkAgentSlug(slug)
})

test.each(['', '-a', 'My', 'a_b', 'a.b', 'x'.repeat(64), 'a\n'])(
  '%j may not be the name of an agent',
  (slug) => {
    expect(() => checkAgentSlug(slug)).toThrow('Cannot use')
  },
)

test.each([
  ['linux', 'amd64', 'linux/amd64'],
  ['darwin', 'arm64', 'darwin/arm64'],
  ['win32', 'x64', 'windows/amd64'],
  ['linux', 'ia32', 'linux/386'],
])('%s on %s is called %s', (os, arch, kind) => {
  expect(hostKind({ os, arch })).toBe(kind)
})

test('tokens are taken out of what is shown', () => {
  expect(withoutSecrets({ slug: 'x', tunnel_token: 'secret', wake_token: 'secret' })).toEqual({
    slug: 'x',
    tunnel_token: '',
  })
})
