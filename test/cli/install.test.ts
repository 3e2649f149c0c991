import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome, type Home } from '../helpers/home.ts'
import { paxRecord, rawTar } from '../helpers/packages.ts'
import {
  buttonFiles,
  drawerFiles,
  openRegistry,
  refuse,
  sha256,
  type TestRegistry,
} from '../helpers/registry.ts'
import vectors from '../vectors/registry.json'

const json = <T = Record<string, never>>(here: Home, path: string) =>
  JSON.parse(here.read(path)) as T
const versions = (here: Home) =>
  Object.entries(
    json<{ dependencies: Record<string, { version: string }> }>(here, 'data/buttons-lock.json')
      .dependencies,
  ).map(([name, { version }]) => `${name}@${version}`)

function homeWanting(registry: TestRegistry, dependencies: Record<string, string>): Home {
  const here = registry.use(emptyHome())
  here.write('data/buttons.json', JSON.stringify({ schema_version: 1, dependencies }))
  return here
}

/** A registry with one package, the bytes of whose archive are these. */
function hostile(archive: Uint8Array, more: object = {}): { registry: TestRegistry; here: Home } {
  const registry = openRegistry()
  registry.archives.set('@acme/evil@1', archive)
  registry.rows.push({
    name: '@acme/evil',
    kind: 'button',
    version: '1',
    sha256: sha256(archive),
    ...more,
  })
  return { registry, here: homeWanting(registry, { '@acme/evil': 'latest' }) }
}

test('without a manifest there is nothing to install', async () => {
  const registry = openRegistry()
  await buttons('install')
    .in(registry.use(emptyHome()))
    .expect({
      error: {
        code: 'INSTALL_ERROR',
        message: expect.stringContaining('no .buttons/buttons.json found'),
      },
    })
})

test.each(['@acme/hello', 'hello', 'tag:', 'tags:x'])('install %s points at add', async (word) => {
  await buttons(`install ${word}`)
    .in(openRegistry().use(emptyHome()))
    .expect({
      error: { code: 'INSTALL_ERROR', hint: expect.stringContaining(`buttons add ${word}`) },
    })
})

test('install keeps to the lock, also one with a hash of another kind', async () => {
  const registry = openRegistry()
  registry.put('@acme/hello', '1', buttonFiles('hello'))
  registry.put('@acme/hello', '2', buttonFiles('hello'))
  const here = homeWanting(registry, { '@acme/hello': 'latest' })
  const entry = {
    kind: 'button',
    requested: 'latest',
    version: '1',
    content_hash: 'old',
    installed_name: 'hello',
    resolved_at: '2026-07-01T12:00:00Z',
  }
  here.write('data/buttons-lock.json', JSON.stringify({ dependencies: { '@acme/hello': entry } }))
  await buttons('install')
    .in(here)
    .expect({ data: { installed: ['hello'] } })
  expect(versions(here)).toEqual(['@acme/hello@1'])
  await buttons('install')
    .in(here)
    .expect({ data: { installed: ['hello'] } })
  const { events } = json<{ events: object[] }>(here, 'data/history.json')
  expect(events).toMatchObject([{ action: 'install' }, { action: 'install' }])
})

test('an empty manifest installs nothing, and says so as a list', async () => {
  await buttons('install')
    .in(homeWanting(openRegistry(), {}))
    .expect({ data: { installed: [], skipped: [], missing_batteries: [] } })
})

test('what is no longer reachable leaves the lock, not the disk', async () => {
  const registry = openRegistry()
  registry.put('@acme/a', '1', buttonFiles('a', 'true\n', { requires: { '@acme/b': 'latest' } }))
  registry.put('@acme/b', '1', buttonFiles('b'))
  const here = homeWanting(registry, { '@acme/a': 'latest' })
  await buttons('install')
    .in(here)
    .expect({ data: { installed: ['a', 'b'] } })
  here.write('data/buttons.json', '{"dependencies":{}}')
  await buttons('install')
    .in(here)
    .expect({ data: { installed: [] } })
  expect(versions(here)).toEqual([])
  expect(here.list('data/buttons')).toEqual(['a', 'b'])
})

