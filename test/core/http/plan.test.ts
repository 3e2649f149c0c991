import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { describeRequest } from '#core/http/describe.ts'
import { type HttpButton, type HttpContext, planRequest } from '#core/http/plan.ts'
import { wireHeaders } from '#core/http/request.ts'

const context: HttpContext = {
  batteries: { TOKEN: 'battery-secret' },
  env: {},
  allowAnyHost: false,
  allowPrivate: false,
  version: '1.2.3',
}

const button: HttpButton = {
  url: 'https://API.example:8443/users/{{user}}?q={{q}}#{{user}}',
  method: 'POST',
  headers: { Authorization: 'Bearer $ENV{TOKEN}', 'Content-Type': 'application/json' },
  body: '{"user":"{{user}}"}',
  args: [
    { name: 'user', type: 'string', required: true },
    { name: 'q', type: 'string', required: false },
  ],
  allowed_host: 'api.example:8443',
  max_response_bytes: 1000,
}

test('a plan holds everything that is sent', () => {
  const plan = planRequest(button, { user: 'a "b"' }, context)
  expect(plan).toEqual({
    method: 'POST',
    url: 'https://api.example:8443/users/a%20%22b%22?q=',
    destination: {
      scheme: 'https',
      host: 'api.example',
      serverName: 'api.example',
      port: 8443,
      authority: 'api.example:8443',
    },
    requestPath: '/users/a%20%22b%22?q=',
    headers: [
      { name: 'Authorization', value: 'Bearer battery-secret' },
      { name: 'Content-Type', value: 'application/json' },
    ],
    defaults: [
      { name: 'User-Agent', value: 'buttons/1.2.3' },
      { name: 'Accept-Encoding', value: 'gzip' },
    ],
    body: new TextEncoder().encode('{"user":"a \\"b\\""}'),
    shownUrl: 'https://API.example:8443/users/a%20%22b%22?q=#a%20%22b%22',
    allowPrivateNetworks: false,
    maxResponseBytes: 1000,
    decompress: true,
    secrets: ['battery-secret'],
  })
})

test('a button with nothing but a URL is a GET without a body', () => {
  const plan = planRequest({ url: 'http://h' }, {}, context)
  expect(plan).toMatchObject({ method: 'GET', url: 'http://h/', headers: [], decompress: true })
  expect(plan).not.toHaveProperty('body')
  expect(wireHeaders(plan)).toEqual([
    ['Host', 'h'],
    ['User-Agent', 'buttons/1.2.3'],
    ['Accept-Encoding', 'gzip'],
  ])
})

test('an encoding the button asks for itself is not unpacked', () => {
  const headers = { 'accept-encoding': 'br' }
  expect(planRequest({ url: 'http://h', headers }, {}, context).decompress).toBe(false)
})

test.each([
  [undefined, 10_485_760],
  [0, 10_485_760],
  [-1, 10_485_760],
  [1, 1],
])('the declared cap %p means %d bytes', (declared, bytes) => {
  const capped = {
    url: 'http://h',
    ...(declared !== undefined && { max_response_bytes: declared }),
  }
  expect(planRequest(capped, {}, context).maxResponseBytes).toBe(bytes)
})

test('private networks need the button or the environment to allow them', () => {
  const url = 'http://127.0.0.1:1/'
  expect(() => planRequest({ url }, {}, context)).toThrow('refusing request: SSRF blocked')
  const allowed = [
    planRequest({ url, allow_private_networks: true }, {}, context),
    planRequest({ url }, {}, { ...context, allowPrivate: true }),
  ]
  for (const plan of allowed) expect(plan.allowPrivateNetworks).toBe(true)
})

test.each([
  ['post', 'POST'],
  ['', 'GET'],
  ['M-SEARCH', 'M-SEARCH'],
])('the method %j is sent as %s', (method, sent) =>
  expect(planRequest({ url: 'http://h', method }, {}, context).method).toBe(sent),
)

test.each([['CONNECT'], ['connect'], ['GET /x'], ['G\r\nET'], ['{{m}}']])(
  'the method %j cannot be sent',
  (method) => {
    const act = () => planRequest({ url: 'http://h', method }, { m: 'GET' }, context)
    expect(act).toThrow(expect.objectContaining({ code: 'SCRIPT_ERROR' }))
  },
)

test('a target that is refused is a VALIDATION_ERROR', () => {
  expect(() => planRequest({ ...button, allowed_host: 'other' }, {}, context)).toThrow(
    'refusing request: host "API.example:8443" is not the allowed host "other"',
  )
})

test('a dry run shows the request with header values masked and secrets taken out', () => {
  const secret = { ...button, args: [{ ...button.args![0]!, secret: true }] }
  const plan = planRequest(secret, { user: 'p&ss word', q: 'x' }, context)
  expect(describeRequest(plan)).toEqual({
    url: 'https://API.example:8443/users/[redacted]?q=x#[redacted]',
    method: 'POST',
    headers: { Authorization: '••••••••', 'Content-Type': '••••••••' },
    body: '{"user":"[redacted]"}',
  })
})

test('a dry run of a request without headers and body says so', () => {
  expect(describeRequest(planRequest({ url: 'http://h/x#f' }, {}, context))).toEqual({
    url: 'http://h/x#f',
    method: 'GET',
    headers: {},
  })
})

test('no argument changes where a request goes, by which method, or how many headers it has', () => {
  const args = fc.record({
    user: fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.webUrl(),
      fc.constantFrom('..', '@evil', '//e'),
    ),
    q: fc.string(),
    evil: fc.string(),
  })
  const templated = { ...button, headers: { ...button.headers, 'X-User': '{{user}}' } }
  const plain = planRequest(templated, { user: 'u', q: 'q' }, context)
  fc.assert(
    fc.property(args, (values) => {
      try {
        const plan = planRequest(templated, values, context)
        expect(plan.destination).toEqual(plain.destination)
        expect(plan.method).toBe('POST')
        expect(new URL(plan.url).host).toBe('api.example:8443')
        expect(plan.requestPath.split('/')).toHaveLength(plain.requestPath.split('/').length)
        expect(wireHeaders(plan)).toHaveLength(wireHeaders(plain).length)
      } catch (error) {
        expect(error).toMatchObject({ code: 'VALIDATION_ERROR' })
      }
    }),
    { numRuns: 500 },
  )
})
