import { expect, test } from 'bun:test'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { hashContent } from '#core/package/contentHash.ts'
import { announce } from '#core/package/upload.ts'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome, type Home, homeWith } from '../helpers/home.ts'
import { filesOf } from '../helpers/packages.ts'
import {
  buttonFiles,
  isSigned,
  openRegistry,
  refuse,
  sha256,
  type TestRegistry,
  unpack,
} from '../helpers/registry.ts'
import vectors from '../vectors/registry.json'

const hello = (spec: object = {}) =>
  homeWith({ buttons: { hello: { code: 'echo hi\n', spec: { ...spec } } } })

function shipped(registry: TestRegistry, key: string): Record<string, string> {
  return unpack(registry.archives.get(key)!)
}

const spec = (here: Home, path = 'data/buttons/hello/button.json') =>
  JSON.parse(here.read(path)) as Record<string, unknown>

test('a button is published with the version it says, and can be installed', async () => {
  const registry = openRegistry()
  const here = registry.use(hello({ source: '@x/y@1', content_hash: 'c', note: 'kept' }))
  here.write('data/buttons/hello/AGENT.md', 'read me')
  const { sha256: hash } = await buttons('publish @acme/hello').in(here).data<{ sha256: string }>()
  const files = shipped(registry, '@acme/hello@1')
  expect(Object.keys(files)).toEqual(['AGENT.md', 'button.json', 'main.sh'])
  const published = JSON.parse(files['button.json']!) as object
  expect(published).toMatchObject({ name: 'hello', version: '1', note: 'kept' })
  expect(published).not.toHaveProperty('source')
  expect(published).not.toHaveProperty('content_hash')
  expect(hash).toBe(hashContent(filesOf(files)))
  const there = registry.use(emptyHome())
  await buttons('add @acme/hello')
    .in(there)
    .expect({ data: { installed: ['hello'] } })
  const { dependencies } = spec(there, 'data/buttons-lock.json') as {
    dependencies: Record<string, { content_hash: string }>
  }
  expect(dependencies['@acme/hello']!.content_hash).toBe(hash)
})

test('what is sent carries its hash, its kind and its length', async () => {
  const registry = openRegistry()
  await buttons('publish @acme/hello')
    .in(registry.use(hello()))
    .expect({ data: { files: 2 } })
  const [call] = registry.calls
  expect(call).toMatchObject({ method: 'POST', path: '/v1/buttons/@acme/hello/1' })
  const { headers, body } = call!
  expect(headers.get('authorization')).toBe(`Bearer ${registry.writeKey}`)
  expect(headers.get('x-content-sha256')).toBe(sha256(body))
  expect(headers.get('x-button-kind')).toBe('button')
  expect(headers.get('x-drawer-kind')).toBeNull()
  expect(headers.get('content-length')).toBe(String(body.length))
})

test('without a version it becomes 1, everywhere', async () => {
  const registry = openRegistry()
  const here = registry.use(hello({ version: undefined }))
  await buttons('publish @acme/hello')
    .in(here)
    .expect({ data: { version: '1', kind: 'button' } })
  expect(spec(here)['version']).toBe('1')
  expect(JSON.parse(shipped(registry, '@acme/hello@1')['button.json']!)).toMatchObject({
    version: '1',
  })
})

test('a version that is taken leads to the next, in one step when the registry tells', async () => {
  const registry = openRegistry()
  for (const version of ['1', '2', '3', '40'])
    registry.put('@acme/hello', version, buttonFiles('hello', version))
  const here = registry.use(hello())
  await buttons('publish @acme/hello')
    .in(here)
    .expect({ data: { version: '41' } })
  expect(spec(here)['version']).toBe('41')
  expect(registry.calls.map(({ path }) => path.split('/').at(-1))).toEqual(['1', '41'])
})

test('a registry that does not tell is asked version by version', async () => {
  const registry = openRegistry()
  let taken = 3
  registry.intercept = ({ method }) =>
    method === 'POST' && taken-- > 0 ? refuse(409, 'VERSION_EXISTS', 'immutable') : undefined
  await buttons('publish @acme/hello')
    .in(registry.use(hello()))
    .expect({ data: { version: '4' } })
})

