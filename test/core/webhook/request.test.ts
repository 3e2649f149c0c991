// From the bytes of a request to what a run sees of it.

import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { findDedupeKey } from '#core/webhook/dedupe.ts'
import { askFilter, findFilterFault } from '#core/webhook/filter.ts'
import { findHandshake } from '#core/webhook/handshake.ts'
import { canonicalHeader, headerKeeper } from '#core/webhook/headers.ts'
import { mapArgs } from '#core/webhook/mapBody.ts'
import { readPairs, readQuery } from '#core/webhook/query.ts'
import { type Received, receivedInput } from '#core/webhook/received.ts'
import { planRetry } from '#core/webhook/retry.ts'

const encode = (text: string) => new TextEncoder().encode(text)

test.each([
  ['x-github-event', 'X-Github-Event'],
  ['ETag', 'Etag'],
  ['x', 'X'],
  ['x--y', 'X--Y'],
  ['X_Y', 'X_y'],
])('the header %s is called %s', (name, canonical) => {
  expect(canonicalHeader(name)).toBe(canonical)
})

test('what proves who somebody is does not stay', () => {
  const headers = Object.entries({
    'content-type': 'text/plain',
    host: 'h',
    'transfer-encoding': 'chunked',
    authorization: 'Basic x',
    cookie: 'a=b',
    'proxy-authorization': 'x',
    'x-buttons-token': 't',
    'x-own': 'secret',
    'x-hub-signature-256': 'sha256=aa',
  })
  expect(headerKeeper({ type: 'header', header_name: 'X-OWN' })(headers)).toEqual({
    'Content-Type': 'text/plain',
    'X-Hub-Signature-256': 'sha256=aa',
  })
})

test('a header with an odd name is only a header', () => {
  const kept = headerKeeper(undefined)([['__proto__', 'x']])
  expect(Object.keys(kept)).toEqual(['__proto__'])
})

test.each([
  ['token=1&token=2&q=a+b', { q: 'a b' }],
  ['a=1&a=2', { a: '1' }],
  ['a&b=&=c', { a: '', b: '', '': 'c' }],
  ['a=%zz&b=1', { b: '1' }],
  ['a=b=c', { a: 'b=c' }],
  ['%C3%A4=%20', { ä: ' ' }],
  ['', {}],
])('the query %s', (text, pairs) => {
  expect(readQuery(text)).toEqual(pairs as Record<string, string>)
})

test('what a browser writes is read back', () => {
  const pairs = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }))
  fc.assert(
    fc.property(pairs, (given) => {
      expect({ ...readPairs(new URLSearchParams(given).toString()) }).toEqual({ ...given })
    }),
  )
})

const received: Received = {
  id: 'dlv_1',
  method: 'POST',
  path: '/x',
  query: {},
  headers: { 'Content-Type': 'text/plain', 'X-Github-Event': 'push' },
  body: encode('{"a":{"b":[1,2]},"n":3}'),
  receivedMs: Date.parse('2026-04-20T15:00:00.900Z'),
  replayed: false,
}

test.each([
  ['{"a":1}', { a: 1 }],
  ['a=1&b=2', 'a=1&b=2'],
  ['', null],
  ['[1]', [1]],
  ['"x"', 'x'],
  ['3', 3],
])('the body %s', (text, body) => {
  expect(receivedInput({ ...received, body: encode(text) }, 1, false).body).toEqual(body)
})

test('a run sees where, when and how often', () => {
  expect(receivedInput({ ...received, replayed: true }, 2, false)).toEqual({
    body: { a: { b: [1, 2] }, n: 3 },
    headers: received.headers,
    query: {},
    method: 'POST',
    path: '/x',
    received_at: '2026-04-20T15:00:00Z',
    delivery_id: 'dlv_1',
    attempt: 2,
    replayed: true,
  })
})

test('a form comes as fields, too, and the raw text only when it is wanted', () => {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' }
  const input = receivedInput({ ...received, headers, body: encode('a=1&a=2&b=+') }, 1, true)
  expect(input).toMatchObject({
    body: 'a=1&a=2&b=+',
    raw_body: 'a=1&a=2&b=+',
    form: { a: '1', b: ' ' },
  })
})

const sent = (headers: Record<string, string>, body = '') => ({
  header: (name: string) => headers[name.toLowerCase()],
  body: encode(body),
})
const slackTime = { 'x-slack-request-timestamp': '5' }

