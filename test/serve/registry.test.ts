// The registry of a host, by raw requests (registry 14): who may, what becomes a version, in which
// order versions stand, and what is refused. Devices are in registryDevices.test.ts.

import { describe, expect, test } from 'bun:test'
import { Database } from 'bun:sqlite'
import { readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { openBunHost } from '#host/bun.ts'
import { HostError } from '#host/host.ts'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome } from '../helpers/home.ts'
import { serveHome } from '../helpers/hosts.ts'
import {
  archiveOf,
  makeKey,
  newDevice,
  type OwnRegistry,
  rawArchive,
  serveRegistry,
} from '../helpers/ownRegistry.ts'
import { until } from '../helpers/program.ts'
import { forwardClock } from '../helpers/proxies.ts'
import { buttonFiles, drawerFiles, pack, sha256 } from '../helpers/registry.ts'

const download = (name: string, version: number) => `/v1/buttons/${name}/${version}/download`

function blobs({ home }: OwnRegistry): string[] {
  const root = join(home.data, 'registry', 'blobs')
  return home.list('data/registry/blobs').flatMap((folder) => readdirSync(join(root, folder)))
}

test('what is published is listed, and handed out byte for byte', async () => {
  const registry = await serveRegistry()
  const archive = archiveOf('@acme/hello', '1')
  const published = await registry.publish('@acme/hello', 1, { archive })
  const hash = sha256(archive)
  expect([published.status, published.body]).toEqual([
    201,
    { ok: true, name: '@acme/hello', version: '1', sha256: hash },
  ])
  const { body: rows } = await registry.as(registry.read, '/v1/index')
  expect(rows).toEqual([
    {
      name: '@acme/hello',
      kind: 'button',
      version: '1',
      sha256: hash,
      content_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      published_at: expect.stringMatching(/^\d{4}-.*Z$/),
      size: archive.length,
    },
  ])
  const got = await fetch(registry.origin + download('@acme/hello', 1), {
    headers: { Authorization: `bearer ${registry.read}` },
    decompress: false,
  } as RequestInit)
  expect(Buffer.from(await got.arrayBuffer())).toEqual(Buffer.from(archive))
  expect(Object.fromEntries(got.headers)).toMatchObject({
    'content-type': 'application/gzip',
    'content-length': String(archive.length),
    'x-content-sha256': hash,
    etag: `"${hash}"`,
    'cache-control': 'private, max-age=31536000, immutable',
  })
  expect(got.headers.get('content-encoding')).toBeNull()
})

test('the database and every archive are their owner’s alone', async () => {
  const registry = await serveRegistry()
  await registry.publish('@acme/hello', 1)
  const mode = (path: string) => statSync(join(registry.home.data, 'registry', path)).mode & 0o777
  const [blob] = blobs(registry)
  const folder = `blobs/${blob!.slice(0, 2)}`
  expect([mode(''), mode('blobs'), mode(folder)]).toEqual([0o700, 0o700, 0o700])
  expect([mode('registry.db'), mode(`${folder}/${blob}`)]).toEqual([0o600, 0o600])
  for (const name of registry.home.list('data/registry').filter((one) => one.includes('-')))
    expect(mode(name)).toBe(0o600)
})

test('meta is for everybody, with the least version when there is one', async () => {
  const registry = await serveRegistry({ 'min-cli-version': '1.2.0' })
  const meta = { service: 'buttons-registry', min_cli_version: '1.2.0' }
  for (const key of ['', 'wrong', registry.read]) {
    const { status, body, headers } = await registry.as(key, '/v1/meta')
    expect([status, body, headers.get('cache-control')]).toEqual([200, meta, 'max-age=60'])
  }
  const plain = await serveRegistry()
  expect((await plain.ask('/v1/meta')).body).toEqual({ service: 'buttons-registry' })
})

