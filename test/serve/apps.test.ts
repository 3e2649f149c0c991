// Apps served under /apps/NAME/: static folders, programs behind a proxy (buttons.md 5.7).

import { symlinkSync } from 'node:fs'
import { expect, test } from 'bun:test'
import { gone } from '../helpers/fixture.ts'
import { serveHome, type TestHost } from '../helpers/hosts.ts'
import { emptyHome, type Home } from '../helpers/home.ts'
import { until } from '../helpers/program.ts'

function writeApp(home: Home, name: string, serve: Record<string, unknown>): void {
  home.write(
    `data/apps/${name}/button.json`,
    JSON.stringify({ schema_version: 2, name, kind: 'app', serve, runtime: '', env: {} }),
  )
}

function homeWithSite(): Home {
  const home = emptyHome()
  writeApp(home, 'site', { type: 'static', output: 'dist' })
  home.write('data/apps/site/dist/index.html', '<h1>hi</h1>')
  home.write('data/apps/site/dist/docs/index.html', 'docs')
  home.write('data/apps/site/dist/a b.txt', 'spaced')
  home.write('data/apps/site/dist/.hidden', 'hidden')
  home.write('data/apps/site/secret.txt', 'secret')
  symlinkSync(`${home.data}/apps/site/secret.txt`, `${home.data}/apps/site/dist/link.txt`)
  return home
}

test('the folder of a static app is shown', async () => {
  const host = await serveHome(homeWithSite())
  const page = await host.ask('/apps/site/')
  expect([page.status, page.text]).toEqual([200, '<h1>hi</h1>'])
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(page.headers.get('x-content-type-options')).toBe('nosniff')
  expect((await host.ask('/apps/site/docs/')).text).toBe('docs')
  expect((await host.ask('/apps/site/a%20b.txt')).text).toBe('spaced')
  const bare = await fetch(`${host.origin}/apps/site`, { redirect: 'manual' })
  expect([bare.status, bare.headers.get('location')]).toEqual([308, '/apps/site/'])
  const headers = { 'If-None-Match': page.headers.get('etag')! }
  expect((await host.ask('/apps/site/', { headers })).status).toBe(304)
  const head = await host.ask('/apps/site/', { method: 'HEAD' })
  expect([head.status, head.text]).toEqual([200, ''])
  expect((await host.ask('/apps/site/', { method: 'POST' })).status).toBe(405)
})

test.each([
  '/apps/site/none.txt',
  '/apps/site/link.txt',
  '/apps/site/.hidden',
  '/apps/site/..%2fsecret.txt',
  '/apps/site/%2e%2e/secret.txt',
  '/apps/site/docs/%2e%2e%2f%2e%2e%2fsecret.txt',
  '/apps/site//index.html/',
  '/apps/site/index.html%00.txt',
  '/apps/none/',
])('%p shows nothing', async (path) => {
  const host = await serveHome(homeWithSite())
  const asked = await host.ask(path)
  expect(asked.status).toBe(404)
  expect(asked.text).not.toContain('secret\n')
})

test('an app is built before it is shown, again when its spec changes, and what is wrong is told', async () => {
  const home = emptyHome()
  const build = 'mkdir -p out; echo x >> count; cat count > out/index.html'
  writeApp(home, 'built', { type: 'static', output: 'out', build })
  const host = await serveHome(home)
  expect((await host.ask('/apps/built/')).text).toBe('x\n')
  expect((await host.ask('/apps/built/')).text).toBe('x\n')
  writeApp(home, 'built', { type: 'static', output: 'out', build: `${build}; true` })
  expect((await host.ask('/apps/built/')).text).toBe('x\nx\n')
  writeApp(home, 'built', { type: 'static', output: 'out', build: 'echo broken build >&2; exit 1' })
  const failed = await host.ask('/apps/built/')
  expect(failed.body.error).toMatchObject({
    code: 'SCRIPT_ERROR',
    message: expect.stringContaining('broken build'),
  })
})

test.each([
  [{ type: 'static', output: '..' }, /outside/],
  [{ type: 'static', output: 'none' }, /not there/],
  [{ type: 'dynamic' }, /serve\.run/],
  [{ type: 'odd' }, /static or dynamic/],
  [{ type: 'dynamic', run: 'true', port: 70_000 }, /port/],
])('an app of %j is refused', async (serve, why) => {
  const home = emptyHome()
  writeApp(home, 'odd', serve)
  const host = await serveHome(home)
  const { error } = (await host.ask('/apps/odd/')).body
  expect(error.code).toBe('VALIDATION_ERROR')
  expect(error.message).toMatch(why)
})

