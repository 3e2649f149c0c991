import { expect, test } from 'bun:test'
import { chmodSync, mkdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome, type Home } from '../helpers/home.ts'

/** The data directory that a command finds. */
async function found(home: Home, cwd: string, env: Record<string, string | undefined> = {}) {
  const { data_dir } = await buttons('summary').in(home).from(cwd).env(env).data()
  return data_dir
}

/** A home without BUTTONS_HOME, as people have it. */
function plainHome(): Home {
  const { BUTTONS_HOME: _, ...env } = emptyHome().env
  const home = emptyHome()
  return { ...home, env: { ...env, HOME: home.root } }
}

test('BUTTONS_HOME decides, also where a project would be found', async () => {
  const home = emptyHome()
  mkdirSync(join(home.cwd, '.buttons'))
  expect(await found(home, home.cwd)).toBe(home.data)
})

test('a relative BUTTONS_HOME is below the working directory, tildes are plain letters', async () => {
  const home = emptyHome()
  expect(await found(home, home.cwd, { BUTTONS_HOME: 'a/../b' })).toBe(join(home.cwd, 'b'))
  expect(await found(home, home.cwd, { BUTTONS_HOME: '~/b' })).toBe(join(home.cwd, '~/b'))
})

test('an empty BUTTONS_HOME counts as unset', async () => {
  const home = plainHome()
  expect(await found(home, home.cwd, { BUTTONS_HOME: '' })).toBe(join(home.root, '.buttons'))
})

test('the nearest directory called .buttons is found from below, a file of that name is passed', async () => {
  const home = plainHome()
  const below = join(home.cwd, 'p/q/r')
  mkdirSync(join(home.cwd, 'p/.buttons'), { recursive: true, mode: 0o700 })
  mkdirSync(below, { recursive: true })
  home.write('work/p/q/.buttons', 'a file')
  expect(await found(home, below)).toBe(join(home.cwd, 'p/.buttons'))
  symlinkSync(join(home.cwd, 'p/.buttons'), join(below, '.buttons'))
  expect(await found(home, below)).toBe(join(below, '.buttons'))
})

test('without a project the one in the home directory is made, for its owner alone', async () => {
  const home = plainHome()
  expect(await found(home, home.cwd)).toBe(join(home.root, '.buttons'))
  for (const folder of ['', 'buttons', 'drawers'])
    expect(statSync(join(home.root, '.buttons', folder)).mode & 0o777).toBe(0o700)
})

test('the directory of the home directory is no project, also when found from below', async () => {
  const home = plainHome()
  mkdirSync(join(home.root, '.git'))
  mkdirSync(join(home.root, '.buttons'), { mode: 0o700 })
  const created = await buttons('create deploy --code true').in(home).data()
  expect(created).not.toHaveProperty('agents_md')
  expect(home.list('.')).not.toContain('AGENTS.md')
  await buttons('batteries set KEY value --local')
    .in(home)
    .expect({ error: { code: 'MISSING_ARG' } })
})

test('help and version make no directory', async () => {
  const home = emptyHome()
  for (const line of ['--help', 'press --help', '--version'])
    await buttons(line)
      .in(home)
      .expect({ stdout: /buttons/ })
  expect(home.list('.')).toEqual(['work'])
})

test('a directory that others may read is worth a warning', async () => {
  const home = emptyHome()
  mkdirSync(home.data)
  chmodSync(home.data, 0o755)
  await buttons('list')
    .in(home)
    .expect({ data: [], stderr: /^warning: Others may read .+\n$/ })
})

const places: readonly [string, (path: string, home: Home) => void, string][] = [
  ['a file', (_, home) => void home.write('data', ''), 'not a directory'],
  ['a link to nowhere', (path) => symlinkSync('/nonexistent/x', path), 'not a directory'],
  ['a link to itself', (path) => symlinkSync(path, path), 'circle'],
]

test.each(places)(
  'a data directory that is %s is refused with its reason',
  async (_, make, why) => {
    const home = emptyHome()
    make(home.data, home)
    for (const line of ['list', 'press hello', 'create hello --code true'])
      await buttons(line)
        .in(home)
        .expect({
          error: {
            code: 'STORAGE_ERROR',
            message: expect.stringMatching(new RegExp(`^Cannot .*${why}`)),
          },
        })
  },
)

test('a data directory with too long a name is refused with its reason', async () => {
  const home = emptyHome()
  await buttons('list')
    .in(home)
    .env({ BUTTONS_HOME: join(home.root, 'x'.repeat(300)) })
    .expect({
      error: { code: 'STORAGE_ERROR', message: expect.stringMatching(/^Cannot .*too long/) },
    })
})