test('a tag installs every package whose newest version carries it', async () => {
  const registry = openRegistry()
  const tags = ['ops', 'x']
  registry.put('@acme/one', '1', buttonFiles('one'), { tags })
  registry.put('@acme/two', '1', buttonFiles('two'), { tags })
  registry.put('@acme/two', '2', buttonFiles('two'))
  registry.put('@acme/three', '1', buttonFiles('three'))
  registry.put('@acme/three', '2', buttonFiles('three'), { tags })
  const here = registry.use(emptyHome())
  await buttons('add @acme/three@1').in(here).expect({ data: {} })
  await buttons('install tag:ops')
    .in(here)
    .expect({ data: { tag: 'ops', added: ['@acme/one'], installed: ['one', 'three'] } })
  expect(json(here, 'data/buttons.json')).toMatchObject({
    dependencies: { '@acme/one': 'latest', '@acme/three': '1' },
  })
  expect(json<{ events: object[] }>(here, 'data/history.json').events.at(-1)).toMatchObject({
    action: 'install',
    package_name: 'tag:ops',
    requested: 'latest',
  })
  for (const tag of ['OPS', 'op', 'none'])
    await buttons(`install tag:${tag}`)
      .in(here)
      .expect({ error: { code: 'INSTALL_ERROR', message: expect.stringContaining('no package') } })
})

test('the index is asked for once, each archive once, and an unchanged index not again', async () => {
  const registry = openRegistry()
  for (const name of ['a', 'b', 'c', 'd'])
    registry.put(
      `@acme/${name}`,
      '1',
      buttonFiles(name, 'true\n', { requires: { '@acme/d': 'latest' } }),
    )
  const here = homeWanting(registry, { '@acme/a': 'latest', '@acme/b': '1', '@acme/c': 'latest' })
  await buttons('install')
    .in(here)
    .expect({ data: { installed: ['a', 'd', 'b', 'c'] } })
  expect(registry.count('/v1/index')).toBe(1)
  expect(registry.count('/v1/buttons/@acme/d/1/download')).toBe(1)
  const answers: (string | null)[] = []
  registry.intercept = ({ path, headers }) => {
    if (path === '/v1/index') answers.push(headers.get('if-none-match'))
    return undefined
  }
  await buttons('install').in(here).expect({ data: {} })
  expect(answers).toEqual([expect.stringMatching(/^"/)])
})

test.each([
  ['a path that climbs', rawTar([{ name: 'evil/../evil', data: 'x' }]), 'unsafe path in artifact'],
  [
    'a path that climbs by PAX',
    rawTar([{ name: 'x', type: 'x', data: paxRecord('path', 'e/../../x') }, { name: 'y' }]),
    'unsafe path',
  ],
  ['no spec', rawTar([{ name: 'evil/main.sh', data: 'x' }]), 'bundle has no button.json'],
  ['a spec nobody can read', rawTar([{ name: 'evil/button.json', data: '{' }]), 'not valid JSON'],
  [
    'a name that leads nowhere',
    rawTar([{ name: 'e/button.json', data: '{"name":"../.."}' }]),
    'no letter or digit',
  ],
  ['a cut archive', rawTar([{ name: 'evil/button.json', data: '{}' }]).subarray(0, 513), 'untar'],
])('an archive with %s leaves nothing behind', async (_, tar, message) => {
  const { here } = hostile(Bun.gzipSync(Uint8Array.from(tar)))
  await buttons('install')
    .in(here)
    .expect({ error: { code: 'INSTALL_ERROR', message: expect.stringContaining(message) } })
  expect(here.list('data/buttons')).toEqual([])
  expect(here.list('data')).not.toContain('buttons-lock.json')
  expect(here.list('data').filter((name) => name.startsWith('.staging'))).toEqual([])
  expect(here.list('.')).toEqual(['data', 'work'])
})

test('however an archive is mutated, an install writes nothing outside of its folder', async () => {
  const whole = rawTar([
    { name: 'x', type: 'x', data: paxRecord('path', 'evil/button.json') },
    { name: 'cut', data: '{"name":"evil"}' },
    { name: 'evil/main.sh', data: 'echo hi' },
    { name: 'evil/../../escape', type: '2' },
  ])
  const piece = fc.constantFrom('../', '/', '\0', '..', './', 'pressed', '2', '5', 'L', '7777777')
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 8), piece, fc.nat(3), async (at, text, block) => {
      const tar = Buffer.from(whole)
      tar.write(text, at % 3 === 0 ? block * 1024 + (at % 120) : at, 'latin1')
      mendChecksums(tar)
      const { here } = hostile(Bun.gzipSync(Uint8Array.from(tar)))
      const { exit } = await buttons('install').in(here)
      expect([0, 1]).toContain(exit)
      expect(here.list('.')).toEqual(['data', 'work'])
      expect(here.list('work')).toEqual([])
      const known =
        /^(?:\.install\.lock|\.registry-cache|buttons|buttons-lock\.json|buttons\.json|drawers|history\.json|state\.db.*)$/
      expect(here.list('data').filter((name) => !known.test(name))).toEqual([])
      expect(here.list('data/buttons').filter((name) => !/^[a-z0-9-]+$/.test(name))).toEqual([])
    }),
    { numRuns: 60 },
  )
}, 60_000)

