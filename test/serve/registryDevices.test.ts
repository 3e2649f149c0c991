// Devices of a registry, by raw requests (registry 14.6–14.9): enrolment, registration, proofs,
// logins, and the calls by which agents hear of what was published.

import { afterAll, describe, expect, test } from 'bun:test'
import { Database } from 'bun:sqlite'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { openBunHost } from '#host/bun.ts'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome } from '../helpers/home.ts'
import {
  challenge,
  enroll,
  makeKey,
  makeToken,
  newDevice,
  type OwnRegistry,
  register,
  serveRegistry,
  type TestDevice,
} from '../helpers/ownRegistry.ts'
import { forwardClock } from '../helpers/proxies.ts'
import { until } from '../helpers/program.ts'
import { sha256 } from '../helpers/registry.ts'

const domain = { 'agent-domain': 'agents.example' }

async function enrolled(registry: OwnRegistry): Promise<TestDevice> {
  const device = newDevice()
  expect((await enroll(registry, await makeToken(registry.home), device)).status).toBe(201)
  return device
}

const codeOf = ({ status, body }: { status: number; body: { error?: { code: string } } }) => [
  status,
  body.error?.code,
]

describe('enrolling', () => {
  test('a token makes one device known, and may be repeated for it', async () => {
    const registry = await serveRegistry()
    const token = await makeToken(registry.home, '--desk', '@acme')
    const device = newDevice()
    const answer = { device_id: device.id, owner_id: 'org_1', namespace: '@acme' }
    for (let n = 0; n < 2; n++) {
      const asked = await enroll(registry, token, device)
      expect([asked.status, asked.body]).toEqual([201, answer])
    }
    expect(codeOf(await enroll(registry, token, newDevice()))).toEqual([401, 'UNAUTHORIZED'])
    expect(
      (await buttons('registry device list').in(registry.home).data())['devices'],
    ).toMatchObject([
      { device_id: device.id, owner_id: 'org_1', namespace: '@acme', host_kind: 'linux/amd64' },
    ])
  })

  test('two devices that bring one token at the same time: one is enrolled', async () => {
    const registry = await serveRegistry()
    const token = await makeToken(registry.home)
    const asked = await Promise.all([1, 2, 3, 4].map(() => enroll(registry, token, newDevice())))
    expect(asked.map(({ status }) => status).sort()).toEqual([201, 401, 401, 401])
  })

  test('a device that is known does not spend a token; one of somebody else is refused', async () => {
    const registry = await serveRegistry()
    const device = await enrolled(registry)
    const second = await makeToken(registry.home)
    expect((await enroll(registry, second, device)).status).toBe(201)
    expect((await enroll(registry, second, newDevice())).status).toBe(201)
    const foreign = await buttons('registry token create --owner org_2')
      .in(registry.home)
      .data<{ token: string }>()
    expect(codeOf(await enroll(registry, foreign.token, device))).toEqual([409, 'DEVICE_BOUND'])
  })

  test('a token is good for its time only', async () => {
    const { clock, pass } = forwardClock()
    const registry = await serveRegistry({}, { clock })
    const token = await makeToken(registry.home, '--ttl', '1h')
    pass(3_600_001)
    expect(codeOf(await enroll(registry, token, newDevice()))).toEqual([401, 'UNAUTHORIZED'])
  })

  test('a revoked device can neither enrol nor register again', async () => {
    const registry = await serveRegistry(domain)
    const device = await enrolled(registry)
    await buttons(`registry device revoke ${device.id}`)
      .in(registry.home)
      .expect({ data: { device_id: device.id, revoked_at: expect.any(String) } })
    const again = await enroll(registry, await makeToken(registry.home), device)
    expect(codeOf(again)).toEqual([403, 'DEVICE_REVOKED'])
    expect(codeOf(await register(registry, device))).toEqual([403, 'DEVICE_REVOKED'])
  })

  test('an owner lets go of a device over the wire, others cannot', async () => {
    const registry = await serveRegistry()
    const device = await enrolled(registry)
    const own = await makeKey(registry.home, 'write', '--owner', 'org_1')
    const remove = (key: string) =>
      registry.as(key, `/v1/devices/${device.id}`, { method: 'DELETE' })
    expect((await remove('')).status).toBe(401)
    expect((await remove(registry.write)).status).toBe(404)
    expect((await remove(own)).body).toMatchObject({ ok: true, revoked: true })
  })

  const pubkey = newDevice().publicKey
  test.each([
    ['no JSON', 'x'],
    ['no object', '[]'],
    ['no key', '{}'],
    ['a short key', JSON.stringify({ pubkey: 'AAAA' })],
    ['a key without padding', JSON.stringify({ pubkey: pubkey.slice(0, -1) })],
    ['no point of the curve', JSON.stringify({ pubkey: Buffer.alloc(32, 255).toString('base64') })],
    ['a point of low order', JSON.stringify({ pubkey: Buffer.alloc(32).toString('base64') })],
    ['a number as kind', JSON.stringify({ pubkey, host_kind: 1 })],
    ['a long kind', JSON.stringify({ pubkey, host_kind: 'x'.repeat(65) })],
    ['a kind with a line break', JSON.stringify({ pubkey, host_kind: 'a\nb' })],
  ])('%s is refused and spends no token', async (_, body) => {
    const registry = await serveRegistry()
    const token = await makeToken(registry.home)
    const asked = await registry.as(token, '/v1/devices/enroll', { method: 'POST', body })
    expect(codeOf(asked)).toEqual([400, 'INVALID'])
    expect((await enroll(registry, token, newDevice())).status).toBe(201)
  })
})

