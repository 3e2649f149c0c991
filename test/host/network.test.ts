import { afterAll, describe, expect, test } from 'bun:test'
import { createServer, type AddressInfo } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { gzipSync } from 'node:zlib'
import { HostError, type NetworkRequest } from '#host/host.ts'
import { network } from '#host/network.ts'
import { hasOpenssl, makeCertificates } from '../helpers/certificates.ts'
import { flood, raw, reply, serve, serveSecurely, stall, type Answer } from '../helpers/servers.ts'

async function ask(port: number, changes: Partial<NetworkRequest> = {}) {
  return network.request({
    secure: false,
    addresses: ['127.0.0.1'],
    port,
    method: 'GET',
    path: '/',
    headers: [['Host', 'name.test']],
    decompress: false,
    signal: new AbortController().signal,
    ...changes,
  })
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

async function askAll(answer: Answer, changes: Partial<NetworkRequest> = {}): Promise<string> {
  const { port } = await serve(answer)
  return textOf((await ask(port, changes)).body)
}

/** The message of the HostError that a promise rejects with. */
async function failureOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  expect(error).toBeInstanceOf(HostError)
  return (error as HostError).message
}

describe('a request', () => {
  test('goes out as it was given, with nothing added but Connection', async () => {
    const server = await serve(reply(200))
    const { status } = await ask(server.port, {
      method: 'GET',
      path: '/a/../b?x=%zz',
      headers: [
        ['Host', 'other.test:99'],
        ['X-Name', 'caf\u00c3\u00a9'],
        ['Content-Length', '3'],
      ],
      body: new TextEncoder().encode('abc'),
    })
    expect(status).toBe(200)
    expect(server.requests).toEqual([
      {
        line: 'GET /a/../b?x=%zz HTTP/1.1',
        headers: [
          'Host: other.test:99',
          'X-Name: caf\u00c3\u00a9',
          'Content-Length: 3',
          'Connection: close',
        ],
        body: 'abc',
      },
    ])
  })

  test('goes to the first address that accepts, in order', async () => {
    const server = await serve(reply(200, {}, 'here'), '127.0.0.3')
    const order = ['127.0.0.1', '127.0.0.2', '127.0.0.3']
    const answer = await ask(server.port, { addresses: order })
    expect(await textOf(answer.body)).toBe('here')
  })

  test('does not go to the next address once a server has accepted it', async () => {
    const first = await serve(raw(''), '127.0.0.1')
    const answer = ask(first.port, { addresses: ['127.0.0.1', '127.0.0.2'] })
    expect(await failureOf(answer)).toBe(`ECONNRESET: read the answer of "127.0.0.1:${first.port}"`)
    expect(first.connections).toBe(1)
  })

  test('that nobody accepts names the last address', async () => {
    const closed = await serve(reply(200), '127.0.0.9')
    const answer = ask(closed.port, { addresses: ['127.0.0.1', '127.0.0.2'] })
    expect(await failureOf(answer)).toBe(`ECONNREFUSED: connect to "127.0.0.2:${closed.port}"`)
  })

  test('without an address fails', async () => {
    expect(await failureOf(ask(1, { addresses: [] }))).toStartWith('ECANCELED: connect to')
  })

  test('never resolves anything itself', async () => {
    const { port } = await serve(reply(200))
    const answer = ask(port, { addresses: ['localhost'] })
    expect(await failureOf(answer)).toContain('connect to "localhost')
  })

  test('uses no proxy of the environment', async () => {
    const proxy = await serve(reply(200, {}, 'proxy'))
    const names = ['http_proxy', 'HTTP_PROXY', 'ALL_PROXY', 'NODE_USE_ENV_PROXY']
    for (const name of names) process.env[name] = name.startsWith('NODE') ? '1' : proxy.origin
    try {
      expect(await askAll(reply(200, {}, 'direct'))).toBe('direct')
    } finally {
      for (const name of names) delete process.env[name]
    }
    expect(proxy.connections).toBe(0)
  })

  test('has a connection of its own', async () => {
    const server = await serve(reply(200, { Connection: 'keep-alive' }))
    for (let i = 0; i < 2; i++) await textOf((await ask(server.port)).body)
    expect(server.connections).toBe(2)
  })

  test('follows no redirect', async () => {
    const server = await serve(reply('302 Found', { Location: '/next' }))
    const answer = await ask(server.port)
    expect([answer.status, answer.reason, answer.header('location')]).toEqual([
      302,
      'Found',
      '/next',
    ])
    expect(server.requests).toHaveLength(1)
    answer.close()
  })
})

