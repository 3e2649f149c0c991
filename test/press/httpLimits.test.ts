import { describe, expect, test } from 'bun:test'
import { gzipSync } from 'node:zlib'
import type { NetworkRequest } from '#host/host.ts'
import { network } from '#host/network.ts'
import { fakeNames, pressAt, pressHttp } from '../helpers/http.ts'
import { byPath, flood, reply, stall, type Answer } from '../helpers/servers.ts'

describe('the cap', () => {
  const megabyte = 1_048_576
  const sizes: [sent: number, cap: number | undefined, kept: number, cut: boolean][] = [
    [11_000_000, undefined, 10_485_760, true],
    [1_500_000, megabyte, megabyte, true],
    [megabyte, megabyte, megabyte, false],
    [megabyte + 1, megabyte, megabyte, true],
    [11_000_000, 0, 10_485_760, true],
  ]
  test.each(sizes)('%p bytes with a cap of %p give %p', async (sent, cap, kept, cut) => {
    const spec = cap === undefined ? {} : { max_response_bytes: cap }
    const { result, run } = await pressAt(reply(200, {}, new Uint8Array(sent).fill(97)), spec)
    expect(result).toMatchObject({ status: 'ok', exit_code: 200 })
    expect(result.stdout).toHaveLength(kept)
    expect([result.truncated, run.truncated]).toEqual(cut ? [true, true] : [undefined, undefined])
  })

  test('ends an endless body', async () => {
    const endless = flood('HTTP/1.1 200 OK\r\n\r\n', new Uint8Array(65_536).fill(97))
    const { server, result } = await pressAt(endless, { max_response_bytes: 1000 })
    expect(result).toMatchObject({ status: 'ok', truncated: true, stdout: 'a'.repeat(1000) })
    await server.idle()
  })

  test('counts what gzip unpacks to, and memory stays flat', async () => {
    const bomb = gzipSync(new Uint8Array(400_000_000).fill(97), { level: 9 })
    const before = process.memoryUsage.rss()
    const { server, result } = await pressAt(reply(200, { 'Content-Encoding': 'gzip' }, bomb), {
      max_response_bytes: megabyte,
    })
    expect(result).toMatchObject({ status: 'ok', truncated: true })
    expect(result.stdout).toHaveLength(megabyte)
    expect(process.memoryUsage.rss() - before).toBeLessThan(100_000_000)
    await server.idle()
  })

  test('leaves out the character it splits', async () => {
    const text = 'aé€😀'
    for (const [cap, kept] of [
      [10, text],
      [9, 'aé€'],
      [6, 'aé€'],
      [5, 'aé'],
      [2, 'a'],
    ] as const)
      expect((await pressAt(reply(200, {}, text), { max_response_bytes: cap })).result.stdout).toBe(
        kept,
      )
  })

  test('sees characters whole that arrive in parts', async () => {
    const bytes = Buffer.from('€😀')
    const { result } = await pressAt((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n')
      const next = (at: number) => {
        if (at === bytes.length) socket.end()
        else socket.write(bytes.subarray(at, at + 1), () => setImmediate(next, at + 1))
      }
      next(0)
    })
    expect(result.stdout).toBe('€😀')
  })
})

describe('the deadline', () => {
  const drip: Answer = (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n')
    const timer = setInterval(() => socket.write('.'), 10)
    socket.on('close', () => clearInterval(timer))
  }
  const slow: [what: string, answer: Answer, status: number | undefined][] = [
    ['no answer', stall(), undefined],
    ['half a header', stall('HTTP/1.1 200 OK\r\nX: '), undefined],
    ['endless interim answers', flood('', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(1000)), undefined],
    ['interim answers', stall('HTTP/1.1 100 Continue\r\n\r\n'.repeat(3)), undefined],
    ['no body', stall('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'), 200],
    ['a drip', drip, 200],
  ]
  test.each(slow)('ends %s', async (_, answer, status) => {
    const { server, result, run } = await pressAt(answer, {}, { timeoutSeconds: 0.2 })
    const outcome = { status: 'timeout', exit_code: -1, error_type: 'TIMEOUT' } as const
    expect(result).toMatchObject({ ...outcome, stdout: '', stderr: 'request timed out' })
    expect(result.http_status_code).toBe(status)
    expect(run).toMatchObject(outcome)
    await server.idle()
  })

  test('covers redirects together', async () => {
    const answer = byPath({ '/': reply('302 Found', { Location: '/b' }), '/b': stall() })
    const { result } = await pressAt(answer, {}, { timeoutSeconds: 0.2 })
    expect(result).toMatchObject({ error_type: 'TIMEOUT', http_status_code: 302 })
  })

  test('covers a resolver that does not answer', async () => {
    const network = { ...fakeNames({}), lookup: () => new Promise<string[]>(() => {}) }
    const request = { network, timeoutSeconds: 0.05 }
    const { result } = await pressHttp({ url: 'http://slow.test/' }, request)
    expect(result).toMatchObject({ status: 'timeout', stderr: 'request timed out' })
  })

  test('may be months away', async () => {
    const { result } = await pressAt(reply(200), { timeout_seconds: 10_000_000 })
    expect(result.exit_code).toBe(200)
  })
})

describe('a press that is cancelled', () => {
  const outcome = { status: 'cancelled', exit_code: -1, error_type: 'CANCELLED' } as const

  test('before the answer closes its connection', async () => {
    const stop = new AbortController()
    const { server, result, run } = await pressAt(() => stop.abort(), {}, { signal: stop.signal })
    expect(result).toMatchObject({ ...outcome, stderr: 'request cancelled' })
    expect(result).not.toHaveProperty('http_status_code')
    expect(run).toMatchObject(outcome)
    await server.idle()
  })

  test('within the body closes its connection', async () => {
    const stop = new AbortController()
    const request = async (wanted: NetworkRequest) => {
      const answer = await network.request(wanted)
      stop.abort()
      return answer
    }
    const { server, result, run } = await pressAt(
      stall('HTTP/1.1 200 OK\r\n\r\nhalf'),
      {},
      { signal: stop.signal, network: { ...network, request } },
    )
    expect(result).toMatchObject({ ...outcome, http_status_code: 200, stdout: '' })
    expect(run).toMatchObject(outcome)
    await server.idle()
  })
})