const echoServer = `
const server = Bun.serve({
  hostname: '127.0.0.1',
  port: Number(process.env.PORT),
  fetch: async (request) => {
    const url = new URL(request.url)
    if (url.pathname === '/end') setTimeout(() => process.exit(0), 10)
    return Response.json(
      {
        pid: process.pid,
        method: request.method,
        path: url.pathname + url.search,
        body: await request.text(),
        headers: Object.fromEntries(request.headers),
      },
      { status: 201, headers: [['Set-Cookie', 'a=1'], ['Set-Cookie', 'b=2']] },
    )
  },
})`

async function serveEcho(flags: Record<string, unknown> = {}): Promise<TestHost> {
  const home = emptyHome()
  writeApp(home, 'echo', { type: 'dynamic', run: `exec ${process.execPath} server.ts` })
  home.write('data/apps/echo/server.ts', echoServer)
  return serveHome(home, flags)
}

test('the program of a dynamic app is asked, and ended with the host', async () => {
  const host = await serveEcho()
  const asked = await host.ask('/apps/echo/some/path%20x?q=1', {
    method: 'PUT',
    body: 'text',
    headers: { 'X-Own': 'kept', Authorization: 'Bearer gone' },
  })
  expect(asked.status).toBe(201)
  expect(asked.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  expect(asked.body).toMatchObject({
    method: 'PUT',
    path: '/some/path%20x?q=1',
    body: 'text',
    headers: {
      'x-own': 'kept',
      'x-forwarded-prefix': '/apps/echo',
      'x-forwarded-for': '127.0.0.1',
    },
  })
  expect(asked.body.headers.authorization).toBeUndefined()
  await host.stop()
  expect(() => process.kill(asked.body.pid, 0)).toThrow()
})

test('a program that has ended is started again', async () => {
  const host = await serveEcho()
  const { pid } = (await host.ask('/apps/echo/end')).body
  while (Bun.spawnSync(['kill', '-0', String(pid)], { stderr: 'ignore' }).exitCode === 0)
    await Bun.sleep(5)
  for (;;) {
    const asked = await host.ask('/apps/echo/')
    if (asked.status !== 201) continue
    expect(asked.body.pid).not.toBe(pid)
    break
  }
  await host.stop()
})

test('a program that does not start says why', async () => {
  const home = emptyHome()
  writeApp(home, 'bad', { type: 'dynamic', run: 'echo no such thing >&2; exit 1' })
  const host = await serveHome(home)
  const { error } = (await host.ask('/apps/bad/')).body
  expect(error).toMatchObject({ code: 'SCRIPT_ERROR' })
  expect(error.message).toContain('no such thing')
})

test('a program that is still starting ends with the host', async () => {
  const home = emptyHome()
  writeApp(home, 'slow', { type: 'dynamic', run: 'echo $$ > pid; exec sleep 60' })
  const host = await serveHome(home)
  const asked = host.ask('/apps/slow/').catch(() => undefined)
  await until(() => home.list('data/apps/slow').includes('pid'))
  await host.stop()
  await gone(Number(home.read('data/apps/slow/pid')))
  await asked
})

test('with a key, browsers are asked for it, and strangers see nothing', async () => {
  const flags = { 'api-key': 'k', 'public-host': ['hooks.example.com'] }
  const host = await serveHome(homeWithSite(), flags)
  const refused = await host.ask('/apps/site/')
  expect(refused.status).toBe(401)
  expect(refused.headers.get('www-authenticate')).toStartWith('Basic ')
  for (const given of [`Basic ${btoa('me:k')}`, 'Bearer k'])
    expect((await host.ask('/apps/site/', { headers: { Authorization: given } })).status).toBe(200)
  const wrong = { headers: { Authorization: `Basic ${btoa('k:me')}` } }
  expect((await host.ask('/apps/site/', wrong)).status).toBe(401)
  const basic = { headers: { Authorization: `Basic ${btoa('me:k')}` } }
  expect((await host.ask('/api/buttons', basic)).status).toBe(401)
  const stranger = { headers: { Host: 'hooks.example.com', Authorization: 'Bearer k' } }
  expect((await host.ask('/apps/site/', stranger)).status).toBe(404)
})

const socketServer = `
Bun.serve({
  hostname: '127.0.0.1',
  port: Number(process.env.PORT),
  fetch: (request, server) => {
    const url = new URL(request.url)
    if (url.pathname === '/refused') return new Response('no', { status: 403 })
    const headers = request.headers.get('sec-websocket-protocol')?.includes('v2')
      ? { 'Sec-WebSocket-Protocol': 'v2' }
      : {}
    const data = { path: url.pathname + url.search, prefix: request.headers.get('x-forwarded-prefix') }
    return server.upgrade(request, { data, headers }) ? undefined : new Response('plain')
  },
  websocket: {
    open: (socket) => void socket.send(JSON.stringify(socket.data)),
    message: (socket, data) => data === 'bye' ? socket.close(4001, 'said bye') : socket.send(data),
  },
})`

async function serveSockets(flags: Record<string, unknown> = {}): Promise<TestHost> {
  const home = emptyHome()
  writeApp(home, 'talk', { type: 'dynamic', run: `exec ${process.execPath} server.ts` })
  home.write('data/apps/talk/server.ts', socketServer)
  const host = await serveHome(home, flags)
  return host
}

interface Talk {
  protocol: string
  /** What the other side says, in order; `closed CODE REASON` at the end. */
  next(): Promise<unknown>
  send(data: string | Uint8Array<ArrayBuffer>): void
}

function talk(host: TestHost, path: string, options: Bun.WebSocketOptions = {}): Promise<Talk> {
  const socket = new WebSocket(host.origin.replace('http', 'ws') + path, options)
  socket.binaryType = 'nodebuffer'
  const heard: unknown[] = []
  const waiting: ((data: unknown) => void)[] = []
  const tell = (data: unknown) => (waiting.length > 0 ? waiting.shift()!(data) : heard.push(data))
  return new Promise((resolve, reject) => {
    socket.onmessage = ({ data }) => tell(data)
    socket.onclose = ({ code, reason }) => {
      tell(`closed ${code} ${reason}`)
      reject(new Error(`closed ${code}`))
    }
    socket.onopen = () =>
      resolve({
        protocol: socket.protocol,
        next: () =>
          heard.length > 0
            ? Promise.resolve(heard.shift())
            : new Promise((next) => waiting.push(next)),
        send: (data) => socket.send(data),
      })
  })
}

test('sockets lead to the program of an app, in both directions, to their end', async () => {
  const host = await serveSockets()
  const { protocol, next, send } = await talk(host, '/apps/talk/room%201?q=1', {
    protocols: ['v1', 'v2'],
  })
  expect(protocol).toBe('v2')
  expect(JSON.parse(String(await next()))).toEqual({ path: '/room%201?q=1', prefix: '/apps/talk' })
  send('text')
  expect(await next()).toBe('text')
  send(new Uint8Array([0, 255, 1]))
  expect(await next()).toEqual(Buffer.from([0, 255, 1]))
  send('x'.repeat(1_000_000))
  expect(String(await next())).toHaveLength(1_000_000)
  send('bye')
  expect(await next()).toBe('closed 4001 said bye')
  expect((await host.ask('/apps/talk/')).text).toBe('plain')
})

test('a program that takes no socket, or ends, is told to the caller', async () => {
  const host = await serveSockets()
  await expect(talk(host, '/apps/talk/refused')).rejects.toThrow('closed')
  const { next } = await talk(host, '/apps/talk/')
  await next()
  await host.stop()
  expect(await next()).toMatch(/^closed /)
})

test('a page of another site opens no socket with what the browser remembers', async () => {
  const host = await serveSockets({ 'api-key': 'k' })
  const Authorization = `Basic ${btoa('any:k')}`
  const from = (Origin: string) => talk(host, '/apps/talk/', { headers: { Authorization, Origin } })
  await expect(talk(host, '/apps/talk/')).rejects.toThrow('closed')
  await expect(from('https://evil.test')).rejects.toThrow('closed')
  const { next } = await from(host.origin)
  expect(String(await next())).toContain('/apps/talk')
  const post = (headers: Record<string, string>, method = 'POST') =>
    host.ask('/apps/talk/', { method, headers: { Authorization, ...headers } })
  expect((await post({ Origin: 'https://evil.test' })).status).toBe(403)
  expect((await post({ 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
  const link = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' }
  expect((await post(link, 'GET')).status).toBe(200)
  expect((await post({ Origin: host.origin })).status).toBe(200)
})