describe('an answer', () => {
  const ok: [what: string, answer: Answer, body: string][] = [
    ['with a length', raw('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'), 'ok'],
    ['up to the end of the connection', raw('HTTP/1.1 200 OK\r\n\r\nall'), 'all'],
    ['without a reason', raw('HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok'), 'ok'],
    ['of HTTP/1.0', raw('HTTP/1.0 200 OK\r\n\r\nold'), 'old'],
    ['in chunks', raw(chunked('3\r\nabc\r\n2;x=1\r\nde\r\n0\r\n\r\n')), 'abcde'],
    ['with a trailer', raw(chunked('2\r\nok\r\n0\r\nX: y\r\n\r\n')), 'ok'],
    ['longer than its length', raw('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok, more'), 'ok'],
    [
      'after interim ones',
      raw('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 200 OK\r\n\r\nok'),
      'ok',
    ],
    ['gzipped, left as it is', reply(200, { 'Content-Encoding': 'gzip' }, 'not gzip'), 'not gzip'],
  ]
  test.each(ok)('%s is read', async (_, answer, body) => {
    expect(await askAll(answer)).toBe(body)
  })

  const broken: [what: string, answer: Answer, message: RegExp][] = [
    ['nothing', raw(''), /^ECONNRESET: read the answer/],
    ['a reset', (socket) => void socket.resetAndDestroy(), /^ECONNRESET: read the answer/],
    ['garbage', raw('hello there\r\n\r\n'), /^HPE_INVALID_CONSTANT: read the answer/],
    ['HTML', raw('<html>'), /^HPE_INVALID_CONSTANT: /],
    ['another protocol version', raw('HTTP/2 200\r\n\r\n'), /^HPE_/],
    ['bare line feeds', raw('HTTP/1.1 200 OK\nContent-Length: 2\n\nok'), /^HPE_/],
    ['a status below 100', raw('HTTP/1.1 000 X\r\n\r\n'), /^EPROTO: /],
    ['a status of four digits', raw('HTTP/1.1 1000 X\r\n\r\n'), /^HPE_INVALID_STATUS: /],
    [
      'another protocol',
      raw('HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'),
      /^EPROTO: /,
    ],
    ['a header without colon', raw('HTTP/1.1 200 OK\r\nFoo\r\n\r\n'), /^HPE_/],
    ['a length that is no number', raw('HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n'), /^HPE_/],
    ['a negative length', raw('HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'), /^HPE_/],
    [
      'two lengths',
      raw('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nok'),
      /^HPE_/,
    ],
    [
      'a length and chunks',
      raw('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
      /^HPE_/,
    ],
    [
      'endless headers',
      flood('HTTP/1.1 200 OK\r\n', `X-A: ${'a'.repeat(1000)}\r\n`),
      /^HPE_HEADER_OVERFLOW: /,
    ],
    ['an endless header', flood('HTTP/1.1 200 OK\r\nX: ', 'a'.repeat(9000)), /^HPE_HEADER_/],
    ['an endless reason', flood('HTTP/1.1 200 ', 'a'.repeat(9000)), /^HPE_HEADER_/],
  ]
  test.each(broken)('that is %s is an error', async (_, answer, message) => {
    const server = await serve(answer)
    expect(await failureOf(ask(server.port))).toMatch(message)
    await server.idle()
  })

  const cut: [what: string, answer: Answer][] = [
    ['shorter than its length', raw('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok')],
    [
      'without length, by a reset',
      (socket) => void socket.write('HTTP/1.1 200 OK\r\n\r\nok', () => socket.resetAndDestroy()),
    ],
    ['with a chunk cut short', raw(chunked('9\r\nok'))],
    ['with endless trailers', flood(chunked('0\r\n'), `X: ${'a'.repeat(999)}\r\n`)],
    ['with an endless chunk size', flood(chunked('1;'), 'a'.repeat(9000))],
    ['without a last chunk', raw(chunked('2\r\nok\r\n'))],
    ['with a chunk length that is no number', raw(chunked('zz\r\nok\r\n0\r\n\r\n'))],
    ['with a chunk length without end', raw(chunked('ffffffffffffffffff\r\nok'))],
  ]
  test.each(cut)('%s breaks off', async (_, answer) => {
    expect(await failureOf(askAll(answer))).toMatch(/^\w+: the answer broke off$/)
  })

  test('that was closed ends the connection', async () => {
    const server = await serve(flood('HTTP/1.1 200 OK\r\n\r\n', new Uint8Array(65_536)))
    const answer = await ask(server.port)
    answer.close()
    await server.idle()
  })
})

function chunked(body: string): string {
  return `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}`
}

describe('gzip', () => {
  const packed = (body: Uint8Array, encoding = 'gzip') =>
    reply(200, { 'Content-Encoding': encoding }, body)

  test('is unpacked when asked for', async () => {
    expect(await askAll(packed(gzipSync('hello')), { decompress: true })).toBe('hello')
    expect(await askAll(packed(gzipSync('hello'), 'X-Gzip'), { decompress: true })).toBe('hello')
    const two = Buffer.concat([gzipSync('hello '), gzipSync('world')])
    expect(await askAll(packed(two), { decompress: true })).toBe('hello world')
  })

  test('that has no bytes gives none', async () => {
    expect(await askAll(packed(Buffer.alloc(0)), { decompress: true })).toBe('')
    expect(await askAll(packed(gzipSync('x')), { decompress: true, method: 'HEAD' })).toBe('')
  })

  const notGzip: [what: string, bytes: Uint8Array][] = [
    ['garbage', Buffer.from('not gzip at all')],
    ['a part of one', gzipSync('hello '.repeat(1000)).subarray(0, 30)],
    ['a broken one', gzipSync('hello').fill(0xff, 10)],
  ]
  test.each(notGzip)('that is %s is an error', async (_, bytes) => {
    const answer = askAll(packed(bytes), { decompress: true })
    expect(await failureOf(answer)).toBe('EBADMSG: the answer is not the gzip it claims to be')
  })

  test('whose connection breaks says so', async () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 999\r\n\r\n'
    const answer = raw(Buffer.concat([Buffer.from(head), gzipSync('x'.repeat(5000))]))
    expect(await failureOf(askAll(answer, { decompress: true }))).toMatch(/the answer broke off$/)
  })

  test('that unpacks to far more is read piece by piece', async () => {
    const server = await serve(packed(gzipSync(new Uint8Array(300_000_000), { level: 9 })))
    const answer = await ask(server.port, { decompress: true })
    let largest = 0
    let seen = 0
    for await (const chunk of answer.body) {
      largest = Math.max(largest, chunk.length)
      seen += chunk.length
      if (seen > 1_000_000) break
    }
    answer.close()
    expect(largest).toBeLessThan(2_000_000)
    await server.idle()
  })

  test('can be left while the server says nothing more', async () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n'
    const body = gzipSync(new Uint8Array(10_000_000)).subarray(0, -20)
    const server = await serve((socket) => {
      socket.write(head)
      socket.write(body)
    })
    const answer = await ask(server.port, { decompress: true })
    for await (const chunk of answer.body) if (chunk.length > 0) break
    answer.close()
    await server.idle()
  })
})

