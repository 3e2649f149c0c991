import { describe, expect, test } from 'bun:test'
import { buttons, executable } from '../helpers/buttons.ts'
import { hasOpenssl, makeCertificates } from '../helpers/certificates.ts'
import { homeWith, type Home } from '../helpers/home.ts'
import { program, start, until } from '../helpers/program.ts'
import { byPath, flood, headerOf, reply, serve, serveSecurely, stall } from '../helpers/servers.ts'

function homeAsking(url: string, spec: Record<string, unknown> = {}): Home {
  const button = { runtime: 'http', url, allow_private_networks: true, ...spec }
  return homeWith({ buttons: { ask: { spec: button } } })
}

/** The records of the button, as they are on disk. */
function recordsOf(home: Home): Record<string, unknown>[] {
  const folder = 'data/buttons/ask/pressed'
  return home
    .list(folder)
    .filter((name) => /^[0-9].*\.json$/.test(name))
    .map((name) => JSON.parse(home.read(`${folder}/${name}`)) as Record<string, unknown>)
}

describe('pressing an HTTP button', () => {
  test('gives its answer and records it', async () => {
    const server = await serve(reply(200, {}, '{"up":true}'))
    const home = homeAsking(`${server.origin}/health`)
    await buttons('press ask --json')
      .in(home)
      .expect({
        data: { status: 'ok', exit_code: 200, http_status_code: 200, stdout: '{"up":true}' },
      })
    expect(recordsOf(home)).toHaveLength(1)
    expect(recordsOf(home)[0]).toMatchObject({
      exit_code: 200,
      http_status_code: 200,
      status: 'ok',
    })
    expect(headerOf(server.requests[0], 'user-agent')).toMatch(/^buttons\/\S+$/)
  })

  test('that fails says how, and gives the body', async () => {
    const server = await serve(reply('503 Service Unavailable', {}, 'come back'))
    await buttons('press ask --json')
      .in(homeAsking(server.origin))
      .expect({
        exit: 1,
        json: {
          ok: false,
          error: expect.objectContaining({
            code: 'SCRIPT_ERROR',
            message: 'HTTP 503 Service Unavailable',
          }),
          data: expect.objectContaining({ exit_code: 503, stdout: 'come back' }),
        },
      })
  })

  test('to a private address needs leave', async () => {
    const server = await serve(reply(200))
    const home = homeAsking(server.origin, { allow_private_networks: false })
    await buttons('press ask')
      .in(home)
      .expect({ error: { code: 'VALIDATION_ERROR' } })
    expect(server.connections).toBe(0)
    const allowed = { BUTTONS_ALLOW_PRIVATE_NETWORKS: '1' }
    await buttons('press ask')
      .in(home)
      .env(allowed)
      .expect({ data: { exit_code: 200 } })
    const local = homeAsking(`http://localhost:${server.port}/`, { allow_private_networks: false })
    await buttons('press ask')
      .in(local)
      .expect({ error: { code: 'SCRIPT_ERROR' } })
    expect(server.connections).toBe(1)
  })

  test('uses no proxy', async () => {
    const server = await serve(reply(200))
    const env = { http_proxy: 'http://127.0.0.1:1', HTTP_PROXY: 'http://127.0.0.1:1' }
    const press = buttons('press ask').in(homeAsking(server.origin)).env(env)
    await press.env({ NODE_USE_ENV_PROXY: '1' }).expect({ data: { exit_code: 200 } })
  })

  test('stops at its timeout', async () => {
    const server = await serve(stall('HTTP/1.1 200 OK\r\n'))
    await buttons('press ask --timeout 1')
      .in(homeAsking(server.origin))
      .expect({ error: { code: 'TIMEOUT' } })
    await server.idle()
  })

  test('cuts what is too long', async () => {
    const server = await serve(flood('HTTP/1.1 200 OK\r\n\r\n', 'x'.repeat(50_000)))
    const home = homeAsking(server.origin, { max_response_bytes: 1_048_576 })
    const data = await buttons('press ask').in(home).data<{ stdout: string; truncated: boolean }>()
    expect(data.stdout).toHaveLength(1_048_576)
    expect(data.truncated).toBe(true)
  })

  test('follows redirects', async () => {
    const answers = { '/': reply(302, { Location: '/b' }), '/b': reply(200, {}, 'b') }
    const { origin } = await serve(byPath(answers))
    await buttons('press ask')
      .in(homeAsking(`${origin}/`))
      .expect({ data: { stdout: 'b' } })
  })

  test('that is interrupted ends its connection and is recorded as cancelled', async () => {
    const server = await serve(stall())
    const home = homeAsking(server.origin)
    const running = start(home, 'press ask --json')
    await until(() => server.requests.length > 0)
    running.kill('SIGTERM')
    const { exit, stdout } = await running.finished
    expect(exit).toBe(143)
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: 'CANCELLED' } })
    await server.idle()
    expect(recordsOf(home)).toMatchObject([{ status: 'cancelled', error_type: 'CANCELLED' }])
  })
})