describe('registering', () => {
  test('a device takes a name, once as new and then as known', async () => {
    const registry = await serveRegistry(domain)
    const device = await enrolled(registry)
    const first = await register(registry, device, { principal: 'ann', agent_id: 'a1' })
    expect([first.status, first.body]).toEqual([
      201,
      {
        ok: true,
        slug: 'my-desk',
        status: 'created',
        owner_id: 'org_1',
        urls: {
          webhook: 'https://my-desk.agents.example/hooks',
          tunnel: 'https://my-desk.agents.example',
          wake: 'https://my-desk.agents.example/wake',
          deploy: null,
        },
        dns: 'skipped',
        tunnel_id: 'tun-1',
        tunnel_token: '',
        wake_token: expect.stringMatching(/^bwk_[A-Za-z0-9_-]{43}$/),
      },
    ])
    const second = await register(registry, device, { tunnel_id: '' })
    expect([second.status, second.body.status, second.body.tunnel_id]).toEqual([
      200,
      'updated',
      'tun-1',
    ])
    expect(second.body).not.toHaveProperty('wake_token')
  })

  test('an unknown device is told so before its nonce is spent', async () => {
    const registry = await serveRegistry(domain)
    const device = newDevice()
    const nonce = await challenge(registry)
    expect(codeOf(await register(registry, device, { nonce }))).toEqual([401, 'UNKNOWN_DEVICE'])
    await enroll(registry, await makeToken(registry.home), device)
    expect((await register(registry, device, { nonce })).status).toBe(201)
  })

  test('a nonce is good for one try, whatever comes of it', async () => {
    const registry = await serveRegistry(domain)
    const device = await enrolled(registry)
    const nonce = await challenge(registry)
    const forged = { nonce, signature: newDevice().sign('x') }
    expect(codeOf(await register(registry, device, forged))).toEqual([401, 'BAD_SIGNATURE'])
    expect(codeOf(await register(registry, device, { nonce }))).toEqual([401, 'NONCE_INVALID'])
    expect(codeOf(await register(registry, device, { nonce: 'made-up' }))).toEqual([
      401,
      'NONCE_INVALID',
    ])
  })

  test('of too many nonces the oldest go', async () => {
    const registry = await serveRegistry(domain)
    const device = await enrolled(registry)
    const first = await challenge(registry)
    const database = new Database(join(registry.home.data, 'registry', 'registry.db'))
    const insert = database.prepare('INSERT INTO nonces VALUES (?, ?)')
    const later = Date.now() + 100_000
    database.transaction(() => {
      for (let n = 0; n < 9_999; n++) insert.run(`nonce-${n}`, later)
    })()
    const last = await challenge(registry)
    const [{ count }] = database.query('SELECT count(*) AS count FROM nonces').all() as [
      { count: number },
    ]
    database.close()
    expect(count).toBe(10_000)
    expect(codeOf(await register(registry, device, { nonce: first }))).toEqual([
      401,
      'NONCE_INVALID',
    ])
    expect((await register(registry, device, { nonce: last })).status).toBe(201)
  })

  test('a nonce is good for five minutes by the clock of the registry', async () => {
    const { clock, pass } = forwardClock()
    const registry = await serveRegistry(domain, { clock })
    const device = await enrolled(registry)
    const expiry = () => Math.floor((clock.now() + 300_000) / 1000)
    const earliest = expiry()
    const { body } = await registry.ask('/v1/challenge')
    expect(body.expires_at).toBeGreaterThanOrEqual(earliest)
    expect(body.expires_at).toBeLessThanOrEqual(expiry())
    pass(300_001)
    const late = await register(registry, device, { nonce: body.nonce })
    expect(codeOf(late)).toEqual([401, 'NONCE_INVALID'])
  })

  test('another slug, another tunnel, another device: nothing that was not signed', async () => {
    const registry = await serveRegistry(domain)
    const device = await enrolled(registry)
    const other = await enrolled(registry)
    for (const change of [{ slug: 'other' }, { tunnel_id: 'other' }, { device_id: other.id }]) {
      const nonce = await challenge(registry)
      const signature = device.sign(`buttons-agent-register\nmy-desk\ntun-1\n${nonce}`)
      const asked = await register(registry, device, { nonce, signature, ...change })
      expect(codeOf(asked)).toEqual([401, 'BAD_SIGNATURE'])
    }
  })

  test('a name belongs to its device until that is revoked', async () => {
    const registry = await serveRegistry(domain)
    const [first, second] = [await enrolled(registry), await enrolled(registry)]
    const { body } = await register(registry, first)
    expect(codeOf(await register(registry, second))).toEqual([409, 'SLUG_TAKEN'])
    await buttons(`registry device revoke ${first.id}`).in(registry.home)
    const taken = await register(registry, second)
    expect([taken.status, taken.body.status]).toEqual([201, 'created'])
    expect(taken.body.wake_token).not.toBe(body.wake_token)
  })

  test('without a domain, or without a tunnel, there is no name to give', async () => {
    const bare = await serveRegistry()
    expect(codeOf(await register(bare, await enrolled(bare)))).toEqual([503, 'AGENT_DOMAIN_UNSET'])
    const registry = await serveRegistry(domain)
    const asked = await register(registry, await enrolled(registry), { tunnel_id: '' })
    expect(codeOf(asked)).toEqual([422, 'TUNNEL_REQUIRED'])
    expect(asked.body.error.message).toContain('--tunnel')
  })

  test.each([
    [{ slug: 'My-desk' }],
    [{ slug: '-desk' }],
    [{ slug: 'desk-' }],
    [{ slug: 'x'.repeat(64) }],
    [{ tunnel_id: 'a b' }],
    [{ principal: 'a\nb' }],
    [{ agent_id: 7 }],
    [{ signature: undefined }],
    [{ tunnel_id: undefined }],
  ] as Record<string, unknown>[][])('%j is refused', async (changes) => {
    const registry = await serveRegistry(domain)
    const asked = await register(registry, await enrolled(registry), changes)
    expect(codeOf(asked)).toEqual([400, 'INVALID'])
  })

  test('tunnels are made with a token and a domain only', async () => {
    const flags = { 'agent-tunnels': true }
    const missing = (what: string) => ({
      code: 'VALIDATION_ERROR',
      message: `Cannot make tunnels for agents: ${what} is not set`,
    })
    await expect(serveRegistry({ ...flags, ...domain })).rejects.toMatchObject(
      missing('BUTTONS_CF_API_TOKEN'),
    )
    const home = emptyHome()
    home.env['BUTTONS_CF_API_TOKEN'] = 'cf-token'
    await expect(serveRegistry(flags, {}, home)).rejects.toMatchObject(missing('--agent-domain'))
  })

  test('a body of more than 16 KiB is refused', async () => {
    const registry = await serveRegistry(domain)
    const asked = await register(registry, newDevice(), { principal: 'x'.repeat(16_384) })
    expect(codeOf(asked)).toEqual([413, 'TOO_LARGE'])
  })

  test('a signature that names the registry must name this one', async () => {
    const registry = await serveRegistry({ ...domain, 'registry-url': ['https://reg.example/'] })
    const device = await enrolled(registry)
    const { body } = await registry.ask('/v1/challenge')
    expect(body.sig).toEqual(['1', '2'])
    const bound = (origin: string, nonce: string) =>
      device.sign(`buttons-agent-register/2\n${origin}\n${device.id}\nmy-desk\ntun-1\n${nonce}\n\n`)
    const from = async (origin: string) => {
      const nonce = await challenge(registry)
      return codeOf(await register(registry, device, { nonce, signature2: bound(origin, nonce) }))
    }
    expect(await from('https://evil.example')).toEqual([401, 'BAD_SIGNATURE'])
    expect(await from('https://reg.example')).toEqual([201, undefined])
    expect(await from(registry.origin)).toEqual([200, undefined])
    const elsewhere = await registry.ask('/v1/challenge', { headers: { Host: 'other.example' } })
    expect(elsewhere.body?.sig).toBeUndefined()
  })

  test('calls that anybody may make are counted by address', async () => {
    const registry = await serveRegistry()
    const answers = []
    for (let n = 0; n < 31; n++) answers.push(await registry.ask('/v1/challenge'))
    expect(answers.slice(0, 30).every(({ status }) => status === 200)).toBe(true)
    expect(codeOf(answers[30]!)).toEqual([429, 'RATE_LIMITED'])
    expect(Number(answers[30]!.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await registry.as(registry.read, '/v1/index')).status).toBe(200)
  })
})

