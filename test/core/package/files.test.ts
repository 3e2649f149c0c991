import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { hashContent } from '#core/package/contentHash.ts'
import { sha256Hex } from '#core/package/digest.ts'
import { checkFlowDefinition, makeFlowDefinition } from '#core/package/flow.ts'
import { formatInstallState, isEdited, readInstallState } from '#core/package/installState.ts'
import { formatLock, readLock } from '#core/package/lock.ts'
import { formatManifest, readManifest } from '#core/package/manifest.ts'
import { checkBundlePath } from '#core/package/path.ts'
import { modeOf } from '#core/package/plan.ts'
import { readIndex } from '#core/package/rows.ts'
import {
  findRequirements,
  folderOf,
  kindOfFiles,
  readSpec,
  stampInstalled,
  stampPublished,
} from '#core/package/spec.ts'
import vectors from '../../vectors/registry.json'
import { filesOf } from '../../helpers/packages.ts'

test.each(vectors.content_hashes)('the content of %j', ({ files, hash }) => {
  expect(hashContent(filesOf(files))).toBe(hash)
})

const manifest = (file: object) => readManifest(JSON.stringify(file))

test('a manifest is read, and written with sorted keys and what nobody knows', () => {
  const read = manifest({ note: 'mine', dependencies: { '@b/b': 'latest', '@a/a': '3' } })
  expect(read.dependencies).toEqual({ '@b/b': 'latest', '@a/a': '3' })
  expect(formatManifest(read)).toBe(
    '{\n  "schema_version": 1,\n  "dependencies": {\n    "@a/a": "3",\n    "@b/b": "latest"\n  },\n  "note": "mine"\n}\n',
  )
  expect(readManifest(formatManifest(read))).toEqual(read)
})

test.each([[{}], [{ dependencies: null }], [{ schema_version: 0 }], [{ schema_version: 1 }]])(
  'the manifest %j is empty',
  (file) => {
    expect(manifest(file).dependencies).toEqual({})
  },
)

test.each([
  [{ dependencies: { hello: 'latest' } }, 'scoped like @desk/name'],
  [{ dependencies: { '@/hello': 'latest' } }, '@/hello'],
  [{ dependencies: { '@autono/a/b': 'latest' } }, '@autono/a/b'],
  [{ dependencies: { '@a/b': '^1.2.0' } }, '^1.2.0'],
  [{ dependencies: { '@a/b': '1.2.3' } }, 'whole number'],
  [{ dependencies: { '@a/b': 'v1.2.3' } }, 'whole number'],
  [{ dependencies: { '@a/b': 1 } }, 'must be string'],
  [{ dependencies: [] }, '"dependencies" must be Object'],
  [{ schema_version: 2 }, 'unsupported buttons.json schema_version 2'],
  [[], 'must be an object'],
])('the manifest %j is refused', (file, why) => {
  expect(() => manifest(file)).toThrow(why)
})

const entry = {
  kind: 'button',
  requested: 'latest',
  version: '2',
  content_hash: 'sha256:abc',
  installed_name: 'hello',
  resolved_at: '2026-07-01T12:00:00Z',
} as const
const lock = (changes: object) =>
  readLock(JSON.stringify({ dependencies: { '@a/b': { ...entry, ...changes } } }))

test('a lock is read and written with everything nobody knows', () => {
  const read = readLock(
    JSON.stringify({
      dependencies: { '@b/b': { later: 1, ...entry, source: 'https://r.example' }, '@a/a': entry },
      mine: true,
    }),
  )
  const text = formatLock(read)
  expect(JSON.parse(text)).toEqual({
    schema_version: 1,
    dependencies: { '@a/a': entry, '@b/b': { ...entry, source: 'https://r.example', later: 1 } },
    mine: true,
  })
  expect(text).toEndWith('\n')
  expect(text.indexOf('@a/a')).toBeLessThan(text.indexOf('@b/b'))
  expect(Object.keys(JSON.parse(text).dependencies['@b/b']).at(-1)).toBe('later')
  expect(readLock(text)).toEqual(read)
})

