// Who may come in: keys, bind rules, hosts and origins, the public surface (serve.md 2.2, 2.3, 9.3).

import { describe, expect, test } from 'bun:test'
import { isLoopback } from '#core/serve/loopback.ts'
import { readServeSettings } from '#core/serve/settings.ts'
import { Failure } from '#spec/errors.ts'
import { serveHome, type TestHost } from '../helpers/hosts.ts'
import { emptyHome, homeWith } from '../helpers/home.ts'

test.each([
  ['127.0.0.1', true],
  ['127.5.5.5', true],
  ['::1', true],
  ['0:0:0:0:0:0:0:1', true],
  ['::ffff:127.0.0.1', true],
  ['localhost', true],
  ['LOCALHOST', true],
  ['0.0.0.0', false],
  ['::', false],
  ['192.168.1.10', false],
  ['127.evil.com', false],
  ['example.com', false],
  ['localhost.example.com', false],
  ['', false],
])('%p is loopback: %p', (host, loopback) => expect(isLoopback(host)).toBe(loopback))

describe('keys', () => {
  test('health needs none, everything else the right one', async () => {
    const host = await serveHome(homeWith({ buttons: { hello: 'echo' } }), { 'api-key': 's3cret' })
    expect(host.started.auth).toBe(true)
    expect((await host.ask('/api/health')).body).toEqual({
      ok: true,
      data: { status: 'ok', service: 'buttons' },
    })
    const refused = await host.ask('/api/buttons')
    expect(refused.status).toBe(401)
    expect(refused.body.error.code).toBe('UNAUTHORIZED')
    expect(refused.headers.get('www-authenticate')).toBeNull()
    for (const given of ['s3cret', 'bearer s3cret', 'Bearer', 'Bearer s3cre', 'Basic s3cret'])
      expect((await host.ask('/api/buttons', withKey(given))).status).toBe(401)
    const listed = await host.ask('/api/buttons', withKey('Bearer   s3cret '))
    expect(listed.body.data.buttons).toHaveLength(1)
    expect((await host.ask('/metrics')).status).toBe(401)
  })

  test('a flag beats a battery, which beats the environment', async () => {
    const home = emptyHome()
    Object.assign(home.env, { BUTTONS_API_KEY: 'from-env' })
    const first = await serveHome(home)
    expect((await first.ask('/api/buttons', withKey('Bearer from-env'))).status).toBe(200)
    home.write('data/batteries.json', JSON.stringify({ batteries: { API_KEY: 'from-battery' } }))
    const second = await serveHome(home)
    expect((await second.ask('/api/buttons', withKey('Bearer from-env'))).status).toBe(401)
    expect((await second.ask('/api/buttons', withKey('Bearer from-battery'))).status).toBe(200)
    const third = await serveHome(home, { 'api-key': 'from-flag' })
    expect((await third.ask('/api/buttons', withKey('Bearer from-flag'))).status).toBe(200)
  })

  test('batteries that cannot be read do not open the host', async () => {
    const home = emptyHome()
    home.write('data/batteries.json', '{')
    await expect(serveHome(home)).rejects.toMatchObject({ code: 'STORAGE_ERROR' })
  })

  test('whoever guesses too often is told to wait, and the right key works all the same', async () => {
    const host = await serveHome(emptyHome(), { 'api-key': 'right' })
    for (let tries = 0; tries < 20; tries++)
      expect((await host.ask('/api/buttons', withKey('Bearer wrong'))).status).toBe(401)
    const limited = await host.ask('/api/buttons', withKey('Bearer wrong'))
    expect(limited.status).toBe(429)
    expect(limited.headers.get('retry-after')).toBe('60')
    expect((await host.ask('/api/buttons', withKey('Bearer right'))).status).toBe(200)
  })
})

describe('binding', () => {
  test.each(['0.0.0.0', '::', '192.168.1.10', '127.evil.com', 'example.com'])(
    'without a key, %p is refused before anything is bound',
    async (address) => {
      const refused = serveHome(emptyHome(), { host: address })
      await expect(refused).rejects.toMatchObject({ code: 'VALIDATION_ERROR' })
    },
  )

  test('with a key every address is fine, and the real port is told', async () => {
    const host = await serveHome(emptyHome(), { host: '0.0.0.0', 'api-key': 'k' })
    expect(host.started.addr).toMatch(/^0\.0\.0\.0:[1-9]\d+$/)
    expect((await host.ask('/api/health')).status).toBe(200)
  })

  test('an IPv6 address is told in brackets', async () => {
    const host = await serveHome(emptyHome(), { host: '::1' })
    expect(host.started.addr).toMatch(/^\[::1\]:[1-9]\d+$/)
    expect((await host.ask('/api/health')).status).toBe(200)
  })

  test('a port that is taken is an error', async () => {
    const host = await serveHome(emptyHome())
    const port = host.started.addr.split(':')[1]!
    const second = serveHome(emptyHome(), { port })
    await expect(second).rejects.toMatchObject({ code: 'INTERNAL_ERROR' })
  })
})

