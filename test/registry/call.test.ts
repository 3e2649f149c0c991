import { expect, test } from 'bun:test'
import { openCaller } from '#registry/call.ts'
import { gunzip, gzip } from '#registry/gzip.ts'
import { openBunHost } from '#host/bun.ts'
import type { Clock } from '#host/host.ts'
import type { WireRequest } from '#core/package/wire.ts'
import { byPath, flood, headerOf, raw, reply, serve, stall } from '../helpers/servers.ts'

const real = openBunHost().clock
/** Pauses are over at once, and noted. */
const slept: number[] = []
const clock: Clock = { ...real, sleep: async (ms) => void slept.push(ms) }
const call = openCaller(clock)

const get: WireRequest = { method: 'GET', path: '/x', maxBytes: 1000, timeoutMs: 30_000 }
const bodyOf = (answer: { body: Uint8Array }) => new TextDecoder().decode(answer.body)

test('a request is sent as it is, and its answer comes as bytes', async () => {
  const server = await serve(reply(200, { ETag: '"1"' }, 'hello'))
  const headers = { Authorization: 'Bearer key', Accept: 'application/json' }
  const answer = await call(`${server.origin}/base`, { ...get, headers })
  expect(answer.status).toBe(200)
  expect(answer.header('etag')).toBe('"1"')
  expect(bodyOf(answer)).toBe('hello')
  const [request] = server.requests
  expect(request!.line).toBe('GET /base/x HTTP/1.1')
  expect(headerOf(request, 'authorization')).toBe('Bearer key')
  expect(headerOf(request, 'accept')).toBe('application/json')
  expect(headerOf(request, 'accept-encoding')).toBe('identity')
  expect(headerOf(request, 'user-agent')).toStartWith('buttons/')
})

test('what is sent has its exact length', async () => {
  const server = await serve(reply(201))
  await call(server.origin, {
    ...get,
    method: 'POST',
    body: new Uint8Array(10),
    headers: { 'Content-Type': 'application/gzip' },
  })
  expect(headerOf(server.requests[0], 'content-length')).toBe('10')
  expect(headerOf(server.requests[0], 'content-type')).toBe('application/gzip')
})

test('redirects are followed; who we are is told to the first host only', async () => {
  const other = await serve(reply(200, {}, 'there'))
  const server = await serve(
    byPath({
      '/x': reply(302, { Location: '/y' }),
      '/y': reply(307, { Location: `${other.origin}/z` }),
    }),
  )
  const headers = {
    Authorization: 'Bearer key',
    'X-Buttons-Device': 'd',
    'X-Buttons-Signature': 's',
  }
  expect(bodyOf(await call(server.origin, { ...get, headers }))).toBe('there')
  expect(headerOf(server.requests[1], 'authorization')).toBe('Bearer key')
  for (const name of ['authorization', 'x-buttons-device', 'x-buttons-signature'])
    expect(headerOf(other.requests[0], name)).toBeUndefined()
})

test('a body goes along with 307 and 308, and nowhere else', async () => {
  const server = await serve(
    byPath({
      '/x': reply(308, { Location: '/y' }),
      '/y': reply(201),
      '/z': reply(302, { Location: '/y' }),
    }),
  )
  const post: WireRequest = { ...get, method: 'POST', body: 'text' }
  expect((await call(server.origin, post)).status).toBe(201)
  expect(server.requests[1]).toMatchObject({ line: 'POST /y HTTP/1.1', body: 'text' })
  await expect(call(server.origin, { ...post, path: '/z' })).rejects.toThrow(
    'would lose what is sent',
  )
})

test('redirects in a circle end', async () => {
  const server = await serve(reply(302, { Location: '/x' }))
  await expect(call(server.origin, get)).rejects.toThrow('more than 10 redirects')
  expect(server.requests).toHaveLength(11)
})

test('a busy registry is asked again, as late as it wants', async () => {
  for (const status of [429, 502, 503, 504]) {
    slept.length = 0
    let asked = 0
    const server = await serve((socket, request) =>
      (asked++ < 2 ? reply(status, { 'Retry-After': '3' }) : reply(200, {}, 'ok'))(socket, request),
    )
    expect(bodyOf(await call(server.origin, { ...get, retry: true }))).toBe('ok')
    expect(slept).toEqual([3000, 3000])
  }
})