/** With right checksums a mutation gets past the door. */
function mendChecksums(tar: Buffer): void {
  for (let at = 0; at + 512 <= tar.length; at += 512) {
    const block = tar.subarray(at, at + 512)
    if (!/^[0-7]{6}\0 $/.test(block.toString('latin1', 148, 156))) continue
    block.fill(0x20, 148, 156)
    const sum = block.reduce((total, byte) => total + byte, 0)
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  }
}

test('what is no gzip is refused', async () => {
  const { here } = hostile(new TextEncoder().encode('not gzip'))
  await buttons('install')
    .in(here)
    .expect({ error: { message: expect.stringContaining('gunzip') } })
})

test('a small archive does not become a large memory', async () => {
  const bomb = Bun.gzipSync(new Uint8Array(330 * 1024 * 1024))
  const { here } = hostile(bomb)
  await buttons('install')
    .in(here)
    .expect({ error: { message: expect.stringContaining('gunzip: too large uncompressed') } })
})

test('an archive of more than 64 MiB is not taken', async () => {
  const { here } = hostile(new Uint8Array(64 * 1024 * 1024 + 1))
  await buttons('install')
    .in(here)
    .expect({ error: { message: expect.stringContaining('larger than 67108864 bytes') } })
})

test.each([
  ['the answer', 'wrong', {}],
  ['the index', 'none', { sha256: sha256('other') }],
  ['the index, whatever the answer says', 'right', { sha256: sha256('other') }],
] as const)('an archive that does not fit the hash of %s is refused', async (_, header, more) => {
  const registry = openRegistry()
  registry.hashHeader = header
  registry.put('@acme/hello', '1', buttonFiles('hello'), more)
  await buttons('install')
    .in(homeWanting(registry, { '@acme/hello': '1' }))
    .expect({ error: { message: expect.stringContaining('content hash mismatch') } })
})

test('hashes may be written in capitals', async () => {
  const registry = openRegistry()
  registry.put('@acme/hello', '1', buttonFiles('hello'))
  registry.rows[0]!.sha256 = registry.rows[0]!.sha256!.toUpperCase()
  await buttons('install')
    .in(homeWanting(registry, { '@acme/hello': '1' }))
    .expect({ data: {} })
})

test('a registry without hashes is believed, with a warning', async () => {
  const registry = openRegistry()
  registry.hashHeader = 'none'
  registry.put('@acme/hello', '1', buttonFiles('hello'), { sha256: '' })
  await buttons('install')
    .in(homeWanting(registry, { '@acme/hello': '1' }))
    .expect({ data: { installed: ['hello'] }, stderr: /^warning: .*cannot be verified\n$/ })
})

test('an archive that was packed on its way is unpacked again', async () => {
  const registry = openRegistry()
  registry.put('@acme/hello', '1', buttonFiles('hello'))
  registry.intercept = ({ path }) => {
    if (!path.endsWith('/download')) return undefined
    const archive = Uint8Array.from(registry.archives.get('@acme/hello@1')!)
    return new Response(Bun.gzipSync(archive), { headers: { 'Content-Encoding': 'gzip' } })
  }
  await buttons('install')
    .in(homeWanting(registry, { '@acme/hello': '1' }))
    .expect({ data: { installed: ['hello'] } })
})

test('a version whose content changed since it was locked is refused', async () => {
  const registry = openRegistry()
  registry.put('@acme/hello', '1', buttonFiles('hello', 'echo one\n'))
  const here = homeWanting(registry, { '@acme/hello': '1' })
  await buttons('install').in(here).expect({ data: {} })
  registry.rows.length = 0
  registry.put('@acme/hello', '1', buttonFiles('hello', 'echo other\n'))
  await buttons('install')
    .in(here)
    .expect({ error: { message: expect.stringContaining('immutable') } })
  expect(here.read('data/buttons/hello/main.sh')).toBe('echo one\n')
})

test('junk in an archive does not count', async () => {
  const registry = openRegistry()
  const junk = { '._button.json': 'x', '.DS_Store': 'x', 'pressed/x.json': '{}' }
  registry.put('@acme/hello', '1', { ...buttonFiles('hello'), ...junk })
  const here = homeWanting(registry, { '@acme/hello': '1' })
  await buttons('install').in(here).expect({ data: {} })
  expect(here.list('data/buttons/hello')).toEqual([
    '.buttons-install-state.json',
    'button.json',
    'main.sh',
    'pressed',
  ])
  here.write('data/buttons/hello/.DS_Store', 'x')
  await buttons('install')
    .in(here)
    .expect({ data: { installed: ['hello'], skipped: [] } })
})