test.each([
  [409, 'KIND_CONFLICT', 'it was a drawer'],
  [400, 'VERSION_EXISTS', 'not this status'],
  [403, 'FORBIDDEN', 'not your desk'],
])('an answer %d %s ends it, and the local spec stays', async (status, code, message) => {
  const registry = openRegistry()
  registry.intercept = () => refuse(status, code, message)
  const here = registry.use(hello({ version: undefined }))
  const before = here.read('data/buttons/hello/button.json')
  await buttons('publish @acme/hello')
    .in(here)
    .expect({
      error: {
        code: 'PUBLISH_ERROR',
        message: `registry publish @acme/hello@1: ${status} ${message} (${code})`,
      },
    })
  expect(here.read('data/buttons/hello/button.json')).toBe(before)
  expect(registry.calls).toHaveLength(1)
})

test('only files at the top ship, and neither links nor what others left', async () => {
  const registry = openRegistry()
  const here = registry.use(hello())
  const folder = 'data/buttons/hello'
  for (const name of [
    'pressed/x.json',
    'lib/x.sh',
    '.DS_Store',
    '._x',
    '.tmp-4711-0-660c51971e7b6',
    '.buttons-install-state.json',
  ])
    here.write(`${folder}/${name}`, '{}')
  here.write('secret', 'secret')
  symlinkSync(join(here.root, 'secret'), join(here.root, folder, 'link'))
  await buttons('publish @acme/hello')
    .in(here)
    .expect({ data: { files: 2 } })
  expect(Object.keys(shipped(registry, '@acme/hello@1'))).toEqual(['button.json', 'main.sh'])
})

test('files that hold secrets are never published', async () => {
  const registry = openRegistry()
  const here = registry.use(hello())
  here.write('data/buttons/hello/batteries.json', '{}')
  await buttons('publish @acme/hello')
    .in(here)
    .expect({
      error: { code: 'PUBLISH_ERROR', message: expect.stringContaining('batteries.json') },
    })
  expect(registry.calls).toEqual([])
})

test.each([
  ['hello', 'scoped like @desk/name'],
  ['@acme/none', 'not found'],
  ['@acme/!!!', 'both parts must begin'],
])('publish %s is refused', async (name, message) => {
  const registry = openRegistry()
  await buttons(`publish ${name}`)
    .in(registry.use(hello()))
    .expect({ error: { code: 'PUBLISH_ERROR', message: expect.stringContaining(message) } })
  expect(registry.calls).toEqual([])
})

test.each(['1.2.3', 'v1', '0', 'next'])('version %j could never be locked', async (version) => {
  const registry = openRegistry()
  await buttons('publish @acme/hello')
    .in(registry.use(hello({ version })))
    .expect({ error: { message: expect.stringContaining('not a positive integer') } })
})

test('a name that both a button and a drawer have is refused', async () => {
  const here = openRegistry().use(hello())
  here.write('data/drawers/hello/drawer.json', '{"name":"hello","schema_version":2,"steps":[]}')
  await buttons('publish @acme/hello')
    .in(here)
    .expect({ error: { message: expect.stringContaining('found both button and drawer') } })
})

test('address and key are asked for first, in this order', async () => {
  const here = hello()
  await buttons('publish nonsense')
    .in(here)
    .expect({ error: { code: 'VALIDATION_ERROR', message: 'registry URL not set' } })
  await buttons('publish nonsense')
    .in(here)
    .env({ BUTTONS_REGISTRY_URL: 'http://127.0.0.1:1', BUTTONS_BAT_REGISTRY_KEY: 'read' })
    .expect({ error: { code: 'VALIDATION_ERROR', message: 'registry write key not set' } })
})

test('a drawer is found as what it is', async () => {
  const registry = openRegistry()
  const here = registry.use(emptyHome())
  await buttons('drawer create flow').in(here).expect({ data: {} })
  here.write('data/drawers/flow/flow-definition.json', 'stale')
  await buttons('publish @acme/flow --kind button')
    .in(here)
    .expect({ data: { kind: 'drawer' } })
  const { headers } = registry.calls[0]!
  expect(headers.get('x-button-kind')).toBe('drawer')
  expect(headers.get('x-drawer-kind')).toBeNull()
  expect(headers.get('x-flow-definition-sha256')).toBeNull()
  expect(Object.keys(shipped(registry, '@acme/flow@1'))).not.toContain('flow-definition.json')
  expect(spec(here, 'data/drawers/flow/drawer.json')['version']).toBe('1')
})