test('a registry that stays busy is quoted in the end, and one that wants hours at once', async () => {
  const server = await serve(reply(503, {}, 'later'))
  expect((await call(server.origin, { ...get, retry: true })).status).toBe(503)
  expect(server.requests).toHaveLength(3)
  const patient = await serve(reply(503, { 'Retry-After': '3600' }))
  expect((await call(patient.origin, { ...get, retry: true })).status).toBe(503)
  expect(patient.requests).toHaveLength(1)
})

test('what may change something is sent once', async () => {
  const server = await serve(reply(503))
  await call(server.origin, { ...get, method: 'POST' })
  expect(server.requests).toHaveLength(1)
})

test('no connection is tried again, then told with the address', async () => {
  slept.length = 0
  const base = 'http://user:secret@127.0.0.1:1'
  const message = /^registry http:\/\/127\.0\.0\.1:1: /
  await expect(call(base, { ...get, retry: true })).rejects.toThrow(message)
  expect(slept).toEqual([200, 1000])
  await expect(call('ftp://x', get)).rejects.toThrow('no http or https URL')
})

test('a connection that breaks off is no answer', async () => {
  const server = await serve(raw('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'))
  await expect(call(server.origin, get)).rejects.toThrow(`registry ${server.origin}: `)
})

test('too long an answer is not taken; of an error the beginning is enough', async () => {
  const server = await serve(flood('HTTP/1.1 200 OK\r\n\r\n', 'x'.repeat(500)))
  await expect(call(server.origin, get)).rejects.toThrow('larger than 1000 bytes')
  const failing = await serve(flood('HTTP/1.1 500 No\r\n\r\n', 'x'.repeat(500)))
  expect((await call(failing.origin, get)).body).toHaveLength(4096)
})

test('who cancelled before sends nothing', async () => {
  const server = await serve(reply(200))
  const signal = AbortSignal.abort()
  await expect(call(server.origin, { ...get, signal, retry: true })).rejects.toThrow('cancelled')
  expect(server.requests).toHaveLength(0)
})

test('who cancels does not wait any longer', async () => {
  const server = await serve(stall())
  const controller = new AbortController()
  const answer = call(server.origin, { ...get, signal: controller.signal, retry: true })
  controller.abort()
  await expect(answer).rejects.toThrow('cancelled')
  await server.idle()
})

/** A clock whose alarms ring when the test says so. */
function alarmClock() {
  const alarms: { ms: number; ring: () => void }[] = []
  let now = 0
  const after = (ms: number, ring: () => void) => {
    const alarm = { ms, ring }
    alarms.push(alarm)
    return () => void alarms.splice(alarms.indexOf(alarm), alarms.includes(alarm) ? 1 : 0)
  }
  const clock: Clock = { ...real, monotonic: () => now, after }
  const pass = (ms: number) => {
    now += ms
    for (const alarm of alarms.filter((one) => one.ms <= ms)) {
      alarms.splice(alarms.indexOf(alarm), 1)
      alarm.ring()
    }
  }
  return { clock, pass, alarms }
}

test('an answer that does not come is not waited for', async () => {
  const { clock: still, pass } = alarmClock()
  const server = await serve(stall('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'))
  const answer = openCaller(still)(server.origin, get)
  pass(30_000)
  await expect(answer).rejects.toThrow('no complete answer within 30 s')
})

test('an archive may take long, but not without a sign of life', async () => {
  const { clock: still, pass, alarms } = alarmClock()
  const server = await serve(
    stall(`HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n${'x'.repeat(400)}`),
  )
  const answer = openCaller(still)(server.origin, { ...get, idleMs: 10_000 })
  // The first bytes have come once the silence is being watched.
  while (!alarms.some(({ ms }) => ms === 10_000))
    await new Promise((resolve) => setImmediate(resolve))
  pass(10_000)
  await expect(answer).rejects.toThrow('nothing came for 10 s')
})

test('gzip of the same bytes is the same, and comes back', async () => {
  const bytes = new TextEncoder().encode('hello '.repeat(1000))
  const packed = await gzip(bytes)
  expect(await gzip(bytes)).toEqual(packed)
  expect([...packed.subarray(4, 8)]).toEqual([0, 0, 0, 0])
  expect(await gunzip(packed, bytes.length)).toEqual(bytes)
  await expect(gunzip(packed, bytes.length - 1)).rejects.toThrow('too large uncompressed')
  await expect(gunzip(packed.slice(0, -5), 10_000)).rejects.toThrow('no complete gzip')
  await expect(gunzip(new Uint8Array(3), 10)).rejects.toThrow('no complete gzip')
})
