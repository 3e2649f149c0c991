// Real processes killed in the middle of an install: what the next command sees is whole.

import { expect, test } from 'bun:test'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome, type Home } from '../helpers/home.ts'
import { start } from '../helpers/program.ts'
import { buttonFiles, openRegistry } from '../helpers/registry.ts'

const registry = openRegistry()
const names = Array.from({ length: 12 }, (_, at) => `p${at}`)
for (const version of ['1', '2'])
  for (const name of names)
    registry.put(`@d/${name}`, version, {
      ...buttonFiles(name, `echo ${version}\n`),
      'data.txt': version.repeat(5000),
      ...(version === '1' && { 'only-old.txt': 'x' }),
    })

interface Locked {
  dependencies: Record<string, { version: string }>
}

/** The one version that everything here has: manifest, lock, folders. */
function versionOf(home: Home): string {
  const { dependencies } = JSON.parse(home.read('data/buttons-lock.json')) as Locked
  const versions = new Set(names.map((name) => dependencies[`@d/${name}`]!.version))
  const [version] = versions
  expect(versions.size).toBe(1)
  for (const name of names) {
    const folder = `data/buttons/${name}`
    expect((JSON.parse(home.read(`${folder}/button.json`)) as { version: string }).version).toBe(
      version!,
    )
    expect(home.read(`${folder}/data.txt`)).toBe(version!.repeat(5000))
    expect(home.list(folder).includes('only-old.txt')).toBe(version === '1')
  }
  return version!
}

test('however an install is killed, the packages are all old or all new', async () => {
  const seen = new Set<string>()
  let longest = 0
  for (let round = 0; round < 16; round++) {
    const home = registry.use(emptyHome())
    const wanted = (request: string) =>
      JSON.stringify({
        dependencies: Object.fromEntries(names.map((name) => [`@d/${name}`, request])),
      })
    home.write('data/buttons.json', wanted('1'))
    await buttons('install').in(home).expect({ data: {} })
    home.write('data/buttons.json', wanted('2'))
    const started = performance.now()
    const child = start(home, 'install')
    // The first round shows how long it takes; the others end somewhere on the way.
    if (round > 0) await Promise.race([Bun.sleep((longest * round) / 15), child.finished])
    if (round > 0) child.kill()
    await child.finished
    if (round === 0) longest = performance.now() - started
    await buttons('list')
      .in(home)
      .expect({ data: expect.any(Array) })
    seen.add(versionOf(home))
    await buttons('install').in(home).expect({ data: {} })
    expect(versionOf(home)).toBe('2')
    expect(home.list('data').filter((name) => /^\.(?:staging|installing)/.test(name))).toEqual([])
  }
  expect(seen).toContain('2')
}, 60_000)

test('commands that change packages at the same time lose nothing of each other', async () => {
  const home = registry.use(emptyHome())
  const running = names.slice(0, 4).map((name) => start(home, `add @d/${name}@1`))
  const finished = await Promise.all(running.map(({ finished: end }) => end))
  expect(finished.map(({ exit }) => exit)).toEqual([0, 0, 0, 0])
  const { dependencies } = JSON.parse(home.read('data/buttons.json')) as { dependencies: object }
  expect(Object.keys(dependencies)).toHaveLength(4)
  const locked = JSON.parse(home.read('data/buttons-lock.json')) as Locked
  expect(Object.keys(locked.dependencies)).toHaveLength(4)
  const { events } = JSON.parse(home.read('data/history.json')) as { events: object[] }
  expect(events).toHaveLength(4)
}, 60_000)
