import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { checkFolders } from '#core/package/plan.ts'
import { type Resolution, resolvePackages } from '#core/package/resolve.ts'
import { openIndex } from '#core/package/rows.ts'
import { type PackageSpec, readSpecText } from '#core/package/spec.ts'
import type { IndexRow, Lock, LockEntry, Requests } from '#spec/package.ts'

/** A registry: versions of packages in publishing order, each with what it requires. */
type World = Record<string, Record<string, Requests>>

interface Asked {
  roots: Requests
  policies?: Requests
  lock?: Record<string, Partial<LockEntry>>
  refresh?: boolean
  held?: string[]
  partial?: boolean
}

interface Loaded {
  spec: PackageSpec
}

function open(world: World, asked: Asked, load?: Resolution<Loaded>['load']): Resolution<Loaded> {
  const rows = Object.entries(world).flatMap(([name, versions]) =>
    // Objects sort keys that look like numbers; a list in the key keeps another order.
    Object.keys(versions).map((version) => row(name, version.replace('v', ''))),
  )
  return {
    policies: asked.roots,
    refresh: false,
    partial: false,
    index: openIndex(rows),
    ...asked,
    lock: { dependencies: (asked.lock ?? {}) as Lock['dependencies'], others: {} },
    held: new Set(asked.held),
    load: load ?? (async (name, version) => ({ spec: specOf(world, name, version) })),
  }
}

function row(name: string, version: string): IndexRow {
  const empty = { tags: [], sha256: '', content_hash: '', yanked: false }
  return { name, version, kind: 'button', ...empty, publisher_key: '', signature: '' }
}

function specOf(world: World, name: string, version: string): PackageSpec {
  const requires = world[name]![version] ?? world[name]![`v${version}`]
  return readSpecText('button', JSON.stringify({ name: name.slice(3), requires }))
}

async function resolve(world: World, asked: Asked): Promise<string[]> {
  const found = await resolvePackages(open(world, asked))
  return found.map(({ name, version, requested }) => `${name.slice(3)} ${version} ${requested}`)
}

const chain: World = {
  '@d/alpha': { '1': { '@d/beta': 'latest' } },
  '@d/beta': { '1': {}, '2': { '@d/gamma': '1' } },
  '@d/gamma': { '1': { '@d/alpha': 'latest' }, '2': {} },
}

test('requirements of requirements come along, each after what requires it', async () => {
  expect(await resolve(chain, { roots: { '@d/alpha': 'latest' } })).toEqual([
    'alpha 1 latest',
    'beta 2 latest',
    'gamma 1 1',
  ])
})

test('the newest version is the last row, whatever its number', async () => {
  const world = { '@d/x': { v1: {}, v3: {}, v2: {} } }
  expect(await resolve(world, { roots: { '@d/x': 'latest' } })).toEqual(['x 2 latest'])
})

test('a lock keeps floating packages where they are, unless they are refreshed', async () => {
  const lock = { '@d/beta': { version: '1', requested: 'latest' } }
  const roots = { '@d/beta': 'latest' }
  expect(await resolve(chain, { roots, lock })).toEqual(['beta 1 latest'])
  const refreshed = await resolve(chain, { roots, lock, refresh: true })
  expect(refreshed[0]).toBe('beta 2 latest')
  const pinned = { '@d/beta': { version: '1', requested: '1' } }
  expect((await resolve(chain, { roots, lock: pinned }))[0]).toBe('beta 2 latest')
})

test('what the project asks for wins over what packages require', async () => {
  const roots = { '@d/beta': 'latest', '@d/gamma': '2' }
  expect(await resolve(chain, { roots })).toEqual(['beta 2 latest', 'gamma 2 2'])
})

test('a pin wins over latest, also when it is found later', async () => {
  const world: World = {
    '@d/a': { '1': { '@d/x': 'latest' } },
    '@d/b': { '1': { '@d/c': 'latest' } },
    '@d/c': { '1': { '@d/x': '1' } },
    '@d/x': { '1': { '@d/old': 'latest' }, '2': { '@d/new': 'latest' } },
    '@d/old': { '1': {} },
    '@d/new': { '1': {} },
  }
  expect(await resolve(world, { roots: { '@d/a': 'latest', '@d/b': 'latest' } })).toEqual([
    'a 1 latest',
    'x 1 1',
    'old 1 latest',
    'b 1 latest',
    'c 1 latest',
  ])
})

test('pins of a version that was given up are forgotten', async () => {
  const world: World = {
    '@d/a': { '1': { '@d/x': 'latest' } },
    '@d/b': { '1': { '@d/x': '1' } },
    '@d/x': { '1': { '@d/y': '1' }, '2': { '@d/y': '2' } },
    '@d/y': { '1': {}, '2': {} },
  }
  expect(await resolve(world, { roots: { '@d/a': '1', '@d/b': '1' } })).toEqual([
    'a 1 1',
    'x 1 1',
    'y 1 1',
    'b 1 1',
  ])
})

