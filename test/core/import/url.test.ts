import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { checkImportUrl, planUrlImport } from '#core/import/url.ts'

const from = 'https://example.com/button.json'
const spec = {
  schema_version: 2,
  name: 'ticket',
  description: 'Open a ticket',
  runtime: 'http',
  url: 'https://tracker.example.com/{{p}}',
  method: 'post',
  headers: { A: '1' },
  body: '{}',
  args: [{ name: 'p', type: 'string', required: true, note: 'dropped' }],
  env: { PATH: '/evil' },
  timeout_seconds: 20,
  max_response_bytes: 1000,
  allow_private_networks: true,
  allowed_host: '*',
  mcp_enabled: true,
  output_schema: { type: 'object' },
  queue: { name: 'q', concurrency: 2, key: 'k', more: 1 },
  triggers: [{ id: 'a', kind: 'cron', schedule: '* * * * *', created_at: '' }],
}

test('a spec brings what it does and leaves behind what would widen its reach', () => {
  expect(planUrlImport(from, JSON.stringify(spec))).toEqual({
    name: 'ticket',
    description: 'Open a ticket',
    args: [{ name: 'p', type: 'string', required: true }],
    timeoutSeconds: 20,
    source: {
      kind: 'http',
      url: 'https://tracker.example.com/{{p}}',
      method: 'POST',
      headers: { A: '1' },
      body: '{}',
      maxResponseBytes: 1000,
      allowPrivateNetworks: false,
    },
    queue: { name: 'q', concurrency: 2, key: 'k' },
    outputSchema: { type: 'object' },
  })
})

test('what is missing gets its default, and a given name wins', () => {
  const draft = planUrlImport(from, '{"url":"http://h"}', 'mine')
  expect(draft).toMatchObject({
    name: 'mine',
    args: [],
    timeoutSeconds: 300,
    source: { method: 'GET', headers: {}, maxResponseBytes: 10_485_760 },
  })
})

test.each([
  ['<html>', 'not valid JSON'],
  ['[]', 'it must be Object'],
  ['{"name":"x"}', 'no "url"'],
  ['{"url":"https://h"}', 'no name'],
  ['{"name":"x","url":5}', '"url" must be'],
])('%s is refused', (text, why) => {
  expect(() => planUrlImport(from, text)).toThrow(
    expect.objectContaining({ code: 'IMPORT_ERROR', message: expect.stringContaining(why) }),
  )
})

test.each([
  { ...spec, args: [{ name: 'a b', type: 'string', required: true }] },
  { ...spec, headers: { A: 'x\r\nB: y' } },
  { ...spec, method: 'GET /' },
])('a spec that no create would take is refused', (bad) => {
  expect(() => planUrlImport(from, JSON.stringify(bad))).toThrow(
    expect.objectContaining({ code: 'IMPORT_ERROR', message: expect.stringContaining(from) }),
  )
})

test.each(['ftp://h/x', 'file:///etc/passwd', 'example.com', ''])('%j is no address', (url) => {
  expect(() => checkImportUrl(url)).toThrow(expect.objectContaining({ code: 'IMPORT_ERROR' }))
})

test('any text is a draft without private networks or a refusal', () => {
  const mutated = fc
    .record({ key: fc.constantFrom(...Object.keys(spec)), value: fc.jsonValue() })
    .map(({ key, value }) => JSON.stringify({ ...spec, [key]: value }))
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), mutated), (text) => {
      try {
        expect(planUrlImport(from, text).source).toMatchObject({ allowPrivateNetworks: false })
      } catch (error) {
        expect((error as { code: string }).code).toBe('IMPORT_ERROR')
      }
    }),
  )
})
