// Uploads made at random: whatever comes, the registry stays up, and what it takes can be installed.

import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { gunzipSync, gzipSync } from 'node:zlib'
import { buttons } from '../helpers/buttons.ts'
import { archiveOf, serveRegistry } from '../helpers/ownRegistry.ts'
import { clientOf } from '../helpers/proxies.ts'

const whole = Buffer.from(archiveOf('@acme/hello', '1'))
const plain = gunzipSync(whole)

const place = (length: number) => fc.nat({ max: length - 1 })

/** A good archive in which bytes of the tar, or of the gzip, were changed, cut or doubled. */
const damaged = fc.oneof(
  fc
    .array(fc.tuple(place(plain.length), fc.nat(255)), { minLength: 1, maxLength: 8 })
    .map((changes) => {
      const tar = Buffer.from(plain)
      for (const [at, byte] of changes) tar[at] = byte
      return gzipSync(tar)
    }),
  fc.tuple(place(whole.length), fc.nat(255)).map(([at, byte]) => {
    const archive = Buffer.from(whole)
    archive[at] = byte
    return archive
  }),
  place(plain.length).map((end) => gzipSync(plain.subarray(0, end))),
  place(plain.length).map((at) => gzipSync(Buffer.concat([plain.subarray(at), plain]))),
  fc.uint8Array({ maxLength: 2000 }).map((bytes) => gzipSync(bytes)),
  fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
)

test('an archive is taken whole or refused, and what was taken can be installed', async () => {
  const registry = await serveRegistry()
  await fc.assert(
    fc.asyncProperty(damaged, async (archive) => {
      const { status } = await registry.publish('@acme/hello', 1, { archive })
      expect([201, 400, 409]).toContain(status)
    }),
    { numRuns: 150 },
  )
  expect((await registry.ask('/v1/meta')).status).toBe(200)
  if ((await registry.index()).length === 0)
    expect((await registry.publish('@acme/hello', 1)).status).toBe(201)
  const user = clientOf(registry.origin, registry.write)
  await buttons('add @acme/hello --yes').in(user).data()
})

test('no path and no header brings the registry down', async () => {
  const registry = await serveRegistry()
  const segment = fc.oneof(
    fc.constantFrom('@acme', 'hello', '1', 'download', 'yank', '..', '%2e%2e', '%00', '', 'index'),
    fc.string({ maxLength: 20 }).map(encodeURIComponent),
  )
  const header = fc.stringMatching(/^[ -~]{0,40}$/)
  const call = fc.record({
    path: fc.array(segment, { maxLength: 6 }).map((parts) => `/v1/${parts.join('/')}`),
    method: fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'HEAD'),
    key: fc.constantFrom('', registry.read, registry.admin, 'x'),
    headers: fc.record({
      'X-Content-Sha256': header,
      'X-Button-Kind': header,
      'X-Buttons-Device': header,
      'If-None-Match': header,
    }),
  })
  await fc.assert(
    fc.asyncProperty(call, async ({ path, method, key, headers }) => {
      const { status } = await registry.as(key, path, { method, headers })
      expect(status).toBeLessThan(500)
    }),
    { numRuns: 300 },
  )
})