test.each([
  [{ kind: 'tag' }],
  [{ version: 'latest' }],
  [{ requested: '1.2' }],
  [{ content_hash: '' }],
  [{ installed_name: '' }],
  [{ resolved_at: '' }],
  [{ installed_name: undefined }],
])('a lock with %j is refused', (changes) => {
  expect(() => lock(changes)).toThrow('Cannot read buttons-lock.json')
})

test('a lock of another version is refused under its own name', () => {
  expect(() => readLock('{"schema_version":3}')).toThrow(
    'unsupported buttons-lock.json schema_version 3',
  )
})

test('manifests and locks from anywhere are read or refused, never anything else', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      for (const read of [readManifest, readLock, readIndex]) {
        try {
          read(text)
        } catch (error) {
          expect((error as Error).name).toBe('Failure')
        }
      }
    }),
  )
})

const state = { content_hash: 'a', installed_hash: 'b' }

test('the install state keeps what it says', () => {
  const text = formatInstallState({ ...state, package: '@a/b', version: '3' })
  expect(text).toBe(
    '{\n  "content_hash": "a",\n  "installed_hash": "b",\n  "package": "@a/b",\n  "version": "3"\n}',
  )
  expect(readInstallState(text)).toMatchObject({ ok: true, value: state })
  for (const bad of ['', '[]', '{"content_hash":1}']) expect(readInstallState(bad).ok).toBe(false)
})

test.each([
  ['no state', undefined, 'a', 'x', false],
  ['another version than locked', state, 'z', 'x', false],
  ['no installed hash', { ...state, installed_hash: '' }, 'a', 'x', false],
  ['the same hash', state, 'a', 'b', false],
  ['another hash', state, 'a', 'x', true],
  ['another hash, and a lock without one', state, undefined, 'x', true],
  ['a state without content hash', { ...state, content_hash: '' }, 'a', 'x', true],
])('a folder with %s is edited or not', (_, found, locked, now, edited) => {
  expect(isEdited(found, locked, () => now)).toBe(edited)
})

test.each([
  '../evil',
  '../../etc/passwd',
  '..',
  '/abs/path',
  'sub/../../escape',
  '',
  './a',
  'a//b',
])('the path %j is never written', (path) => {
  expect(() => checkBundlePath(path)).toThrow('unsafe bundle path')
})

test.each([
  ['button', 'main.sh', 0o700],
  ['button', 'main.d/x', 0o700],
  ['button', 'lib/main.sh', 0o600],
  ['button', 'button.json', 0o600],
  ['drawer', 'drawer.json', 0o600],
  ['drawer', 'helper.sh', 0o700],
  ['drawer', 'AGENT.md', 0o700],
] as const)('in a %s, %s gets mode %o', (kind, path, mode) => {
  expect(modeOf(kind, path)).toBe(mode)
})

const button = (file: object) =>
  readSpec('button', filesOf({ 'button.json': JSON.stringify(file) }))
const drawer = (file: object) =>
  readSpec('drawer', filesOf({ 'drawer.json': JSON.stringify(file) }))

test('the kind of a package is what it holds', () => {
  expect(kindOfFiles(filesOf({ 'button.json': '', 'drawer.json': '' }))).toBe('button')
  expect(kindOfFiles(filesOf({ 'drawer.json': '' }))).toBe('drawer')
  expect(() => kindOfFiles(filesOf({ x: '' }))).toThrow('bundle has no button.json or drawer.json')
  expect(() => readSpec('drawer', filesOf({ 'button.json': '{}' }))).toThrow('bundle has no drawer')
  expect(() => readSpec('button', filesOf({ 'button.json': '[' }))).toThrow('not valid JSON')
})

test('a button requires what it names, in either form', () => {
  const map = { requires: { '@b/y': 'latest', '@a/x': '3' } }
  expect(Object.entries(findRequirements(button(map), '@d'))).toEqual([
    ['@a/x', '3'],
    ['@b/y', 'latest'],
  ])
  const list = { requires: ['@b/y', '@a/x@3'] }
  expect(findRequirements(button(list), '@d')).toEqual({ '@a/x': '3', '@b/y': 'latest' })
  expect(() => findRequirements(button({ requires: { x: 'latest' } }), '@d')).toThrow('scoped')
  expect(() => findRequirements(button({ requires: { '@a/x': '^1' } }), '@d')).toThrow('^1')
})

