// A change of packages is cut off at every single step on its way, by a crash and by a failing disk:
// what a later command finds is the old state or the new one, never a mixture.

import { expect, test } from 'bun:test'
import { cpSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { openBunHost } from '#host/bun.ts'
import type { Files, Host } from '#host/host.ts'
import type { StagedFolder } from '#store/packages.ts'
import { openFileStore } from '#store/files/store.ts'
import type { LockEntry } from '#spec/package.ts'
import { emptyHome, type Home } from '../helpers/home.ts'
import { buttonFiles } from '../helpers/registry.ts'

const changing = [
  'create',
  'replace',
  'place',
  'append',
  'makeDirectory',
  'rename',
  'remove',
  'removeTree',
] as const

class Crash extends Error {}

/** A machine whose disk stops working after so many changes; for good, or for one change. */
function failingHost(home: Home, after: number, crash: boolean): Host & { steps: () => number } {
  const real = openBunHost()
  let steps = 0
  let dead = false
  const guarded = Object.fromEntries(
    changing.map((name) => [
      name,
      (...args: never[]) => {
        if (dead) throw new Crash('dead')
        if (steps++ === after) {
          dead = crash
          throw crash ? new Crash('dead') : Object.assign(new Error('full'), { code: 'ENOSPC' })
        }
        return (real.files[name] as (...args: never[]) => unknown)(...args)
      },
    ]),
  )
  const files = { ...real.files, ...guarded } as Files
  return { ...real, env: home.env, cwd: home.cwd, files, steps: () => steps }
}

function entry(version: string): LockEntry {
  return {
    kind: 'button',
    requested: 'latest',
    version,
    content_hash: version,
    installed_name: 'x',
    resolved_at: 'now',
  }
}

function folder(name: string, code: string, expected: string | undefined): StagedFolder {
  const files = Object.entries(buttonFiles(name, code)).map(
    ([path, data]) => [path, { data, mode: 0o700 }] as const,
  )
  return { kind: 'button', folder: name, expected, files: new Map(files) }
}

/** Everything below the data directory that counts, by path. */
function snapshot(home: Home): Record<string, string> {
  const found: Record<string, string> = {}
  const visit = (below: string) => {
    for (const name of readdirSync(join(home.data, below)).sort()) {
      const path = below === '' ? name : `${below}/${name}`
      if (name.startsWith('.') || name === 'history.json') continue
      if (statSync(join(home.data, path)).isDirectory()) visit(path)
      else found[path] = readFileSync(join(home.data, path), 'utf8')
    }
  }
  visit('')
  return found
}

/** Two packages of version 1, with a record, and one that will be removed. */
async function before(): Promise<Home> {
  const home = emptyHome()
  for (const name of ['a', 'b', 'gone'])
    for (const [path, text] of Object.entries(buttonFiles(name, 'one')))
      home.write(`data/buttons/${name}/${path}`, text)
  home.write('data/buttons/a/pressed/old.json', '{}')
  home.write('data/drawers/keep', '')
  home.write('data/buttons.json', '{"dependencies":{"@d/a":"latest"}}')
  return home
}

async function change(host: Host): Promise<void> {
  const store = openFileStore(host)
  await store.prepare()
  const begun = (await store.packages.begin(0))!
  try {
    const hashes = await Promise.all(
      ['a', 'b', 'gone'].map(async (name) =>
        (await store.packages.look({ kind: 'button', folder: name })).hash(),
      ),
    )
    begun.stage(folder('a', 'two', hashes[0]))
    begun.stage(folder('b', 'two', hashes[1]))
    begun.stage(folder('new', 'two', undefined))
    await begun.commit({
      remove: [{ kind: 'button', folder: 'gone', expected: hashes[2]! }],
      manifest: { dependencies: { '@d/a': 'latest', '@d/new': '2' }, others: {} },
      lock: { dependencies: { '@d/a': entry('2') }, others: {} },
    })
  } finally {
    begun.release()
  }
}

const plain = (home: Home): Host => ({ ...openBunHost(), env: home.env, cwd: home.cwd })

const old = await before()
const oldState = snapshot(old)
const done = await before()
const counting = failingHost(done, Number.POSITIVE_INFINITY, false)
await change(counting)
const newState = snapshot(done)

test('a change that nothing disturbs leaves the new state whole', () => {
  expect(Object.keys(newState).sort()).toEqual([
    'buttons-lock.json',
    'buttons.json',
    'buttons/a/button.json',
    'buttons/a/main.sh',
    'buttons/a/pressed/old.json',
    'buttons/b/button.json',
    'buttons/b/main.sh',
    'buttons/new/button.json',
    'buttons/new/main.sh',
    'drawers/keep',
  ])
  expect(newState['buttons/a/main.sh']).toBe('two')
  expect(readdirSync(done.data).filter((name) => name.startsWith('.'))).toEqual(['.install.lock'])
})

async function isWhole(home: Home): Promise<'old' | 'new'> {
  const found = snapshot(home)
  const isNew = found['buttons/a/main.sh'] === 'two'
  expect(found).toEqual(isNew ? newState : oldState)
  return isNew ? 'new' : 'old'
}

test('a crash at any step leaves the old state or the new one to the next command', async () => {
  const outcomes = new Set<string>()
  for (let after = 0; after < counting.steps(); after++) {
    const home = await before()
    const crashed = failingHost(home, after, true)
    const ended = await change(crashed).then(
      () => 'ended',
      (error: Error) => error.message,
    )
    // The next command of any kind puts things right before it does its own work.
    const store = openFileStore(plain(home))
    await store.prepare()
    const state = await isWhole(home)
    outcomes.add(state)
    if (ended === 'ended') expect(state).toBe('new')
    // And whoever changes packages next finds no leftovers.
    ;(await store.packages.begin(0))!.release()
    expect(readdirSync(home.data).filter((name) => /^\.(?:staging|installing)/.test(name))).toEqual(
      [],
    )
    rmSync(home.root, { recursive: true })
  }
  expect(outcomes).toEqual(new Set(['old', 'new']))
})

test('a crash while things are put right is put right as well', async () => {
  // The worst moment: everything is moved, nothing is decided.
  const torn = await before()
  for (let after = 0; ; after++) {
    const home = await before()
    await change(failingHost(home, after, true)).catch(() => {})
    const journal = readdirSync(home.data).includes('.installing')
    if (journal && snapshot(home)['buttons/new/main.sh'] === 'two') {
      cpSync(home.data, torn.data, { recursive: true, force: true })
      rmSync(join(torn.data, 'buttons/gone'), { recursive: true, force: true })
      break
    }
  }
  for (let after = 0; ; after++) {
    const home = emptyHome()
    cpSync(torn.data, home.data, { recursive: true })
    const crashed = failingHost(home, after, true)
    await openFileStore(crashed).prepare()
    await openFileStore(plain(home)).prepare()
    expect(await isWhole(home)).toBe('old')
    rmSync(home.root, { recursive: true })
    if (crashed.steps() <= after) break
  }
})

test('a disk that fails at any step leaves the old state, or the new one', async () => {
  for (let after = 0; after < counting.steps(); after++) {
    const home = await before()
    const failing = failingHost(home, after, false)
    const failed = await change(failing).then(
      () => false,
      () => true,
    )
    await openFileStore(plain(home)).prepare()
    const state = await isWhole(home)
    if (!failed) expect(state).toBe('new')
    rmSync(home.root, { recursive: true })
  }
})

test('what was taken back is logged', async () => {
  const home = await before()
  const store = openFileStore(plain(home))
  const begun = (await store.packages.begin(0))!
  const look = await store.packages.look({ kind: 'button', folder: 'a' })
  begun.stage(folder('a', 'two', look.hash()))
  // Somebody makes a folder where the lock file belongs.
  home.write('data/buttons-lock.json/x', '')
  const lock = { dependencies: {}, others: {} }
  await expect(begun.commit({ lock })).rejects.toThrow()
  begun.release()
  rmSync(join(home.data, 'buttons-lock.json'), { recursive: true })
  expect(await isWhole(home)).toBe('old')
})

test('a folder that changed since it was judged is not replaced', async () => {
  const home = await before()
  const store = openFileStore(plain(home))
  const begun = (await store.packages.begin(0))!
  const look = await store.packages.look({ kind: 'button', folder: 'a' })
  begun.stage(folder('a', 'two', look.hash()))
  home.write('data/buttons/a/main.sh', 'just now')
  await expect(begun.commit({})).rejects.toThrow('it was changed just now')
  begun.release()
  expect(home.read('data/buttons/a/main.sh')).toBe('just now')
})

test('nobody changes packages while somebody else does', async () => {
  const home = await before()
  const [one, other] = [openFileStore(plain(home)), openFileStore(plain(home))]
  const begun = (await one.packages.begin(0))!
  expect(await other.packages.begin(0)).toBeUndefined()
  begun.release()
  const next = (await other.packages.begin(0))!
  next.release()
})

test('a record that is written while its folder is replaced is kept', async () => {
  const home = await before()
  const real = openBunHost()
  let moved = false
  const files: Files = {
    ...real.files,
    rename: (from, to) => {
      real.files.rename(from, to)
      // A press that ends in the one moment in which the folder is not there makes it again.
      if (!moved && from.endsWith('buttons/a')) home.write('data/buttons/a/pressed/late.json', '{}')
      moved ||= from.endsWith('buttons/a')
    },
  }
  await change({ ...real, env: home.env, cwd: home.cwd, files })
  expect(home.list('data/buttons/a/pressed')).toEqual(['.baseline', 'late.json', 'old.json'])
  expect(home.read('data/buttons/a/main.sh')).toBe('two')
})