test('files below folders are installed', async () => {
  const registry = openRegistry()
  registry.put('@acme/deep', '1', {
    ...buttonFiles('deep', 'cat "$(dirname "$0")"/a/b/c.txt'),
    'a/b/c.txt': 'deep',
  })
  const here = homeWanting(registry, { '@acme/deep': '1' })
  await buttons('install').in(here).expect({ data: {} })
  await buttons('press deep')
    .in(here)
    .expect({ data: { stdout: 'deep' } })
})

const flow = {
  schema_version: 2,
  name: 'software-delivery',
  drawer_kind: 'flow',
  description: 'Move <a> & b',
  flow: {
    initial_stage: 'intake',
    manager: { agent: 'activation.manager' },
    stages: [
      { id: 'intake', title: 'Intake', transitions: ['done'] },
      { id: 'done', title: 'Done' },
    ],
  },
}

test('a flow drawer is installed with its own definition only', async () => {
  const registry = openRegistry()
  const files = { 'drawer.json': JSON.stringify(flow) }
  const definition = { 'flow-definition.json': vectors.flow.definition }
  registry.put('@acme/software-delivery', '1', { ...files, ...definition })
  registry.put('@acme/other', '1', { ...files, 'flow-definition.json': '{}' })
  registry.put('@acme/none', '1', files)
  const here = registry.use(emptyHome())
  await buttons('add @acme/software-delivery').in(here).expect({ data: {} })
  expect(here.read('data/drawers/software-delivery/flow-definition.json')).toBe(
    vectors.flow.definition,
  )
  for (const [name, message] of [
    ['other', 'does not match drawer.json'],
    ['none', 'flow bundle has no flow-definition.json'],
  ])
    await buttons(`add @acme/${name}`)
      .in(registry.use(emptyHome()))
      .expect({ error: { message: expect.stringContaining(message!) } })
})

test('a package that calls itself differently is installed under that name, with a warning', async () => {
  const registry = openRegistry()
  registry.put('@acme/pack', '1', buttonFiles('Inner Name'))
  const here = homeWanting(registry, { '@acme/pack': '1' })
  await buttons('install')
    .in(here)
    .expect({ data: { installed: ['Inner Name'] }, stderr: /calls itself "Inner Name"/ })
  expect(here.list('data/buttons')).toEqual(['inner-name'])
})

test('a member of a drawer that nobody published stops everything', async () => {
  const registry = openRegistry()
  registry.put('@acme/flow', '1', drawerFiles('flow', ['there', 'gone']))
  registry.put('@acme/there', '1', buttonFiles('there'))
  const here = homeWanting(registry, { '@acme/flow': '1' })
  await buttons('install')
    .in(here)
    .expect({
      error: { message: 'dependency of drawer "flow": package "@acme/gone" not found in registry' },
    })
  expect(here.list('data/drawers')).toEqual([])
})

test('the page of a broken proxy is shown', async () => {
  const registry = openRegistry()
  registry.intercept = () => new Response('<h1>Teapot</h1>', { status: 418 })
  await buttons('add @acme/x')
    .in(registry.use(emptyHome()))
    .expect({ error: { message: 'registry index: 418 <h1>Teapot</h1>' } })
})

test('a manifest or lock nobody can read stops the command', async () => {
  const registry = openRegistry()
  const here = homeWanting(registry, { hello: 'latest' })
  await buttons('install')
    .in(here)
    .expect({ error: { message: expect.stringContaining('"hello"') } })
  const other = homeWanting(registry, {})
  other.write('data/buttons-lock.json', '{"schema_version":9}')
  await buttons('install')
    .in(other)
    .expect({ error: { message: expect.stringContaining('buttons-lock.json') } })
  await buttons('remove @a/b')
    .in(other)
    .expect({ error: { code: 'REMOVE_ERROR' } })
})

test('a registry that refuses a download is quoted', async () => {
  const registry = openRegistry()
  registry.put('@acme/hello', '1', buttonFiles('hello'))
  registry.intercept = ({ path }) =>
    path.endsWith('/download') ? refuse(404, 'NOT_FOUND', 'gone') : undefined
  await buttons('install')
    .in(homeWanting(registry, { '@acme/hello': '1' }))
    .expect({ error: { message: 'registry download @acme/hello@1: 404 gone (NOT_FOUND)' } })
})
