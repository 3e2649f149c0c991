// Callers who mean no good, on real sockets: each is refused with the right status, starts nothing,
// and a good caller is served while they are at it (serve.md 9.3, 9.6, 9.7).

import { expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { limits } from '#spec/limits.ts'
import { type Home, homeWith } from '../helpers/home.ts'
import { serveHome, type TestHost } from '../helpers/hosts.ts'
import { answerOn, holdRaw, pourRaw, requestOf, sendRaw } from '../helpers/rawHttp.ts'
import { epochMs, virtualClock } from '../helpers/virtualClock.ts'

const pressLine = 'POST /api/buttons/touch/press HTTP/1.1'
const hookLine = 'POST /hook HTTP/1.1'

/** A host with a button that anybody may press, a webhook that wants a signature, and a good one. */
async function openHost(flags: Record<string, unknown> = {}, changes = {}) {
  const trigger = (path: string, more: object) => ({
    id: 'aabbccdd',
    kind: 'webhook',
    path,
    created_at: '2026-05-02T09:00:00Z',
    ...more,
  })
  const touch = 'echo x >> "$HOME/touched"'
  const home = homeWith({
    buttons: {
      touch,
      good: 'echo fine',
      hook: { code: touch, spec: { triggers: [trigger('/hook', { token: 's3cret' })] } },
      signed: {
        code: touch,
        spec: { triggers: [trigger('/signed', { auth: { type: 'stripe', secret: 'whsec_k' } })] },
      },
    },
  })
  return { home, host: await serveHome(home, flags, changes) }
}

async function expectHarmless(home: Home, host: TestHost): Promise<void> {
  const pressed = await host.press('good')
  expect([pressed.status, pressed.body.data.stdout]).toEqual([200, 'fine\n'])
  expect(home.list('.')).not.toContain('touched')
}

test('a hundred callers who never finish their headers keep nobody from being served', async () => {
  const { home, host } = await openHost()
  const half = Buffer.from(`${pressLine}\r\nHost: 127.0.0.1\r\nX-Slow: `)
  const sockets = await Promise.all(Array.from({ length: 100 }, () => holdRaw(host.origin, half)))
  await expectHarmless(home, host)
  for (const socket of sockets) socket.destroy()
  await expectHarmless(home, host)
})

test.each([pressLine, hookLine])(
  'a body that does not arrive in its time is refused: %s',
  async (line) => {
    const clock = virtualClock()
    const { home, host } = await openHost({}, { clock })
    const headers = ['Content-Length: 100', 'X-Buttons-Token: s3cret']
    const slow = await holdRaw(host.origin, requestOf(line, headers, '{'))
    const chunked = await holdRaw(
      host.origin,
      requestOf(line, ['Transfer-Encoding: chunked', 'X-Buttons-Token: s3cret'], '1\r\n{\r\n'),
    )
    const answers = Promise.all([answerOn(slow), answerOn(chunked)])
    // A good caller comes in between, and is not held up.
    expect((await host.ask('/api/health')).status).toBe(200)
    expect((await clock.until(answers)).map(({ status }) => status)).toEqual([408, 408])
    expect(clock.now() - epochMs).toBeGreaterThanOrEqual(limits.bodyUploadMs)
    expect(home.list('.')).not.toContain('touched')
  },
)

test('a body that says it is too long is refused before it comes', async () => {
  const { home, host } = await openHost({ 'max-webhook-body': '1KiB' })
  const api = await sendRaw(host.origin, requestOf(pressLine, ['Content-Length: 1048577']))
  expect(api.status).toBe(413)
  expect(api.text).toContain('BODY_TOO_LARGE')
  const headers = ['Content-Length: 1025', 'X-Buttons-Token: s3cret']
  const hook = await sendRaw(host.origin, requestOf(hookLine, headers))
  expect(hook.status).toBe(413)
  expect(hook.text).toContain('body_too_large')
  const endless = await sendRaw(
    host.origin,
    requestOf(pressLine, ['Content-Length: 1000000000000']),
  )
  expect(endless.status).toBe(413)
  await expectHarmless(home, host)
})

test.each([pressLine, hookLine])('a body without an end is cut off: %s', async (line) => {
  const { home, host } = await openHost({ 'max-webhook-body': '1MiB' })
  const head = requestOf(line, ['Transfer-Encoding: chunked', 'X-Buttons-Token: s3cret'])
  const part = Buffer.from(`10000\r\n${' '.repeat(65_536)}\r\n`)
  const poured = pourRaw(host.origin, head, part)
  await expectHarmless(home, host)
  expect((await poured).status).toBe(413)
  await expectHarmless(home, host)
})

test.each([
  ['a length and chunks', ['Content-Length: 2', 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
  ['two lengths', ['Content-Length: 2', 'Content-Length: 3'], '{} '],
  ['a negative length', ['Content-Length: -1'], ''],
  ['a length that is none', ['Content-Length: 0x2'], '{}'],
  ['chunks of no number', ['Transfer-Encoding: chunked'], 'zz\r\n{}\r\n0\r\n\r\n'],
  ['chunks beyond all numbers', ['Transfer-Encoding: chunked'], `${'f'.repeat(17)}\r\n{}\r\n`],
  ['an encoding nobody knows', ['Transfer-Encoding: gzip'], '{}'],
  ['a blank before the colon', ['Content-Length : 2'], '{}'],
  ['a folded header', ['X-A: a', ' b', 'Content-Length: 2'], '{}'],
  ['a NUL in a header', ['X-A: a\0b', 'Content-Length: 2'], '{}'],
])('a request that two readers would cut differently is refused: %s', async (_, headers, body) => {
  const { home, host } = await openHost()
  const answer = await sendRaw(host.origin, requestOf(pressLine, headers, body))
  expect(answer.status).toBe(400)
  await expectHarmless(home, host)
})

test.each([
  ['many', Array.from({ length: 10_000 }, (_, n) => `X-${n}: y`)],
  ['long', [`X-A: ${'y'.repeat(200_000)}`]],
  ['endless names', [`${'X'.repeat(200_000)}: y`]],
])('a flood of headers is refused: %s', async (_, headers) => {
  const { home, host } = await openHost()
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => sendRaw(host.origin, requestOf(pressLine, headers))),
  )
  // The rest of a flood may reset the connection before its answer is read.
  for (const { status } of answers) expect([431, 0]).toContain(status)
  await expectHarmless(home, host)
})

test.each([
  ['GET /api/buttons/%ff%fe HTTP/1.1', 400],
  ['GET /api/buttons/%zz HTTP/1.1', 400],
  ['GET /% HTTP/1.1', 400],
  ['POST /hook%C0%AF HTTP/1.1', 400],
  ['GET /api/\xff\xfe HTTP/1.1', 404],
])('a path that is no UTF-8 is nobody: %j', async (line, status) => {
  const { home, host } = await openHost()
  expect((await sendRaw(host.origin, requestOf(line))).status).toBe(status)
  await expectHarmless(home, host)
})

test('a body that is no UTF-8 presses nothing', async () => {
  const { home, host } = await openHost()
  const body = Buffer.from('{"args":{"who":"\xff\xfe"}}', 'latin1')
  const answer = await sendRaw(
    host.origin,
    requestOf(pressLine, [`Content-Length: ${body.length}`], body),
  )
  expect(answer.status).toBe(400)
  expect(answer.text).toContain('BAD_REQUEST')
  await expectHarmless(home, host)
})

test.each([
  '/api/./buttons/touch/press',
  '/api/x/../buttons/touch/press',
  '/%61pi/buttons/touch/press',
  '/api/buttons/touch%2Fpress',
  '/api%2Fbuttons%2Ftouch%2Fpress',
  '//api/buttons/touch/press',
  '/hook/../api/buttons/touch/press',
  '/healthz/../api/buttons/touch/press',
  '/api/health/../buttons/touch/press',
  '/api/buttons/touch%00/press',
  '/api/buttons/touch/press%00',
  '/api/buttons/touch/press;/../../health',
  '/api/buttons/touch/press#/healthz',
  '/api/buttons/touch/press%3F/healthz',
  'http://127.0.0.1/api/buttons/touch/press',
  'http://127.0.0.1:1@evil.test/api/buttons/touch/press',
])('no spelling of a path gets around the key or out of the public surface: %s', async (path) => {
  const { home, host } = await openHost({ 'api-key': 'k', 'public-host': ['hooks.example.com'] })
  const ask = (headers: string[]) =>
    sendRaw(host.origin, requestOf(`POST ${path} HTTP/1.1`, [...headers, 'Content-Length: 0']))
  expect([400, 401, 404, 405]).toContain((await ask([])).status)
  const asPublic = ['Host: hooks.example.com', 'Authorization: Bearer k']
  expect([400, 404]).toContain((await ask(asPublic)).status)
  const pressed = await host.press('good', {}, { headers: { Authorization: 'Bearer k' } })
  expect(pressed.status).toBe(200)
  expect(home.list('.')).not.toContain('touched')
})

test.each([
  '/../../../../etc/passwd',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/..%2f..%2fetc%2fpasswd',
  '/..\\..\\etc\\passwd',
  '/api/buttons/..%2f..%2fbatteries.json',
  '/api/runs/..%2f..%2fbatteries',
  '/apps/..%2f..%2f/batteries.json',
  '/apps/../data/batteries.json',
  '/hook%00',
  '/hook/',
  '/hook/.',
  '/hook%2f',
  '/HOOK',
])('a path leads nowhere but to what is there: %s', async (path) => {
  const { home, host } = await openHost()
  home.write('data/batteries.json', '{"batteries":{"K":"never-shown"}}')
  for (const method of ['GET', 'POST']) {
    const line = `${method} ${path} HTTP/1.1`
    const answer = await sendRaw(host.origin, requestOf(line, ['X-Buttons-Token: s3cret']))
    expect([308, 400, 404, 405]).toContain(answer.status)
    expect(answer.text).not.toMatch(/never-shown|root:/)
  }
  await expectHarmless(home, host)
})

test('forged signatures and replayed timestamps start nothing, and a replayed delivery nothing more', async () => {
  const { home, host } = await openHost()
  const body = '{"id":"evt_1"}'
  const sign = (secondsAgo: number, secret = 'whsec_k', over = body) => {
    const time = Math.floor(Date.now() / 1000) - secondsAgo
    const mac = createHmac('sha256', secret).update(`${time}.${over}`).digest('hex')
    return { 'Stripe-Signature': `t=${time},v1=${mac}` }
  }
  const send = (headers: Record<string, string>) =>
    host.ask('/signed', { method: 'POST', headers, body })
  const forged: [Record<string, string>, string][] = [
    [{}, 'AUTH_MISSING'],
    [{ 'Stripe-Signature': '' }, 'AUTH_MISSING'],
    [{ 'Stripe-Signature': 't=,v1=' }, 'AUTH_INVALID'],
    [{ 'Stripe-Signature': sign(0)['Stripe-Signature'].replace(/v1=/, 'v0=') }, 'AUTH_INVALID'],
    [{ 'Stripe-Signature': sign(0)['Stripe-Signature'].slice(0, -1) }, 'AUTH_INVALID'],
    [
      { 'Stripe-Signature': sign(0)['Stripe-Signature'].replace(/t=\d+/, 't=9999999999') },
      'AUTH_INVALID',
    ],
    [sign(0, 'whsec_other'), 'AUTH_INVALID'],
    [sign(0, ''), 'AUTH_INVALID'],
    [sign(0, 'whsec_k', '{"id":"evt_2"}'), 'AUTH_INVALID'],
    [sign(400), 'AUTH_EXPIRED'],
    [sign(-400), 'AUTH_EXPIRED'],
  ]
  for (const [headers, code] of forged) {
    const { status, body: told } = await send(headers)
    expect([headers, status, told.error]).toEqual([headers, 401, code])
  }
  await expectHarmless(home, host)
  const [first, again] = [await send(sign(0)), await send(sign(1))]
  expect(first.status).toBe(202)
  expect(again.body).toMatchObject({ duplicate: true, delivery_id: first.body.delivery_id })
  expect((await host.ask('/api/deliveries')).body.data.deliveries).toHaveLength(1)
})

test.each([
  ['another name', ['Host: evil.test'], 403],
  ['a name that begins like ours', ['Host: 127.0.0.1.evil.test'], 403],
  ['a name with somebody before it', ['Host: 127.0.0.1@evil.test'], 403],
  ['a name behind an address', ['Host: evil.test', 'X-Forwarded-Host: 127.0.0.1'], 403],
  ['no name', ['Host:'], 403],
  ['two names', ['Host: 127.0.0.1', 'Host: evil.test'], 403],
  ['two names, the other way', ['Host: evil.test', 'Host: 127.0.0.1'], 403],
  ['a page of another origin', ['Origin: https://evil.test'], 403],
  ['a page of no origin', ['Origin: null'], 403],
  ['a form of another site', ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate'], 403],
  ['a sibling site', ['Sec-Fetch-Site: same-site'], 403],
  ['an origin of our address on another page', ['Origin: http://127.0.0.1.evil.test'], 403],
])('a web page cannot press anything on a host without a key: %s', async (_, headers, status) => {
  const { home, host } = await openHost()
  const asForm = ['Content-Type: application/x-www-form-urlencoded', 'Content-Length: 2']
  const pressed = await sendRaw(host.origin, requestOf(pressLine, [...headers, ...asForm], '{}'))
  expect(pressed.status).toBe(status)
  const listed = await sendRaw(host.origin, requestOf('GET /api/buttons HTTP/1.1', headers))
  expect(listed.status).toBe(status)
  expect(listed.text).not.toContain('touch')
  await expectHarmless(home, host)
})

test.each([
  '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\r\n\r\n',
  'GET / HTTP/9.9\r\n\r\n',
  '\0\r\n\r\n',
  `${'A'.repeat(1_000_000)}\r\n\r\n`,
])('what is no HTTP is turned away: %#', async (text) => {
  const { home, host } = await openHost()
  const { status } = await sendRaw(host.origin, Buffer.from(text, 'latin1'))
  expect([0, 400, 431, 505]).toContain(status)
  await expectHarmless(home, host)
})