describe('without a key', () => {
  test.each([
    ['localhost', 200],
    ['localhost:1234', 200],
    ['127.0.0.1:1', 200],
    ['[::1]:8080', 200],
    ['evil.test', 403],
    ['127.0.0.1.evil.test', 403],
  ])('the host %p is answered with %p', async (name, status) => {
    const host = await serveHome(emptyHome())
    const asked = await host.ask('/api/buttons', { headers: { Host: name } })
    expect(asked.status).toBe(status)
    if (status === 403) expect(asked.body.error.code).toBe('HOST_NOT_ALLOWED')
  })

  test.each([
    [{ Origin: 'https://evil.test' }, 403],
    [{ Origin: 'null' }, 403],
    [{ Origin: 'http://localhost.evil.test' }, 403],
    [{ 'Sec-Fetch-Site': 'cross-site' }, 403],
    [{ 'Sec-Fetch-Site': 'same-site' }, 403],
    [{ Origin: 'http://localhost:3000' }, 200],
    [{ 'Sec-Fetch-Site': 'same-origin' }, 200],
    [{ 'Sec-Fetch-Site': 'none' }, 200],
  ])('a press with %j is answered with %p', async (headers, status) => {
    const home = homeWith({ buttons: { touch: 'echo x >> "$HOME/touched"' } })
    const host = await serveHome(home)
    const asked = await host.press('touch', {}, { headers: headers as Record<string, string> })
    expect(asked.status).toBe(status)
    expect(home.list('.').includes('touched')).toBe(status === 200)
  })

  test('with a key both checks are left out', async () => {
    const host = await serveHome(emptyHome(), { 'api-key': 'k' })
    const headers = { Authorization: 'Bearer k', Host: 'other.test', Origin: 'https://other.test' }
    expect((await host.ask('/api/buttons', { headers })).status).toBe(200)
  })
})

describe('the public surface', () => {
  const asPublic = { headers: { Host: 'Hooks.Example.com:443' } }

  test('shows health, and nothing else as if it were not there', async () => {
    const host = await serveHome(homeWith({ buttons: { hello: 'echo' } }), {
      'public-host': ['hooks.example.com'],
    })
    expect((await host.ask('/api/health', asPublic)).status).toBe(200)
    expect((await host.ask('/healthz', asPublic)).body).toEqual({ ok: true })
    await hidden(
      host,
      ['/api/buttons', '/api/runs', '/api/openapi.json', '/api/nothing'],
      'NOT_FOUND',
    )
    await hidden(host, ['/livez', '/readyz', '/metrics', '/nothing'], undefined)
    const wrong = await host.ask('/api/buttons', { method: 'DELETE', ...asPublic })
    expect(wrong.status).toBe(404)
    expect((await host.press('hello', {}, asPublic)).status).toBe(404)
  })

  async function hidden(host: TestHost, paths: string[], code: string | undefined): Promise<void> {
    for (const path of paths) {
      const asked = await host.ask(path, asPublic)
      expect([path, asked.status]).toEqual([path, 404])
      if (code) expect(asked.body.error.code).toBe(code)
      else expect(asked.body).toEqual({ ok: false, error: 'no_drawer_registered_for_path' })
    }
  }

  test('shows the API once it is exposed, to those who know the key', async () => {
    const flags = { 'public-host': ['hooks.example.com'], 'expose-api': true }
    await expect(serveHome(emptyHome(), flags)).rejects.toMatchObject({ code: 'VALIDATION_ERROR' })
    const host = await serveHome(emptyHome(), { ...flags, 'api-key': 'k' })
    expect((await host.ask('/api/buttons', asPublic)).status).toBe(401)
    const headers = { ...asPublic.headers, Authorization: 'Bearer k' }
    expect((await host.ask('/api/buttons', { headers })).status).toBe(200)
    expect((await host.ask('/metrics', { headers })).status).toBe(404)
  })
})

test('a rate limit counts requests of a key, and says what is left', async () => {
  const host = await serveHome(emptyHome(), { 'rate-limit': '2' })
  const first = await host.ask('/api/buttons')
  expect(first.headers.get('ratelimit-limit')).toBe('2')
  expect(first.headers.get('ratelimit-remaining')).toBe('1')
  await host.ask('/api/buttons')
  const third = await host.ask('/api/buttons')
  expect(third.status).toBe(429)
  expect(third.body.error.code).toBe('RATE_LIMITED')
  expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await host.ask('/api/health')).status).toBe(200)
})

test.each([
  [{ port: 'x' }, {}, /--port/],
  [{ port: '65536' }, {}, /at most 65535/],
  [{ 'max-presses': '0' }, {}, /at least 1/],
  [{ 'max-body': '1X' }, {}, /--max-body/],
  [{ drain: 'soon' }, {}, /--drain/],
  [{ tunnel: 'maybe' }, {}, /quick, named, auto/],
  [{ 'log-level': 'loud' }, {}, /debug, info, warn, error/],
  [{ 'tls-cert': 'x' }, {}, /belong together/],
  [{}, { BUTTONS_SERVE_MAX_RUNS: '-1' }, /BUTTONS_SERVE_MAX_RUNS/],
  [{}, { BUTTONS_SERVE_NO_TRIGGERS: 'perhaps' }, /BUTTONS_SERVE_NO_TRIGGERS/],
])('the settings %j %j are refused', (flags, env, why) => {
  const read = () => readServeSettings(flags, env)
  expect(read).toThrow(Failure)
  expect(read).toThrow(why)
})

test('a flag beats its variable, which beats the default', () => {
  const env = {
    BUTTONS_SERVE_MAX_PRESSES: '3',
    BUTTONS_SERVE_MAX_BODY: '2MiB',
    BUTTONS_SERVE_RETAIN: '2d',
  }
  const settings = readServeSettings({ 'max-presses': '5' }, env)
  expect(settings['max-presses']).toBe(5)
  expect(settings['max-body']).toBe(2 * 1024 * 1024)
  expect(settings.retain).toBe(2 * 24 * 3600 * 1000)
  expect(settings['max-runs']).toBe(16)
})

function withKey(authorization: string): RequestInit {
  return { headers: { Authorization: authorization } }
}