test.each([
  ['github', {}, sent({ 'x-github-delivery': 'g' }), 'g'],
  ['stripe', {}, sent({}, '{"id":"evt"}'), 'evt'],
  ['stripe without JSON', {}, sent({}, 'x'), undefined],
  ['slack', {}, sent(slackTime, '{"event_id":"Ev"}'), 'Ev'],
  ['standard-webhooks', {}, sent({ 'webhook-id': 'm' }), 'm'],
  ['svix', {}, sent({ 'svix-id': 's' }), 's'],
  ['basic', {}, sent({ 'idempotency-key': 'k' }), 'k'],
  ['none', {}, sent({}), undefined],
  ['github', { dedupe: false }, sent({ 'x-github-delivery': 'g' }), undefined],
  ['github', { dedupe: { header: 'X-Own' } }, sent({ 'x-own': 'o' }), 'o'],
  ['none', { dedupe: { body: 'a.b' } }, sent({}, '{"a":{"b":7}}'), '7'],
  ['none', { dedupe: { body: 'a.b' } }, sent({}, '{"a":{"b":{}}}'), undefined],
  ['none', { dedupe: { body: 'a.length' } }, sent({}, '{"a":"xy"}'), undefined],
])('a delivery for %s with %p', (type, more, call, key) => {
  expect(findDedupeKey({ auth: { type: type.split(' ')[0]! }, ...more }, call)).toBe(key)
})

test('Slack commands are told apart by time and content', () => {
  const find = (body: string) => findDedupeKey({ auth: { type: 'slack' } }, sent(slackTime, body))
  expect(find('a=1')).toMatch(/^5:[0-9a-f]{64}$/)
  expect(find('a=1')).not.toBe(find('a=2'))
})

test('providers that try whether somebody is there get their answer', () => {
  const slack = { type: 'slack' }
  const ask = (body: string) => findHandshake(slack, sent({}, body))
  expect(ask('{"type":"url_verification","challenge":"c"}')).toEqual({ challenge: 'c' })
  expect(ask('{"type":"url_verification","challenge":1}')).toBeUndefined()
  expect(ask('{"type":"event_callback"}')).toBeUndefined()
  expect(ask('null')).toBeUndefined()
  const ping = sent({ 'x-github-event': 'ping' })
  expect(findHandshake({ type: 'github' }, ping)).toEqual({ skipped: 'ping' })
  expect(findHandshake({ type: 'basic' }, ping)).toBeUndefined()
})

const input = receivedInput(received, 1, false)

test.each([
  ['inputs.webhook.body.n == 3', true],
  ['inputs.webhook.body.n > 3', false],
  ['${inputs.webhook.body.n == 3}', true],
  ['inputs.webhook.headers["x-github-event"] == "push"', true],
  ['inputs.webhook.headers.X_Github_Event.matches("^pu")', true],
  ['inputs.webhook.body.nothing == 3', false],
])('the filter %s', async (filter, passes) => {
  expect(await askFilter(filter, input, {})).toEqual({ passes })
})

test.each(['inputs.webhook.body.n', '1 / 0 == 1'])(
  'a filter that gives no answer lets the delivery through: %s',
  async (filter) => {
    expect(await askFilter(filter, input, {})).toEqual({
      passes: true,
      trouble: expect.any(String),
    })
  },
)

test('a filter that is no expression is found before anybody calls', () => {
  expect(findFilterFault('a ==')).toBeString()
  expect(findFilterFault('inputs.webhook.body.a == 1')).toBeUndefined()
})

test('arguments take values from the webhook, and from nowhere else', async () => {
  const args = {
    n: '${webhook.body.n}',
    text: 'on ${webhook.headers.x-github-event} to ${inputs.webhook.path}',
    list: '${webhook.body.a.b}',
    env: '$ENV{HOME}',
    plain: 'as it is',
  }
  expect(await mapArgs(args, input)).toEqual({
    n: '3',
    text: 'on push to /x',
    list: '[1,2]',
    env: '',
    plain: 'as it is',
  })
})

test('what a webhook brings is never an expression itself', async () => {
  const hostile = receivedInput({ ...received, body: encode('{"n":"${webhook.path}"}') }, 1, false)
  expect(await mapArgs({ n: '${webhook.body.n}' }, hostile)).toEqual({ n: '${webhook.path}' })
})

test('a retry waits as its policy says', () => {
  const delays = (policy: unknown) => [1, 2, 3].map((attempt) => planRetry(policy).delayMs(attempt))
  expect(planRetry(undefined).maxAttempts).toBe(1)
  expect(planRetry({ max_attempts: 3 }).maxAttempts).toBe(3)
  expect(planRetry({ max_attempts: 1e9 }).maxAttempts).toBe(100)
  expect(planRetry({ max_attempts: 'x' }).maxAttempts).toBe(1)
  expect(delays({ backoff: 'fixed', initial_seconds: 5 })).toEqual([5000, 5000, 5000])
  expect(delays({ backoff: 'exponential', initial_seconds: 5 })).toEqual([5000, 10_000, 20_000])
  expect(delays({ backoff: 'exponential', initial_seconds: 1e9 })[2]).toBe(3_600_000)
})