describe('keys', () => {
  test.each([
    ['no key', '', 401, 'UNAUTHORIZED'],
    ['an unknown key', 'bpt_wrong', 401, 'UNAUTHORIZED'],
  ])('%s opens nothing', async (_, key, status, code) => {
    const registry = await serveRegistry()
    await registry.publish('@acme/hello', 1)
    for (const path of ['/v1/index', download('@acme/hello', 1), '/v1/buttons/nothing']) {
      const asked = await registry.as(key, path)
      expect([asked.status, asked.body.ok, asked.body.error.code]).toEqual([status, false, code])
      expect(asked.body.error.message).not.toBe('')
      expect(asked.headers.get('www-authenticate')).toBe('Bearer')
    }
    expect((await registry.publish('@acme/hello', 2, { key })).status).toBe(status)
  })

  test('a write key reads, a read key does not publish, only an admin key yanks', async () => {
    const registry = await serveRegistry()
    const { read, write, admin } = registry
    expect((await registry.publish('@acme/hello', 1, { key: read })).body.error.code).toBe(
      'FORBIDDEN',
    )
    expect((await registry.publish('@acme/hello', 1, { key: write })).status).toBe(201)
    expect((await registry.publish('@acme/hello', 2, { key: admin })).status).toBe(201)
    expect(await registry.index(write)).toEqual(['@acme/hello@1', '@acme/hello@2'])
    const yank = (key: string) =>
      registry.as(key, '/v1/buttons/@acme/hello/2/yank', { method: 'POST' })
    expect((await yank(read)).status).toBe(403)
    expect((await yank(write)).status).toBe(403)
    expect((await yank(admin)).body).toMatchObject({ ok: true, yanked: true })
    expect(await registry.index()).toEqual(['@acme/hello@2', '@acme/hello@1'])
  })

  test('a key sees and changes its own desks only, and does not learn of others', async () => {
    const registry = await serveRegistry()
    const key = await makeKey(registry.home, 'write', '--desk', '@acme')
    await registry.publish('@acme/hello', 1, { key })
    await registry.publish('@other/hello', 1)
    expect(await registry.index(key)).toEqual(['@acme/hello@1'])
    expect(await registry.index()).toEqual(['@acme/hello@1', '@other/hello@1'])
    const hidden = await registry.as(key, download('@other/hello', 1))
    expect([hidden.status, hidden.body.error.code]).toEqual([404, 'NOT_FOUND'])
    const refused = await registry.publish('@other/hello', 2, { key })
    expect([refused.status, refused.body.error.code]).toEqual([403, 'FORBIDDEN'])
  })

  test('a revoked key is refused at once, by a host that runs', async () => {
    const registry = await serveRegistry()
    const words = 'registry key create --role read --label laptop'
    const { id, key } = await buttons(words).in(registry.home).data<{ id: string; key: string }>()
    expect((await registry.as(key, '/v1/index')).status).toBe(200)
    await buttons(`registry key revoke ${id}`)
      .in(registry.home)
      .expect({ data: { id, revoked_at: expect.any(String) } })
    expect((await registry.as(key, '/v1/index')).status).toBe(401)
  })

  test('a key that is revoked during an upload no longer publishes', async () => {
    const registry = await serveRegistry()
    const made = await buttons('registry key create --role write')
      .in(registry.home)
      .data<{ id: string; key: string }>()
    const archive = archiveOf('@acme/hello', '1')
    const revoked = Promise.withResolvers<void>()
    const body = new ReadableStream({
      start: async (controller) => {
        controller.enqueue(archive.subarray(0, 100))
        await revoked.promise
        controller.enqueue(archive.subarray(100))
        controller.close()
      },
    })
    const published = registry.as(made.key, '/v1/buttons/@acme/hello/1', {
      method: 'POST',
      body,
      headers: { 'X-Content-Sha256': sha256(archive) },
    })
    // It was let in, as its use shows.
    const isUsed = async () => {
      const { keys } = await buttons('registry key list')
        .in(registry.home)
        .data<{ keys: { id: string; last_used_at?: string }[] }>()
      return keys.some(({ id, last_used_at }) => id === made.id && last_used_at !== undefined)
    }
    while (!(await isUsed())) await Bun.sleep(5)
    await buttons(`registry key revoke ${made.id}`).in(registry.home).data()
    revoked.resolve()
    expect((await published).status).toBe(401)
    expect(await registry.index()).toEqual([])
  })

  test('whoever guesses keys is told to come back later', async () => {
    const registry = await serveRegistry()
    const statuses = []
    for (let n = 0; n < 22; n++) statuses.push((await registry.as(`no${n}`, '/v1/index')).status)
    expect(statuses.slice(0, 20)).toEqual(Array(20).fill(401))
    expect(statuses.slice(20)).toEqual([429, 429])
    expect((await registry.as(registry.read, '/v1/index')).status).toBe(200)
  })

  test('the API key is worthless here, and a registry key is worthless there', async () => {
    const registry = await serveRegistry({ 'api-key': 'api-secret' })
    expect((await registry.as('api-secret', '/v1/index')).status).toBe(401)
    expect((await registry.as(registry.admin, '/api/buttons')).status).toBe(401)
    expect((await registry.as(registry.read, '/v1/index')).status).toBe(200)
  })

  test('as long as there never was a key, this machine needs none', async () => {
    const home = emptyHome()
    const host = await serveHome(home, { registry: true })
    const archive = archiveOf('@acme/hello', '1')
    const put = await host.ask('/v1/buttons/@acme/hello/1', {
      method: 'POST',
      body: Uint8Array.from(archive),
      headers: { 'X-Content-Sha256': sha256(archive), Authorization: 'Bearer whatever' },
    })
    expect(put.status).toBe(201)
    expect((await host.ask('/v1/index')).status).toBe(200)
    const foreign = await host.ask('/v1/index', { headers: { Origin: 'https://evil.example' } })
    expect(foreign.status).toBe(403)
    const { id, key } = await buttons('registry key create')
      .in(home)
      .data<{ id: string; key: string }>()
    expect((await host.ask('/v1/index')).status).toBe(401)
    await buttons(`registry key revoke ${id}`).in(home).expect({ data: { id } })
    expect((await host.ask('/v1/index')).status).toBe(401)
    expect(
      (await host.ask('/v1/index', { headers: { Authorization: `Bearer ${key}` } })).status,
    ).toBe(401)
  })

  test.each([
    ['others can reach it', { host: '0.0.0.0', 'api-key': 'k' }],
    ['strangers shall', { 'expose-registry': true }],
  ])('without a key it does not start where %s', async (_, flags) => {
    await expect(serveHome(emptyHome(), { registry: true, ...flags })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
    })
  })
})