describe('a dry run', () => {
  const spec = {
    method: 'POST',
    headers: { Authorization: 'Bearer $ENV{TOKEN}', 'X-Plain': 'visible' },
    body: '{"user":"{{user}}","key":"{{key}}"}',
    args: [
      { name: 'user', type: 'string', required: true },
      { name: 'key', type: 'string', required: false, secret: true },
    ],
  }

  test('shows the request without its secrets and sends nothing', async () => {
    const server = await serve(reply(200))
    const home = homeAsking(`${server.origin}/u/{{user}}?k={{key}}#{{user}}`, spec)
    const words = ['--arg', 'user=a b', '--arg', 'key=hidden one', '--dry-run', '--json']
    const { stdout } = await buttons('press', 'ask', ...words)
      .in(home)
      .env({ TOKEN: 'hunter2-token' })
      .expect({ data: expect.anything() })
    expect(stdout).toContain(`${server.origin}/u/a%20b?k=[redacted]#a%20b`)
    expect(stdout).not.toMatch(/hunter2|hidden|visible/)
    expect(server.connections).toBe(0)
    expect(home.list('data/buttons/ask')).not.toContain('pressed')
  })

  test('of a request that must not be sent fails', async () => {
    const home = homeAsking('http://a.test/{{user}}', spec)
    await buttons('press ask --arg user=x --dry-run')
      .in(home)
      .expect({
        error: { code: 'VALIDATION_ERROR', message: expect.stringContaining('needs "TOKEN"') },
      })
  })
})

describe.skipIf(!hasOpenssl)('over TLS', () => {
  const certificates = hasOpenssl ? makeCertificates() : undefined

  test('a certificate nobody signed is refused, whatever the environment says', async () => {
    const server = await serveSecurely(reply(200), certificates!.selfSigned)
    const home = homeAsking(server.origin)
    home.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
    const { stdout } = await start(home, 'press ask --json').finished
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string } }
    expect(error.code).toBe('SCRIPT_ERROR')
    expect(error.message).toStartWith('request failed: DEPTH_ZERO_SELF_SIGNED_CERT: ')
    expect(server.requests).toEqual([])
  })

  test('a certificate for the name is accepted, one for another is not', async () => {
    const good = await serveSecurely(reply(200), certificates!.signFor('DNS:localhost'))
    const bad = await serveSecurely(reply(200), certificates!.signFor('DNS:other.test'))
    for (const [{ port }, exit] of [
      [good, 0],
      [bad, 1],
    ] as const) {
      const home = homeAsking(`https://localhost:${port}/`)
      home.env['NODE_EXTRA_CA_CERTS'] = certificates!.authorityPath
      expect((await start(home, 'press ask --json').finished).exit).toBe(exit)
    }
    expect([good.requests.length, bad.requests.length]).toEqual([1, 0])
  })
})

test.skipIf(!executable)('a flood of compressed zeros takes little memory', async () => {
  const bomb = Bun.gzipSync(new Uint8Array(1_000_000_000))
  const server = await serve(reply(200, { 'Content-Encoding': 'gzip' }, bomb))
  const home = homeAsking(server.origin)
  const child = Bun.spawn([...program, 'press', 'ask', '--json'], {
    env: home.env,
    stdout: 'pipe',
  })
  const envelope = (await new Response(child.stdout).json()) as { data: { stdout: string } }
  await child.exited
  expect(envelope.data.stdout).toHaveLength(10_485_760)
  expect(child.resourceUsage()!.maxRSS).toBeLessThan(400_000_000)
})