describe('the proof of a device', () => {
  function proofOf(device: TestDevice, path: string, changes: Record<string, string> = {}) {
    const timestamp = changes['timestamp'] ?? String(Math.floor(Date.now() / 1000))
    const nonce = randomBytes(16).toString('base64url')
    const said = ['buttons-request', 'GET', path, sha256(''), timestamp, nonce].join('\n')
    return {
      'X-Buttons-Device': device.id,
      'X-Buttons-Timestamp': timestamp,
      'X-Buttons-Nonce': nonce,
      'X-Buttons-Signature': device.sign(said),
    }
  }

  test('holds once; forged, late and repeated ones are refused', async () => {
    const registry = await serveRegistry()
    const device = await enrolled(registry)
    const ask = async (headers: Record<string, string>) =>
      registry.as(registry.read, '/v1/index', { headers })
    const proof = proofOf(device, '/v1/index')
    expect((await ask(proof)).status).toBe(200)
    expect(codeOf(await ask(proof))).toEqual([401, 'REPLAY'])
    const old = String(Math.floor(Date.now() / 1000) - 301)
    const late = await ask(proofOf(device, '/v1/index', { timestamp: old }))
    expect(codeOf(late)).toEqual([401, 'CLOCK_SKEW'])
    expect(late.headers.get('date')).not.toBeNull()
    for (const forged of [
      proofOf(device, '/v1/meta'),
      { ...proofOf(device, '/v1/index'), 'X-Buttons-Signature': 'x' },
      { ...proofOf(newDevice(), '/v1/index'), 'X-Buttons-Device': device.id },
      { ...proofOf(device, '/v1/index'), 'X-Buttons-Nonce': '' },
    ])
      expect(codeOf(await ask(forged))).toEqual([401, 'BAD_SIGNATURE'])
  })

  test('of a device that enrolled elsewhere says nothing, of a revoked one too much', async () => {
    const registry = await serveRegistry()
    const headers = proofOf(newDevice(), '/v1/index')
    expect((await registry.as(registry.read, '/v1/index', { headers })).status).toBe(200)
    const device = await enrolled(registry)
    await buttons(`registry device revoke ${device.id}`).in(registry.home)
    const revoked = await registry.as(registry.read, '/v1/index', {
      headers: proofOf(device, '/v1/index'),
    })
    expect(codeOf(revoked)).toEqual([403, 'DEVICE_REVOKED'])
  })

  test('may be of the whole address, of which a proxy has taken the beginning', async () => {
    const registry = await serveRegistry({ 'registry-url': ['https://example.com/packages/'] })
    const device = await enrolled(registry)
    const ask = (path: string) =>
      registry.as(registry.read, '/v1/index', { headers: proofOf(device, path) })
    expect((await ask('/packages/v1/index')).status).toBe(200)
    expect(codeOf(await ask('/other/v1/index'))).toEqual([401, 'BAD_SIGNATURE'])
  })

  test('covers what is published', async () => {
    const registry = await serveRegistry()
    const device = await enrolled(registry)
    const headers = proofOf(device, '/v1/buttons/@acme/hello/1')
    const refused = await registry.publish('@acme/hello', 1, { headers })
    expect(codeOf(refused)).toEqual([401, 'BAD_SIGNATURE'])
  })
})