describe('the index', () => {
  test('the greatest version stands last, whenever it came', async () => {
    const registry = await serveRegistry()
    for (const version of [1, 3, 2, 10]) await registry.publish('@acme/hello', version)
    await registry.publish('@acme/aaa', 1)
    expect(await registry.index()).toEqual([
      '@acme/aaa@1',
      ...[1, 2, 3, 10].map((version) => `@acme/hello@${version}`),
    ])
  })

  test('a yanked version is never the newest, can be had, and comes back', async () => {
    const registry = await serveRegistry()
    for (const version of [1, 2, 3]) await registry.publish('@acme/hello', version)
    const yank = (words: string) => buttons(`registry yank @acme/hello@${words}`).in(registry.home)
    await yank('3').expect({ data: { name: '@acme/hello', version: '3', yanked: true } })
    const order = [3, 1, 2].map((version) => `@acme/hello@${version}`)
    expect(await registry.index()).toEqual(order)
    expect((await registry.as(registry.read, download('@acme/hello', 3))).status).toBe(200)
    const again = await registry.publish('@acme/hello', 3)
    expect(again.body.error).toMatchObject({ code: 'VERSION_EXISTS', latest: '3' })
    for (const version of [1, 2]) await yank(`${version}`)
    expect(await registry.index()).toEqual([])
    await yank('3 --undo').expect({ data: { yanked: false } })
    expect((await registry.index()).at(-1)).toBe('@acme/hello@3')
    await yank('9').expect({ error: { code: 'NOT_FOUND' } })
  })

  test('its tag changes with every version, yank, and set of desks, and with nothing else', async () => {
    const registry = await serveRegistry()
    const key = await makeKey(registry.home, 'read', '--desk', '@acme')
    const tag = async (one = registry.read) =>
      (await registry.as(one, '/v1/index')).headers.get('etag')!
    const empty = await tag()
    await registry.publish('@acme/hello', 1)
    const first = await tag()
    expect(await tag()).toBe(first)
    expect(await tag(key)).not.toBe(first)
    await buttons('registry yank @acme/hello@1').in(registry.home)
    const yanked = await tag()
    expect(new Set([empty, first, yanked]).size).toBe(3)
    const same = await registry.as(registry.read, '/v1/index', {
      headers: { 'If-None-Match': `"x", W/${yanked}` },
    })
    expect([same.status, same.text, same.headers.get('etag')]).toEqual([304, '', yanked])
    const other = await registry.as(registry.read, '/v1/index', {
      headers: { 'If-None-Match': first },
    })
    expect(other.status).toBe(200)
  })

  test('what the spec says of itself is in its row', async () => {
    const registry = await serveRegistry()
    const spec = {
      version: '1',
      description: 'Says hi',
      tags: ['ops'],
      requires_batteries: ['KEY'],
    }
    await registry.publish('@acme/hello', 1, { files: buttonFiles('hello', 'echo', spec) })
    const { body } = await registry.as(registry.read, '/v1/index')
    expect(body[0]).toMatchObject({
      tags: ['ops'],
      description: 'Says hi',
      requires_batteries: ['KEY'],
    })
  })
})