test('a flow ships with its definition, and comes out equal', async () => {
  const registry = openRegistry()
  const here = registry.use(emptyHome())
  const flow = {
    initial_stage: 'intake',
    manager: { agent: 'activation.manager' },
    stages: [
      { id: 'intake', title: 'Intake', transitions: ['done'] },
      { id: 'done', title: 'Done' },
    ],
  }
  const file = {
    schema_version: 2,
    name: 'software-delivery',
    drawer_kind: 'flow',
    description: 'Move <a> & b',
    flow,
    created_at: '2026-01-01T00:00:00Z',
  }
  here.write('data/drawers/software-delivery/drawer.json', JSON.stringify(file))
  here.write('data/drawers/software-delivery/flow-definition.json', 'stale')
  await buttons('publish @acme/software-delivery')
    .in(here)
    .expect({ data: { flow_definition_sha256: vectors.flow.sha256, files: 2 } })
  expect(shipped(registry, '@acme/software-delivery@1')['flow-definition.json']).toBe(
    vectors.flow.definition,
  )
  const { headers } = registry.calls[0]!
  expect(headers.get('x-drawer-kind')).toBe('flow')
  expect(headers.get('x-flow-definition-sha256')).toBe(vectors.flow.sha256)
  const there = registry.use(emptyHome())
  await buttons('add @acme/software-delivery').in(there).expect({ data: {} })
  expect(spec(there, 'data/drawers/software-delivery/drawer.json')['flow']).toEqual(flow)
})

test('what must not be sent is refused before it is', () => {
  const good = { name: '@a/b', version: '1', kind: 'drawer', flow: true, archiveBytes: 1 }
  const files = filesOf({ 'flow-definition.json': '{}' })
  const flowHash = sha256('{}')
  expect(announce({ ...good, files, flowHash })).toMatchObject({
    'X-Flow-Definition-Sha256': flowHash,
  })
  const refuse = (changes: object) => expect(() => announce({ ...good, files, ...changes }))
  refuse({ flowHash: sha256('stale') }).toThrow('flow definition hash mismatch')
  refuse({ files: filesOf({}) }).toThrow('missing flow-definition.json')
  refuse({ files: filesOf({ 'flow-definition.json': '' }) }).toThrow('missing flow-definition.json')
  refuse({ name: '' }).toThrow('no name')
  refuse({ version: '' }).toThrow('no version')
  refuse({ archiveBytes: 64 * 1024 * 1024 + 1 }).toThrow('larger than 67108864 bytes')
})

test('publishing is logged as the edit of the spec that it is', async () => {
  const registry = openRegistry()
  const here = registry.use(hello({ version: undefined }))
  await buttons('publish @acme/hello').in(here).expect({ data: {} })
  const { events } = spec(here, 'data/history.json') as { events: object[] }
  expect(events).toEqual([
    expect.objectContaining({ action: 'edit', target: 'button/hello', origin: 'command' }),
  ])
})

test('with a device key a version is signed; --sign makes one', async () => {
  const registry = openRegistry()
  const here = registry.use(hello())
  await buttons('publish @acme/hello')
    .in(here)
    .expect({ data: { version: '1' } })
  expect(registry.rows[0]).not.toHaveProperty('signature')
  expect(here.list('data')).not.toContain('agent.json')
  const { signed_by, sha256: hash } = await buttons('publish @acme/hello --sign')
    .in(here)
    .data<{ signed_by: string; sha256: string }>()
  const { publisher_key: key, signature } = registry.rows[1] as unknown as Record<string, string>
  expect(signed_by).toBe(sha256(Buffer.from(key!, 'base64')))
  expect(isSigned(key!, `buttons-package\n@acme/hello@2\n${hash}`, signature!)).toBe(true)
  await buttons('publish @acme/hello')
    .in(here)
    .expect({ data: { version: '3', signed_by } })
})

test('--summary tells what would ship, and sends nothing', async () => {
  const registry = openRegistry()
  await buttons('publish @acme/hello --summary')
    .in(registry.use(hello()))
    .expect({
      data: {
        executed: false,
        would: {
          name: '@acme/hello',
          kind: 'button',
          version: '1',
          files: ['button.json', 'main.sh'],
        },
      },
    })
  expect(registry.calls).toEqual([])
})