describe('logging in', () => {
  const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
  const asked = {
    challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    label: 'ann’s <laptop>',
    port: '49152',
    state: 's&t',
  }
  const address = (changes: Record<string, string> = {}) =>
    `/cli-authorize?${new URLSearchParams({ ...asked, ...changes }).toString()}`

  async function openForm(registry: OwnRegistry) {
    const page = await registry.ask(address())
    const cookie = page.headers.get('set-cookie')!.split(';')[0]!
    const token = /name="token" value="([^"]+)"/.exec(page.text)![1]!
    const send = (fields: Record<string, string>, headers: Record<string, string> = { cookie }) =>
      registry.ask('/cli-authorize', {
        method: 'POST',
        redirect: 'manual',
        headers,
        body: new URLSearchParams({ ...asked, token, decision: 'allow', ...fields }),
      })
    return { page, send }
  }

  async function codeFor(registry: OwnRegistry, key = registry.admin): Promise<string> {
    const { send } = await openForm(registry)
    const sent = await send({ key })
    return new URL(sent.headers.get('location')!).searchParams.get('code')!
  }

  const exchange = (registry: OwnRegistry, body: object) =>
    registry.ask('/v1/cli-auth/exchange', { method: 'POST', body: JSON.stringify(body) })

  test('somebody with an admin key lets a machine in, which gets keys of its own', async () => {
    const registry = await serveRegistry()
    const key = await makeKey(registry.home, 'admin', '--desk', '@acme')
    const { page, send } = await openForm(registry)
    expect(page.text).toContain('ann’s &lt;laptop&gt;')
    expect(page.headers.get('x-frame-options')).toBe('DENY')
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    const sent = await send({ key })
    const back = new URL(sent.headers.get('location')!)
    expect([sent.status, back.origin + back.pathname, back.searchParams.get('state')]).toEqual([
      303,
      'http://127.0.0.1:49152/callback',
      's&t',
    ])
    const code = back.searchParams.get('code')!
    const { status, body } = await exchange(registry, { code, verifier })
    expect([status, body.org_id]).toEqual([200, 'acme'])
    expect((await registry.publish('@acme/hello', 1, { key: body.token })).status).toBe(201)
    expect((await registry.publish('@other/x', 1, { key: body.token })).status).toBe(403)
    expect((await registry.as(body.read_token, '/v1/index')).status).toBe(200)
    expect((await registry.publish('@acme/hello', 2, { key: body.read_token })).status).toBe(403)
    expect(codeOf(await exchange(registry, { code, verifier }))).toEqual([401, 'CODE_INVALID'])
  })

  test('a wrong verifier burns the code, and time does, too', async () => {
    const { clock, pass } = forwardClock()
    const registry = await serveRegistry({}, { clock })
    const code = await codeFor(registry)
    const wrong = await exchange(registry, { code, verifier: 'wrong' })
    expect(codeOf(wrong)).toEqual([401, 'CODE_INVALID'])
    expect(codeOf(await exchange(registry, { code, verifier }))).toEqual([401, 'CODE_INVALID'])
    const late = await codeFor(registry)
    pass(120_001)
    const answer = await exchange(registry, { code: late, verifier })
    expect(codeOf(answer)).toEqual([401, 'CODE_INVALID'])
  })

  test('a refusal goes back as one', async () => {
    const registry = await serveRegistry()
    const { send } = await openForm(registry)
    const sent = await send({ decision: 'deny' })
    expect(sent.headers.get('location')).toBe(
      'http://127.0.0.1:49152/callback?state=s%26t&error=access_denied',
    )
  })

  test('a form from elsewhere, for somebody else or for another port does nothing', async () => {
    const registry = await serveRegistry()
    const { send } = await openForm(registry)
    const key = registry.admin
    expect((await send({ key }, {})).status).toBe(403)
    expect((await send({ key, port: '50000' })).status).toBe(403)
    expect((await send({ key, token: 'x' })).status).toBe(403)
    for (const wrong of ['', 'bak_wrong', registry.write])
      expect((await send({ key: wrong })).status).toBe(401)
    expect((await send({ key, port: '80/@evil.example' })).status).toBe(400)
  })

  test.each([
    [{ port: '0' }],
    [{ port: '65536' }],
    [{ port: '1e3' }],
    [{ challenge: 'short' }],
    [{ challenge: 'x'.repeat(44) }],
    [{ state: '' }],
  ] as Record<string, string>[][])('an address with %j shows no form', async (changes) => {
    const registry = await serveRegistry()
    const page = await registry.ask(address(changes))
    expect([page.status, page.text.includes('<form')]).toEqual([400, false])
  })
})