describe('publishing', () => {
  const files = (spec: object) => ({
    files: buttonFiles('hello', 'echo', { version: '1', ...spec }),
  })
  const escaping = rawArchive([
    { name: 'hello/button.json', data: buttonFiles('hello', '', { version: '1' })['button.json']! },
    { name: 'hello/../evil', data: 'x' },
  ])
  const twoRoots = rawArchive([
    { name: 'a/button.json', data: buttonFiles('hello', '', { version: '1' })['button.json']! },
    { name: 'b/main.sh', data: 'x' },
  ])
  const flow = { 'X-Button-Kind': 'drawer', 'X-Drawer-Kind': 'flow' }

  test.each([
    ['a version that is no number', '@acme/hello', 'x', {}, 400, 'BAD_VERSION'],
    ['version 0', '@acme/hello', '0', {}, 400, 'BAD_VERSION'],
    ['version 01', '@acme/hello', '01', {}, 400, 'BAD_VERSION'],
    ['a version of ten digits', '@acme/hello', '1000000000', {}, 400, 'BAD_VERSION'],
    ['a name that is none', '@acme/-x', '1', {}, 400, 'BAD_NAME'],
    ['a desk without its mark', 'acme/hello', '1', {}, 400, 'BAD_NAME'],
    ['a slash inside a name', '@acme/a%2Fb', '1', {}, 400, 'BAD_NAME'],
    ['a path that is none', '@acme/hello/1', 'x', {}, 400, 'BAD_PATH'],
    [
      'another hash',
      '@acme/hello',
      '1',
      { headers: { 'X-Content-Sha256': sha256('') } },
      400,
      'HASH_MISMATCH',
    ],
    ['no hash', '@acme/hello', '1', { headers: { 'X-Content-Sha256': '' } }, 400, 'HASH_MISMATCH'],
    ['no gzip', '@acme/hello', '1', { archive: Buffer.from('hello') }, 400, 'INVALID_ARTIFACT'],
    ['nothing', '@acme/hello', '1', { archive: new Uint8Array() }, 400, 'INVALID_ARTIFACT'],
    ['no tar', '@acme/hello', '1', { archive: gzipSync('x'.repeat(600)) }, 400, 'INVALID_ARTIFACT'],
    [
      'half a gzip',
      '@acme/hello',
      '1',
      { archive: archiveOf('@acme/hello', '1').slice(0, 99) },
      400,
      'INVALID_ARTIFACT',
    ],
    ['a path that climbs', '@acme/hello', '1', { archive: escaping }, 400, 'INVALID_ARTIFACT'],
    ['two roots', '@acme/hello', '1', { archive: twoRoots }, 400, 'INVALID_ARTIFACT'],
    ['no spec', '@acme/hello', '1', { files: { 'main.sh': 'x' } }, 400, 'INVALID_ARTIFACT'],
    [
      'a broken spec',
      '@acme/hello',
      '1',
      { files: { 'button.json': '{' } },
      400,
      'INVALID_ARTIFACT',
    ],
    [
      'a drawer as button',
      '@acme/hello',
      '1',
      { files: drawerFiles('hello', []) },
      400,
      'KIND_MISMATCH',
    ],
    [
      'a button as drawer',
      '@acme/hello',
      '1',
      { headers: { 'X-Button-Kind': 'drawer' } },
      400,
      'KIND_MISMATCH',
    ],
    [
      'an unknown kind',
      '@acme/hello',
      '1',
      { headers: { 'X-Button-Kind': 'tag' } },
      400,
      'KIND_MISMATCH',
    ],
    [
      'another version inside',
      '@acme/hello',
      '1',
      files({ version: '2' }),
      400,
      'VERSION_MISMATCH',
    ],
    ['another name inside', '@acme/hello', '1', files({ name: 'other' }), 400, 'NAME_MISMATCH'],
    [
      'a bad requirement',
      '@acme/hello',
      '1',
      files({ requires: { '@a/b': '^1' } }),
      400,
      'INVALID_SPEC',
    ],
    [
      'a flow that is none',
      '@acme/hello',
      '1',
      { headers: { 'X-Drawer-Kind': 'flow' } },
      400,
      'FLOW_MISMATCH',
    ],
    [
      'an action drawer as flow',
      '@acme/d',
      '1',
      { files: drawerFiles('d', []), headers: flow },
      400,
      'FLOW_MISMATCH',
    ],
    [
      'a forged signature',
      '@acme/hello',
      '1',
      {
        headers: {
          'X-Buttons-Publisher': newDevice().publicKey,
          'X-Buttons-Package-Signature': newDevice().sign('x'),
        },
      },
      400,
      'INVALID_SIGNATURE',
    ],
    [
      'a signature without a key',
      '@acme/hello',
      '1',
      { headers: { 'X-Buttons-Package-Signature': newDevice().sign('x') } },
      400,
      'INVALID_SIGNATURE',
    ],
  ] as const)(
    '%s is refused, and nothing of it is kept',
    async (_, name, version, upload, status, code) => {
      const registry = await serveRegistry()
      const refused = await registry.publish(name, version, upload)
      expect([refused.status, refused.body.error.code]).toEqual([status, code])
      expect(await registry.index()).toEqual([])
      expect(blobs(registry)).toEqual([])
    },
  )

  test('more than 64 MiB is refused, told or not', async () => {
    const registry = await serveRegistry()
    const large = new Uint8Array(64 * 1024 * 1024 + 1)
    const told = await registry.publish('@acme/hello', 1, { archive: large })
    expect([told.status, told.body.error.code]).toEqual([413, 'TOO_LARGE'])
    const chunks = new ReadableStream({
      start: (controller) => {
        for (let at = 0; at < large.length; at += 1 << 20)
          controller.enqueue(large.subarray(at, at + (1 << 20)))
        controller.close()
      },
    })
    const untold = await registry.as(registry.write, '/v1/buttons/@acme/hello/1', {
      method: 'POST',
      body: chunks,
    })
    expect([untold.status, untold.body.error.code]).toEqual([413, 'TOO_LARGE'])
  })

  test('an archive that swells beyond its limit is refused', async () => {
    const registry = await serveRegistry()
    const bomb = gzipSync(Buffer.alloc(321 * 1024 * 1024), { level: 1 })
    const refused = await registry.publish('@acme/hello', 1, { archive: bomb })
    expect([refused.status, refused.body.error.code]).toEqual([400, 'INVALID_ARTIFACT'])
    expect(refused.body.error.message).toContain('too large uncompressed')
  }, 30_000)

  test('a version is never published twice, and the answer tells how far the name is', async () => {
    const registry = await serveRegistry()
    const archive = archiveOf('@acme/hello', '1')
    await registry.publish('@acme/hello', 1, { archive })
    await registry.publish('@acme/hello', 7)
    const again = await registry.publish('@acme/hello', 1, { archive })
    expect([again.status, again.body.error.code, again.body.error.latest]).toEqual([
      409,
      'VERSION_EXISTS',
      '7',
    ])
    expect(again.body.error.message).toContain('immutable')
  })

  test('of two who publish a version at the same time one wins', async () => {
    const registry = await serveRegistry()
    const archives = [1, 2, 3, 4, 5, 6].map((n) =>
      pack('hello', buttonFiles('hello', `echo ${n}\n`, { version: '1' })),
    )
    const answers = await Promise.all(
      archives.map((archive) => registry.publish('@acme/hello', 1, { archive })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409])
    const winner = archives[answers.findIndex(({ status }) => status === 201)]!
    const { body } = await registry.as(registry.read, '/v1/index')
    expect(body.map((row: { sha256: string }) => row.sha256)).toEqual([sha256(winner)])
  })

  test('a name stays what it was first', async () => {
    const registry = await serveRegistry()
    await registry.publish('@acme/hello', 1)
    const drawer = await registry.publish('@acme/hello', 2, {
      files: drawerFiles('hello', [], { version: '2' }),
      headers: { 'X-Button-Kind': 'drawer' },
    })
    expect([drawer.status, drawer.body.error.code]).toEqual([409, 'KIND_CONFLICT'])
  })

  test('a signature and its key are kept and handed out', async () => {
    const registry = await serveRegistry()
    const archive = archiveOf('@acme/hello', '1')
    const device = newDevice()
    // The content hash, worked out by hand (registry 6.2).
    const parts = Object.entries(buttonFiles('hello', 'echo 1\n', { version: '1' })).sort()
    const content = sha256(
      parts.map(([name, text]) => `${name}\0${text.length}\0${String(text)}`).join(''),
    )
    const signature = device.sign(`buttons-package\n@acme/hello@1\n${content}`)
    const headers = {
      'X-Buttons-Publisher': device.publicKey,
      'X-Buttons-Package-Signature': signature,
    }
    expect((await registry.publish('@acme/hello', 1, { archive, headers })).status).toBe(201)
    const { body } = await registry.as(registry.read, '/v1/index')
    const signed = { publisher_key: device.publicKey, signature }
    expect(body[0]).toMatchObject({ ...signed, content_hash: content })
    const got = await fetch(registry.origin + download('@acme/hello', 1), {
      headers: { Authorization: `Bearer ${registry.read}` },
      decompress: false,
    } as RequestInit)
    expect(got.headers.get('x-buttons-publisher')).toBe(device.publicKey)
    expect(got.headers.get('x-buttons-package-signature')).toBe(signature)
  })

  test('a path may be written with its escapes', async () => {
    const registry = await serveRegistry()
    expect(
      (await registry.publish('%40acme/hello', 1, { archive: archiveOf('@acme/hello', '1') }))
        .status,
    ).toBe(201)
    expect(
      (await registry.as(registry.read, '/v1/buttons/%40acme/h%65llo/1/download')).status,
    ).toBe(200)
  })
})

