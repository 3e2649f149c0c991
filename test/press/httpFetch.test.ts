import { expect, test } from 'bun:test'
import { openBunHost } from '#host/bun.ts'
import type { Host } from '#host/host.ts'
import { fetchText } from '#press/http/fetch.ts'
import type { Failure } from '#spec/errors.ts'
import { fakeNames } from '../helpers/http.ts'
import { byPath, flood, headerOf, raw, reply, serve, stall } from '../helpers/servers.ts'

const limits = { timeoutMs: 30_000, maxBytes: 1000 }
const open: Host = { ...openBunHost(), env: { BUTTONS_ALLOW_PRIVATE_NETWORKS: '1' } }

async function refusal(url: string, host = open, changes = {}): Promise<string> {
  const error = await fetchText(url, { ...limits, ...changes }, host).catch((caught) => caught)
  expect(error).toMatchObject({ code: 'IMPORT_ERROR' })
  return (error as Failure).message.replace(`Cannot import "${url}": `, '')
}

test('a fetched text is the body of a GET', async () => {
  const server = await serve(reply(200, {}, '{"é":1}'))
  expect(await fetchText(`${server.origin}/x#y`, limits, open)).toBe('{"é":1}')
  expect(server.requests[0]!.line).toBe('GET /x HTTP/1.1')
  expect(headerOf(server.requests[0], 'user-agent')).toBe('buttons/dev')
})

test('redirects are followed', async () => {
  const server = await serve(
    byPath({ '/': reply(301, { Location: '/b' }), '/b': reply(200, {}, 'b') }),
  )
  expect(await fetchText(server.origin, limits, open)).toBe('b')
})

test('placeholders and $ENV{} in a URL mean nothing', async () => {
  const server = await serve(reply(200))
  await fetchText(`${server.origin}/?a=$ENV{HOME}`, limits, open)
  expect(server.requests[0]!.line).toBe('GET /?a=$ENV{HOME} HTTP/1.1')
})

const answers = [
  ['204', reply('204 No Content'), 'the server answered HTTP 204'],
  ['404', reply('404 Not Found'), 'the server answered HTTP 404 Not Found'],
  ['304', reply('304 Not Modified'), 'the server answered HTTP 304'],
  [
    'more than the limit',
    flood('HTTP/1.1 200 OK\r\n\r\n', 'x'.repeat(500)),
    'the answer is larger than 1000 B',
  ],
  [
    'half an answer',
    raw('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx'),
    'request failed: ECONNRESET: the answer broke off',
  ],
] as const
test.each(answers)('%s is refused', async (_, answer, why) => {
  expect(await refusal((await serve(answer)).origin)).toBe(why)
})

test('an answer that does not come in time is refused', async () => {
  const { origin } = await serve(stall('HTTP/1.1 200 OK\r\n'))
  expect(await refusal(origin, open, { timeoutMs: 100 })).toBe('no complete answer within 0.1 s')
})

test('the guard is that of a press', async () => {
  const closed = { ...openBunHost(), env: {}, network: fakeNames({ 'in.test': ['10.0.0.1'] }) }
  expect(await refusal('http://127.0.0.1/', closed)).toStartWith('refusing request: SSRF blocked')
  expect(await refusal('http://in.test/', closed)).toStartWith('request failed: SSRF blocked')
  expect(closed.network.connected).toEqual([])
})

const urls = ['ftp://a.test/', 'http://', 'http://u:p@a.test/', 'http://{{host}}/', 'a.test']
test.each(urls)('%s is refused before anything is sent', async (url) => {
  expect(await refusal(url)).toStartWith('refusing request: ')
})