test('two different pins are refused with the names of who insists', async () => {
  const world: World = {
    '@d/a': { '1': { '@d/x': '1' } },
    '@d/b': { '1': { '@d/x': '2' } },
    '@d/x': { '1': {}, '2': {} },
  }
  const roots = { '@d/a': 'latest', '@d/b': 'latest' }
  await expect(resolve(world, { roots })).rejects.toThrow('"@d/a" requires 1, "@d/b" requires 2')
  const decided = { ...roots, '@d/x': '2' }
  expect(await resolve(world, { roots: decided })).toContain('x 2 2')
})

test('requests that chase each other come to an end', async () => {
  // x in its newest version brings who pins x to the old one, which does not bring them.
  const world: World = {
    '@d/a': { '1': { '@d/x': 'latest' } },
    '@d/x': { '1': {}, '2': { '@d/y': 'latest' } },
    '@d/y': { '1': { '@d/x': '1' } },
  }
  expect(await resolve(world, { roots: { '@d/a': 'latest' } })).toEqual(['a 1 latest', 'x 1 1'])
})

test('an edited package stays at the version of the lock', async () => {
  const lock = { '@d/beta': { version: '1', requested: 'latest' } }
  const asked = { roots: { '@d/beta': '2' }, lock, held: ['@d/beta'], refresh: true }
  expect(await resolve(chain, asked)).toEqual(['beta 1 2'])
})

test('a part of a project is resolved under the pins of the whole', async () => {
  const lock = { '@d/gamma': { version: '1', requested: '1' } }
  const world = { ...chain, '@d/z': { '1': { '@d/gamma': 'latest' } } }
  const asked = { roots: { '@d/z': 'latest' }, policies: {}, lock, refresh: true, partial: true }
  expect((await resolve(world, asked))[1]).toBe('gamma 1 1')
  const whole = await resolve(world, { ...asked, partial: false })
  expect(whole[1]).toBe('gamma 2 latest')
})

test('what is missing is named with the way that led to it', async () => {
  const world: World = {
    '@d/a': { '1': { '@d/b': 'latest' } },
    '@d/b': { '1': { '@d/none': 'latest' } },
  }
  await expect(resolve(world, { roots: { '@d/a': 'latest' } })).rejects.toThrow(
    'dependency of "a": dependency of "b": package "@d/none" not found in registry',
  )
  await expect(resolve(world, { roots: { '@d/a': '7' } })).rejects.toThrow(
    /^package "@d\/a@7" not found in registry$/,
  )
})

test('packages of unknown kinds are refused', async () => {
  const index = openIndex([{ ...row('@d/x', '1'), kind: 'theme' }])
  expect(() => index.get('@d/x')).toThrow('"theme" is not implemented')
})

const names = ['@d/a', '@d/b', '@d/c', '@d/d', '@d/e']
const request = fc.constantFrom('latest', 'latest', '1', '2', '3')
const requires = fc.dictionary(fc.constantFrom(...names), request, { maxKeys: 3 })
const worlds: fc.Arbitrary<World> = fc.record(
  Object.fromEntries(
    names.map((name) => [name, fc.record({ '1': requires, '2': requires, '3': requires })]),
  ),
)

test('resolving ends, and its result fits every request, in any world', async () => {
  const roots = fc.dictionary(fc.constantFrom(...names), request, { minKeys: 1, maxKeys: 3 })
  await fc.assert(
    fc.asyncProperty(worlds, roots, fc.infiniteStream(fc.nat(4)), async (world, asked, delays) => {
      const first = await settle(open(world, { roots: asked }))
      // Answers come in another order the second time.
      const late = open(world, { roots: asked }, async (name, version) => {
        for (let turns = delays.next().value as number; turns > 0; turns--) await Promise.resolve()
        return { spec: specOf(world, name, version) }
      })
      expect(await settle(late)).toEqual(first)
      if (typeof first === 'string') return
      const chosen = new Map(first)
      const live = new Map<string, string>()
      for (const [name, version] of first)
        for (const [other, wanted] of Object.entries(world[name]![version]!)) {
          expect(chosen.has(other)).toBe(true)
          if (wanted !== 'latest' && asked[other] === undefined) live.set(other, wanted)
        }
      for (const [name, version] of first) {
        const wanted = asked[name] ?? live.get(name)
        if (wanted !== undefined) expect(version).toBe(wanted === 'latest' ? '3' : wanted)
      }
      for (const name of Object.keys(asked)) expect(chosen.has(name)).toBe(true)
    }),
    { numRuns: 600 },
  )
})

async function settle(resolution: Resolution<Loaded>): Promise<[string, string][] | string> {
  try {
    const found = await resolvePackages(resolution)
    return found.map(({ name, version }) => [name, version])
  } catch (error) {
    const { name, message } = error as Error
    expect(name).toBe('Failure')
    return message
  }
}

test('two packages do not share a folder', () => {
  const packages = [
    { name: '@a/hello', folder: 'hello' },
    { name: '@b/hello', folder: 'hello' },
  ]
  expect(() => checkFolders(packages)).toThrow(
    'dependencies @a/hello and @b/hello both install as "hello"',
  )
  checkFolders(packages.slice(1))
})