describe('paths', () => {
  test.each([
    ['GET', '/v1/nothing', 404, 'NOT_FOUND', null],
    ['GET', '/v1/buttons/@acme/hello', 404, 'NOT_FOUND', null],
    ['GET', '/v1/buttons/@acme/hello/1/x', 404, 'NOT_FOUND', null],
    ['GET', '/v1/buttons/@acme/hello/x/download', 404, 'NOT_FOUND', null],
    ['GET', '/v1/buttons/..%2f..%2f/hello/1/download', 404, 'NOT_FOUND', null],
    ['POST', '/v1/index', 405, 'METHOD_NOT_ALLOWED', 'GET, HEAD'],
    ['GET', '/v1/buttons/@acme/hello/1', 405, 'METHOD_NOT_ALLOWED', 'POST'],
    ['DELETE', '/v1/meta', 405, 'METHOD_NOT_ALLOWED', 'GET, HEAD'],
  ] as const)('%s %s is answered %p', async (method, path, status, code, allow) => {
    const registry = await serveRegistry()
    const asked = await registry.as(registry.read, path, { method })
    expect([asked.status, asked.body.error.code, asked.headers.get('allow')]).toEqual([
      status,
      code,
      allow,
    ])
  })

  test('HEAD is GET without a body', async () => {
    const registry = await serveRegistry()
    await registry.publish('@acme/hello', 1)
    const head = await registry.as(registry.read, download('@acme/hello', 1), { method: 'HEAD' })
    expect([head.status, head.text, head.headers.get('x-content-sha256')?.length]).toEqual([
      200,
      '',
      64,
    ])
  })

  test('--no-registry wins, and strangers see nothing of it unless they shall', async () => {
    const none = await serveRegistry({ 'no-registry': true })
    expect((await none.ask('/v1/meta')).body.error.code).toBe('REGISTRY_NOT_CONFIGURED')
    const stranger = { headers: { Host: 'public.example' } }
    const hidden = await serveRegistry({ 'public-host': ['public.example'] })
    expect((await hidden.ask('/v1/meta', stranger)).body.error.code).toBe('NOT_FOUND')
    const shown = await serveRegistry({
      'public-host': ['public.example'],
      'expose-registry': true,
      'api-key': 'k',
    })
    expect((await shown.ask('/v1/meta', stranger)).status).toBe(200)
    expect((await shown.ask('/v1/index', stranger)).status).toBe(401)
  })
})