describe('waking', () => {
  const receivers: { stop(closing?: boolean): Promise<void> }[] = []
  afterAll(() => Promise.all(receivers.map((one) => one.stop(true))))

  interface Woken {
    authorization: string | null
    path: string
    body: Record<string, unknown>
  }

  function openReceiver(statuses: number[] = []) {
    const woken: Woken[] = []
    const server = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: async (request) => {
        const { headers, url } = request
        woken.push({
          authorization: headers.get('authorization'),
          path: new URL(url).pathname,
          body: (await request.json()) as Record<string, unknown>,
        })
        return new Response(null, { status: statuses.shift() ?? 202 })
      },
    })
    receivers.push(server)
    return { woken, flags: { 'agent-domain': `http://localhost:${server.port}` } }
  }

  test('agents hear of what is published', async () => {
    const { woken, flags } = openReceiver()
    const registry = await serveRegistry(flags)
    const { body } = await register(registry, await enrolled(registry))
    await registry.publish('@acme/hello', 1)
    await until(() => woken.length === 1)
    expect(woken).toEqual([
      {
        authorization: `Bearer ${body.wake_token}`,
        path: '/wake',
        body: {
          type: 'button.version_published',
          desk: '@acme',
          button: { name: '@acme/hello', version: '1', kind: 'button' },
          published_at: expect.any(String),
        },
      },
    ])
  })

  test('who belongs to one desk hears of that only', async () => {
    const { woken, flags } = openReceiver()
    const registry = await serveRegistry(flags)
    const device = newDevice()
    await enroll(registry, await makeToken(registry.home, '--desk', '@acme'), device)
    await register(registry, device)
    await registry.publish('@other/hello', 1)
    await registry.publish('@acme/hello', 1)
    await until(() => woken.length === 1)
    expect(woken[0]!.body['desk']).toBe('@acme')
  })

  test('what fails is sent again, and only the newest of a package', async () => {
    const { woken, flags } = openReceiver([503])
    const { clock } = forwardClock()
    const registry = await serveRegistry(flags, { clock })
    await register(registry, await enrolled(registry))
    await registry.publish('@acme/hello', 1)
    await until(() => woken.length === 1)
    await registry.publish('@acme/hello', 2)
    const versionOf = ({ body }: Woken) => (body['button'] as { version: string }).version
    await until(() => woken.some((one) => versionOf(one) === '2'))
    await registry.stop()
    expect(woken.map(versionOf).at(-1)).toBe('2')
  })

  test('an event outlives the host that was to send it', async () => {
    const { woken, flags } = openReceiver([503])
    const first = await serveRegistry(flags)
    await register(first, await enrolled(first))
    await first.publish('@acme/hello', 1)
    await until(() => woken.length === 1)
    await first.stop()
    const { clock, pass } = forwardClock()
    pass(100_000)
    await serveRegistry(flags, { clock }, first.home)
    await until(() => woken.length === 2)
    expect(woken[1]).toEqual(woken[0]!)
  })

  test('who refuses us is left alone until it registers again', async () => {
    const { woken, flags } = openReceiver([401])
    const registry = await serveRegistry(flags)
    const device = await enrolled(registry)
    await register(registry, device)
    await registry.publish('@acme/hello', 1)
    await until(() => registry.log().some(({ outcome }) => outcome === 'refused for good'))
    await registry.publish('@acme/hello', 2)
    await register(registry, device)
    await registry.publish('@acme/hello', 3)
    await until(() => woken.length === 2)
    expect(woken[1]!.body['button']).toMatchObject({ version: '3' })
  })

  test('nobody is woken in a private network', async () => {
    const registry = await serveRegistry(
      { 'agent-domain': 'inside.example' },
      {
        network: {
          ...openBunHost().network,
          lookup: async () => ['10.0.0.1'],
          request: () => Promise.reject(new Error('must not connect')),
        },
      },
    )
    await register(registry, await enrolled(registry))
    await registry.publish('@acme/hello', 1)
    await until(() => registry.log().some(({ outcome }) => outcome === 'dropped'))
  })

  test.each(['http://agents.example', 'a b', 'https://', 'x/y', 'http://localhost.evil.example'])(
    'a domain %p is refused',
    async (one) => {
      await expect(serveRegistry({ 'agent-domain': one })).rejects.toMatchObject({
        code: 'VALIDATION_ERROR',
      })
    },
  )
})