test('a drawer requires what its steps press, however deep, in its own desk', () => {
  const steps = [
    { id: 'a', button: 'Build It' },
    { id: 'b', kind: 'drawer', drawer: 'inner' },
    {
      id: 'c',
      kind: 'for_each',
      button: 'no',
      steps: [{ id: 'd', kind: 'button', button: 'ship' }],
    },
    {
      id: 'e',
      kind: 'switch',
      steps: [{ id: 'f', button: 'build-it' }],
      cases: [{ when: 'true', steps: [{ id: 'g', kind: 'drawer', drawer: 'pack' }] }],
    },
    { id: 'h', kind: 'drawer', drawer: 'self' },
  ]
  const spec = drawer({ name: 'self', steps, on_error: { drawer: 'cleanup' } })
  expect(Object.keys(findRequirements(spec, '@d'))).toEqual([
    '@d/build-it',
    '@d/cleanup',
    '@d/inner',
    '@d/pack',
    '@d/ship',
  ])
  const nameless = drawer({ name: 'x', steps: [{ id: 'a', button: '!!!' }] })
  expect(() => findRequirements(nameless, '@d')).toThrow('"!!!"')
})

test('an installed spec is stamped, and keeps what nobody knows in its order', () => {
  const stamp = { package: '@a/hello', version: '7', contentHash: 'c' }
  const text = stampInstalled(button({ zeta: 1, name: 'hello', version: '1', alpha: [] }), stamp)
  expect(text).toEndWith('}\n')
  expect(Object.entries(JSON.parse(text) as object)).toEqual([
    ['zeta', 1],
    ['name', 'hello'],
    ['version', '7'],
    ['alpha', []],
    ['source', '@a/hello@7'],
    ['content_hash', 'c'],
  ])
  const of = drawer({ name: 'd', steps: [] })
  expect(JSON.parse(stampInstalled(of, stamp))).toEqual({ name: 'd', steps: [], version: '7' })
})

test('a published spec says its version, and not where it came from', () => {
  const spec = button({ name: 'hello', source: '@b/x@1', content_hash: 'c', keep: true })
  expect(JSON.parse(stampPublished(spec, '2'))).toEqual({ name: 'hello', keep: true, version: '2' })
})

test('a package without a usable name goes nowhere', () => {
  expect(folderOf('Hello World')).toBe('hello-world')
  for (const name of ['', '..', '../..', '///'])
    expect(() => folderOf(name)).toThrow('Cannot install')
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
      { id: 'intake', title: 'Intake', transitions: ['done'], unknown: 1 },
      { id: 'done', title: 'Done', transitions: [] },
    ],
  },
  created_at: '2026-01-01T00:00:00Z',
}

test('the definition of a flow has exactly these bytes', () => {
  const definition = makeFlowDefinition(drawer(flow), '1')
  expect(new TextDecoder().decode(definition)).toBe(vectors.flow.definition)
  expect(definition).toHaveLength(297)
  expect(sha256Hex(definition)).toBe(vectors.flow.sha256)
})

test('a flow comes with its own definition or not at all', () => {
  const spec = drawer(flow)
  const name = 'flow-definition.json'
  checkFlowDefinition(spec, '1', filesOf({ [name]: vectors.flow.definition }))
  expect(() => checkFlowDefinition(spec, '1', filesOf({}))).toThrow(
    'flow bundle has no flow-definition.json',
  )
  const mismatch = 'flow-definition.json does not match drawer.json'
  expect(() =>
    checkFlowDefinition(spec, '2', filesOf({ [name]: vectors.flow.definition })),
  ).toThrow(mismatch)
  expect(() =>
    checkFlowDefinition(spec, '1', filesOf({ [name]: `${vectors.flow.definition}\n` })),
  ).toThrow(mismatch)
  checkFlowDefinition(drawer({ name: 'x', steps: [] }), '1', filesOf({}))
  expect(() => makeFlowDefinition(drawer({ ...flow, schema_version: 1 }), '1')).toThrow(
    'schema version 2',
  )
})