describe('the disk', () => {
  const realFiles = openBunHost().files

  test('what does not fit is a clear failure, and no version', async () => {
    let full = true
    const registry = await serveRegistry(
      {},
      {
        files: {
          ...realFiles,
          replace: (path, content, mode) => {
            if (full && path.includes('/blobs/')) throw new HostError('ENOSPC', 'write', path)
            realFiles.replace(path, content, mode)
          },
        },
      },
    )
    const failed = await registry.publish('@acme/hello', 1)
    expect([failed.status, failed.body.error]).toEqual([
      500,
      { code: 'STORAGE_ERROR', message: 'Cannot keep the archive: the disk is full' },
    ])
    expect(await registry.index()).toEqual([])
    full = false
    expect((await registry.publish('@acme/hello', 1)).status).toBe(201)
  })

  test('a database that takes nothing more can still be read', async () => {
    const registry = await serveRegistry()
    await registry.publish('@acme/hello', 1)
    const database = new Database(join(registry.home.data, 'registry', 'registry.db'))
    for (const change of ['UPDATE ON keys', 'INSERT ON packages'])
      database.run(
        `CREATE TRIGGER no_${change.slice(0, 6)} BEFORE ${change} BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END`,
      )
    const failed = await registry.publish('@acme/hello', 2)
    expect([failed.status, failed.body.error]).toEqual([
      500,
      {
        code: 'STORAGE_ERROR',
        message: 'Cannot write to the registry: database or disk is full',
      },
    ])
    expect(await registry.index()).toEqual(['@acme/hello@1'])
    expect((await registry.as(registry.read, download('@acme/hello', 1))).status).toBe(200)
    for (const name of ['UPDATE', 'INSERT']) database.run(`DROP TRIGGER no_${name}`)
    database.close()
    expect((await registry.publish('@acme/hello', 2)).status).toBe(201)
  })

  test('an archive that somebody removed is told, not handed out', async () => {
    const registry = await serveRegistry()
    await registry.publish('@acme/hello', 1)
    rmSync(join(registry.home.data, 'registry', 'blobs'), { recursive: true })
    const lost = await registry.as(registry.read, download('@acme/hello', 1))
    expect([lost.status, lost.body.error.code]).toEqual([500, 'STORAGE_ERROR'])
  })

  test('archives of no version are removed at a start once they are old, the others stay', async () => {
    const home = emptyHome()
    const first = await serveRegistry({}, {}, home)
    await first.publish('@acme/hello', 1)
    await first.stop()
    const used = blobs(first)[0]!
    const folder = join(home.data, 'registry', 'blobs', used.slice(0, 2))
    const hour = (name: string, hours: number) => {
      const then = Date.now() / 1000 - hours * 3600
      utimesSync(join(folder, name), then, then)
    }
    for (const name of ['old', 'young', '.old.tmp']) writeFileSync(join(folder, name), 'x')
    for (const name of ['old', '.old.tmp', used]) hour(name, 2)
    await serveRegistry({}, {}, home)
    expect(readdirSync(folder).sort()).toEqual([used, 'young'].sort())
  })

  test('who comes second with a version leaves nothing for good', async () => {
    const { clock, pass } = forwardClock()
    const registry = await serveRegistry({}, { clock })
    const archives = [1, 2].map((n) =>
      pack('hello', buttonFiles('hello', `echo ${n}\n`, { version: '1' })),
    )
    await Promise.all(archives.map((archive) => registry.publish('@acme/hello', 1, { archive })))
    pass(7_200_000)
    await until(() => blobs(registry).length === 1)
    const [{ sha256: hash }] = (await registry.as(registry.read, '/v1/index')).body
    expect(blobs(registry)).toEqual([hash])
  })

  test.each([
    ['garbage', 'this is no database, whatever else it may be'.repeat(100)],
    ['half a header', 'SQLite format 3\0'],
  ])('a database of %s is named, and stays as it is', async (_, content) => {
    const home = emptyHome()
    const path = home.write('data/registry/registry.db', content)
    await buttons('registry key list')
      .in(home)
      .expect({ error: { code: 'STORAGE_ERROR', message: expect.stringContaining(path) } })
    await expect(serveHome(home, { registry: true })).rejects.toMatchObject({
      code: 'STORAGE_ERROR',
    })
    expect(home.read('data/registry/registry.db')).toBe(content)
  })

  test('a folder that cannot be written is named', async () => {
    const home = emptyHome()
    home.write('data/registry', 'a file in its place')
    await buttons('registry key create')
      .in(home)
      .expect({
        error: {
          code: 'STORAGE_ERROR',
          message: expect.stringMatching(/registry\.db": a part of the path is not a directory$/),
        },
      })
  })

  test('the registry may lie elsewhere', async () => {
    const home = emptyHome()
    const { key } = await buttons('registry key create --registry-dir store')
      .in(home)
      .data<{ key: string }>()
    const host = await serveHome(home, { registry: true, 'registry-dir': 'store' })
    const asked = await host.ask('/v1/index', { headers: { Authorization: `Bearer ${key}` } })
    expect(asked.status).toBe(200)
    expect(home.list('work/store')).toContain('registry.db')
    expect(home.list('data/registry')).toEqual([])
  })
})

test('what was done is in the audit log, without any secret', async () => {
  const registry = await serveRegistry()
  await registry.publish('@acme/hello', 1)
  await registry.publish('@acme/hello', 1)
  await registry.stop()
  const text = registry.home.read('data/audit.jsonl')
  const published = text
    .split('\n')
    .filter((line) => line.includes('"publish"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  const actor = `key:${sha256(registry.write).slice(0, 8)}`
  expect(published).toMatchObject([
    { actor, target: '@acme/hello@1', status: 'ok' },
    { actor, target: '@acme/hello@1', status: 'refused', code: 'VERSION_EXISTS' },
  ])
  for (const key of [registry.read, registry.write, registry.admin]) {
    expect(text).not.toContain(key)
    expect(JSON.stringify(registry.log())).not.toContain(key)
    expect(registry.home.read('data/registry/registry.db')).not.toContain(key)
  }
})