describe('a signal', () => {
  const moments: [when: string, answer: Answer][] = [
    ['before the answer', stall()],
    ['within the headers', stall('HTTP/1.1 200 OK\r\nX: ')],
  ]
  test.each(moments)('ends a request %s', async (_, answer) => {
    const stop = new AbortController()
    const server = await serve((socket, request) => {
      answer(socket, request)
      stop.abort()
    })
    expect(await failureOf(ask(server.port, { signal: stop.signal }))).toMatch(/^ECONNRESET: /)
    await server.idle()
  })

  test.each([false, true])('ends the reading of a body (unpacked: %p)', async (decompress) => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n'
    const server = await serve((socket) => {
      socket.write(head)
      socket.write(gzipSync('hello'.repeat(1000)).subarray(0, 20))
    })
    const stop = new AbortController()
    const answer = await ask(server.port, { signal: stop.signal, decompress })
    const reading = failureOf(textOf(answer.body))
    stop.abort()
    expect(await reading).toEndWith('the answer broke off')
    await server.idle()
  })

  test('that was given already lets nothing begin', async () => {
    const server = await serve(reply(200))
    await failureOf(ask(server.port, { signal: AbortSignal.abort() }))
    expect(server.connections).toBe(0)
  })
})

describe.skipIf(!hasOpenssl)('TLS', () => {
  const before = getCACertificates('default')
  afterAll(() => setDefaultCACertificates(before))
  const certificates = hasOpenssl ? makeCertificates() : undefined
  const secure = { secure: true }

  test('refuses a certificate nobody signed, whatever the environment says', async () => {
    const server = await serveSecurely(reply(200), certificates!.selfSigned)
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
    try {
      expect(await failureOf(ask(server.port, secure))).toBe(
        `DEPTH_ZERO_SELF_SIGNED_CERT: agree on encryption with "127.0.0.1:${server.port}"`,
      )
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
    }
    expect(server.requests).toEqual([])
  })

  const names: [signed: string, serverName: string | undefined, trusted: boolean][] = [
    ['DNS:name.test', 'name.test', true],
    ['DNS:name.test', 'other.test', false],
    ['DNS:name.test', undefined, false],
    ['IP:127.0.0.1', undefined, true],
    ['IP:127.0.0.2', undefined, false],
    ['IP:127.0.0.1', 'name.test', false],
    ['DNS:*.name.test', 'a.name.test', true],
  ]
  test.each(names)('a certificate for %s asked as %p: %p', async (signed, serverName, trusted) => {
    setDefaultCACertificates([certificates!.authority])
    const server = await serveSecurely(reply(200, {}, 'secret'), certificates!.signFor(signed))
    const answer = ask(server.port, { ...secure, ...(serverName && { serverName }) })
    if (trusted) expect(await textOf((await answer).body)).toBe('secret')
    else expect(await failureOf(answer)).toMatch(/^ERR_TLS_CERT_ALTNAME_INVALID: agree on/)
  })

  test('that a server does not speak is an error', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    expect(await failureOf(ask(port, secure))).toContain('agree on encryption with')
    server.close()
  })
})

describe('looking up a name', () => {
  test('gives addresses', async () => {
    expect(await network.lookup('localhost')).toContain('127.0.0.1')
  })

  test('that does not exist is an error', async () => {
    const message = await failureOf(network.lookup('no-such-name.invalid'))
    expect(message).toMatch(/^\w+: resolve "no-such-name.invalid"$/)
  })
})
