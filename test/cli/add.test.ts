import { expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { buttons, executable } from '../helpers/buttons.ts'
import { emptyHome, type Home, homeWith } from '../helpers/home.ts'
import { program, until } from '../helpers/program.ts'
import { emptyProject } from '../helpers/project.ts'
import { buttonFiles, drawerFiles, openRegistry } from '../helpers/registry.ts'

const registry = openRegistry()
registry.put('@acme/hello', '1', buttonFiles('hello', 'echo one\n'))
registry.put('@acme/hello', '2', buttonFiles('hello', 'echo two\n'))
registry.put('@acme/pinned', '1', buttonFiles('pinned'))
registry.put(
  '@acme/alpha',
  '1',
  buttonFiles('alpha', 'true\n', { requires: { '@acme/beta': 'latest' } }),
)
registry.put(
  '@acme/beta',
  '1',
  buttonFiles('beta', 'true\n', { requires_batteries: ['TOKEN', 'SET'] }),
)
registry.put('@acme/base', '1', buttonFiles('base'))
registry.put('@acme/build', '1', buttonFiles('build'))
registry.put('@acme/ship', '1', buttonFiles('ship', 'true\n', { requires: ['@acme/base'] }))
registry.put('@acme/release', '1', {
  ...drawerFiles('release', ['build', 'ship']),
  'helper.sh': 'x',
})
registry.put(
  '@acme/lost',
  '1',
  buttonFiles('lost', 'true\n', { requires: { '@acme/gone': 'latest' } }),
)
registry.put('@other/hello', '1', buttonFiles('hello'))

const home = () => registry.use(emptyHome())
const json = <T = Record<string, unknown>>(here: Home, path: string) =>
  JSON.parse(here.read(path)) as T
const locked = (here: Home) =>
  json<{ dependencies: Record<string, Record<string, string>> }>(here, 'data/buttons-lock.json')
    .dependencies
const mode = (here: Home, path: string) => statSync(join(here.data, path)).mode & 0o777

test('add installs the newest version and says so in manifest, lock and folder', async () => {
  const here = home()
  await buttons('add @acme/hello')
    .in(here)
    .expect({
      data: {
        name: '@acme/hello',
        requested: 'latest',
        installed: ['hello'],
        skipped: [],
        missing_batteries: [],
        permissions: [{ package: '@acme/hello', runtimes: ['shell'] }],
      },
    })
  expect(here.read('data/buttons.json')).toBe(
    '{\n  "schema_version": 1,\n  "dependencies": {\n    "@acme/hello": "latest"\n  }\n}\n',
  )
  expect(locked(here)['@acme/hello']).toEqual({
    kind: 'button',
    requested: 'latest',
    version: '2',
    content_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    installed_name: 'hello',
    resolved_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    source: registry.url,
  })
  expect(here.list('data/buttons/hello')).toEqual([
    '.buttons-install-state.json',
    'button.json',
    'main.sh',
    'pressed',
  ])
  expect(mode(here, 'buttons/hello/main.sh')).toBe(0o700)
  for (const path of [
    'buttons/hello/button.json',
    'buttons.json',
    'buttons-lock.json',
    'history.json',
  ])
    expect(mode(here, path)).toBe(0o600)
  const spec = json(here, 'data/buttons/hello/button.json')
  expect(spec).toMatchObject({ version: '2', source: '@acme/hello@2' })
  expect(spec['content_hash']).toBe(locked(here)['@acme/hello']!['content_hash'])
  await buttons('press hello')
    .in(here)
    .expect({ data: { stdout: 'two\n' } })
})

test('add leaves nothing of its work behind, and one event', async () => {
  const here = home()
  await buttons('add @acme/hello@1').in(here).expect({ data: {} })
  const hidden = here.list('data').filter((name) => name.startsWith('.'))
  expect(hidden).toEqual(['.install.lock', '.registry-cache'])
  expect(json(here, 'data/history.json')).toMatchObject({
    events: [
      {
        action: 'add',
        package_name: '@acme/hello',
        requested: '1',
        installed: ['hello'],
        dependencies: [{ name: '@acme/hello', kind: 'button', version: '1', requested: '1' }],
      },
    ],
  })
})

test('requirements come along', async () => {
  const here = home()
  const env = { BUTTONS_BAT_SET: 'x' }
  await buttons('add @acme/alpha')
    .in(here)
    .env({ ...here.env, ...env })
    .expect({ data: { installed: ['alpha', 'beta'], missing_batteries: ['TOKEN'] } })
  expect(locked(here)['@acme/beta']).toMatchObject({ requested: 'latest', version: '1' })
})

test('a drawer brings its buttons, and what they require', async () => {
  const here = home()
  await buttons('add @acme/release')
    .in(here)
    .expect({ data: { installed: ['release', 'build', 'ship', 'base'] } })
  const kinds = Object.entries(locked(here)).map(([name, { kind }]) => [name, kind])
  expect(kinds).toEqual([
    ['@acme/base', 'button'],
    ['@acme/build', 'button'],
    ['@acme/release', 'drawer'],
    ['@acme/ship', 'button'],
  ])
  expect(mode(here, 'drawers/release/drawer.json')).toBe(0o600)
  expect(mode(here, 'drawers/release/helper.sh')).toBe(0o700)
  await buttons('drawer release press')
    .in(here)
    .expect({ data: { status: 'ok' } })
})

test('adding refreshes other floating packages, unless told not to', async () => {
  for (const [flag, version] of [
    ['', '2'],
    ['--no-refresh', '1'],
  ] as const) {
    const here = home()
    const old = { ...registry.rows.find((row) => row.name === '@acme/hello')! }
    registry.intercept = ({ path }) => (path === '/v1/index' ? Response.json([old]) : undefined)
    await buttons('add @acme/hello').in(here).expect({ data: {} })
    registry.intercept = undefined
    await buttons(`add @acme/pinned@1 ${flag}`).in(here).expect({ data: {} })
    expect(locked(here)['@acme/hello']!['version']).toBe(version)
    expect(locked(here)['@acme/pinned']!['version']).toBe('1')
  }
})

test.each([
  ['hello', /scoped like @desk\/name/],
  ['@acme/hello@latest', /no suffix/],
  ['@acme/hello@1.2.3', /"1.2.3"/],
  ['@acme/none', /package "@acme\/none" not found in registry/],
  ['@acme/hello@9', /package "@acme\/hello@9" not found in registry/],
  ['@acme/lost', /dependency of "lost": package "@acme\/gone" not found/],
])('add %s changes nothing', async (name, message) => {
  const here = home()
  await buttons(`add ${name}`)
    .in(here)
    .expect({ error: { code: 'ADD_ERROR', message: expect.stringMatching(message) } })
  expect(here.list('data')).not.toContain('buttons.json')
  expect(here.list('data')).not.toContain('buttons-lock.json')
  expect(here.list('data/buttons')).toEqual([])
})

test('a resolution that fails is logged', async () => {
  const here = home()
  await buttons('add @acme/lost')
    .in(here)
    .expect({ error: { code: 'ADD_ERROR' } })
  const { events } = json<{ events: object[] }>(here, 'data/history.json')
  expect(events).toMatchObject([
    {
      action: 'resolve_failed',
      package_name: '@acme/lost',
      error: expect.stringContaining('gone'),
    },
  ])
  expect(events[0]).not.toHaveProperty('dependencies')
})

test('without an address or a key no registry is asked', async () => {
  const here = home()
  const before = registry.calls.length
  const unset = { BUTTONS_REGISTRY_URL: undefined }
  await buttons('add @acme/hello')
    .in(here)
    .env(unset)
    .expect({ error: { code: 'ADD_ERROR', message: 'registry URL not set' } })
  const keyless = { BUTTONS_BAT_REGISTRY_KEY: undefined, BUTTONS_BAT_REGISTRY_WRITE_KEY: undefined }
  await buttons('install')
    .in(here)
    .env(keyless)
    .expect({ error: { code: 'INSTALL_ERROR', message: 'registry key not set' } })
  expect(registry.calls).toHaveLength(before)
})

test('a wrong key is refused in the words of the registry', async () => {
  await buttons('add @acme/hello')
    .in(home())
    .env({ BUTTONS_BAT_REGISTRY_KEY: 'wrong' })
    .expect({
      error: { code: 'ADD_ERROR', message: 'registry index: 401 wrong key (UNAUTHORIZED)' },
    })
})

test('a write key reads, too', async () => {
  const here = home()
  await buttons('add @acme/hello')
    .in(here)
    .env({ BUTTONS_BAT_REGISTRY_KEY: undefined })
    .expect({ data: {} })
})

test('address and keys may be batteries', async () => {
  const here = emptyHome()
  await buttons('batteries', 'set', 'REGISTRY_URL', `${registry.url}//`).in(here)
  await buttons('batteries', 'set', 'REGISTRY_KEY', registry.readKey).in(here)
  await buttons('add @acme/hello').in(here).expect({ data: {} })
  expect(locked(here)['@acme/hello']!['source']).toBe(registry.url)
})

test('in a repository the list of buttons follows', async () => {
  const project = registry.use(emptyProject())
  await buttons('add @acme/hello')
    .in(project)
    .expect({ data: { agents_md: 'created' } })
  expect(project.read('work/AGENTS.md')).toContain('buttons press hello')
  await buttons('remove @acme/hello')
    .in(project)
    .expect({ data: { agents_md: 'updated' } })
  expect(project.read('work/AGENTS.md')).not.toContain('buttons press hello')
})

test('a folder made by hand is not overwritten, unless told', async () => {
  const here = registry.use(homeWith({ buttons: { hello: 'echo mine\n' } }))
  await buttons('add @acme/hello')
    .in(here)
    .expect({
      error: {
        message: expect.stringContaining('no package made it'),
        hint: expect.stringContaining('--force'),
      },
    })
  expect(here.read('data/buttons/hello/main.sh')).toBe('echo mine\n')
  await buttons('add @acme/hello --force')
    .in(here)
    .expect({ data: { installed: ['hello'] } })
  expect(here.read('data/buttons/hello/main.sh')).toBe('echo two\n')
})

test('the same files, put there by hand, are adopted', async () => {
  const here = home()
  for (const [name, text] of Object.entries(buttonFiles('hello', 'echo two\n')))
    here.write(`data/buttons/hello/${name}`, text)
  here.write('data/buttons/hello/pressed/old.json', '{}')
  await buttons('add @acme/hello')
    .in(here)
    .expect({ data: { installed: ['hello'] } })
  expect(here.list('data/buttons/hello')).toContain('.buttons-install-state.json')
  expect(here.list('data/buttons/hello/pressed')).toContain('old.json')
})

test('another package of the same folder is not replaced', async () => {
  const here = home()
  await buttons('add @acme/hello').in(here).expect({ data: {} })
  await buttons('add @other/hello')
    .in(here)
    .expect({
      error: { message: 'dependencies @acme/hello and @other/hello both install as "hello"' },
    })
  const lock = json<{ dependencies: object }>(here, 'data/buttons-lock.json')
  here.write('data/buttons.json', '{}')
  here.write('data/buttons-lock.json', JSON.stringify({ ...lock, dependencies: {} }))
  await buttons('add @other/hello')
    .in(here)
    .expect({ error: { message: expect.stringContaining('package "@acme/hello" is there') } })
})

test('a drawer of the same name is in the way, also by force', async () => {
  const here = home()
  await buttons('drawer create hello').in(here)
  await buttons('add @acme/hello --force')
    .in(here)
    .expect({ error: { message: expect.stringContaining('a drawer of that name is there') } })
})

test('edited files stay, with their line in the lock', async () => {
  const here = home()
  await buttons('add @acme/hello@1').in(here).expect({ data: {} })
  const before = locked(here)
  here.write('data/buttons/hello/main.sh', 'echo edited\n')
  await buttons('add @acme/hello@2')
    .in(here)
    .expect({
      data: {
        installed: [],
        skipped: [{ name: '@acme/hello', reason: 'local files changed since install' }],
      },
    })
  expect(here.read('data/buttons/hello/main.sh')).toBe('echo edited\n')
  expect(locked(here)).toEqual(before)
  const { events } = json<{ events: object[] }>(here, 'data/history.json')
  expect(events).toContainEqual(
    expect.objectContaining({ action: 'edit', target: 'button/hello', origin: 'file' }),
  )
  await buttons('add @acme/hello@2 --force')
    .in(here)
    .expect({ data: { installed: ['hello'] } })
  expect(here.read('data/buttons/hello/main.sh')).toBe('echo two\n')
})

test('files that a newer version does not have are gone, records stay', async () => {
  const here = home()
  registry.put('@acme/shrinks', '1', { ...buttonFiles('shrinks', 'echo 1\n'), 'AGENTS.md': 'old' })
  await buttons('add @acme/shrinks').in(here).expect({ data: {} })
  await buttons('press shrinks').in(here).expect({ data: {} })
  registry.put('@acme/shrinks', '2', { ...buttonFiles('shrinks', 'echo 2\n'), 'AGENT.md': 'new' })
  await buttons('add @acme/shrinks').in(here).expect({ data: {} })
  expect(here.list('data/buttons/shrinks')).toEqual([
    '.buttons-install-state.json',
    'AGENT.md',
    'button.json',
    'main.sh',
    'pressed',
  ])
  await buttons('history shrinks')
    .in(here)
    .expect({ data: [expect.objectContaining({ stdout: '1\n' })] })
})

test('what a package can do, and what is new about it, is told', async () => {
  const here = home()
  const spec = { url: 'https://api.example.com/x', headers: { A: '$ENV{TOKEN}' } }
  registry.put('@acme/calls', '1', buttonFiles('calls', '', spec))
  registry.put(
    '@acme/calls',
    '2',
    buttonFiles('calls', '', { ...spec, url: 'https://evil.example/x' }),
  )
  await buttons('add @acme/calls@1')
    .in(here)
    .expect({
      data: {
        missing_batteries: ['TOKEN'],
        permissions: [{ hosts: ['api.example.com'], batteries: ['TOKEN'], runtimes: ['http'] }],
      },
    })
  await buttons('add @acme/calls@2')
    .in(here)
    .onTerminal()
    .stdin('n\n')
    .expect({
      exit: 0,
      stdout:
        /@acme\/calls 2 \(button, 1 is installed\).*calls +\+evil\.example, -api\.example\.com.*Nothing was installed/s,
    })
  expect(locked(here)['@acme/calls']!['version']).toBe('1')
  await buttons('add @acme/calls@2')
    .in(here)
    .onTerminal()
    .stdin('y\n')
    .expect({ stdout: /Install it\?.*Installed calls/s })
  expect(locked(here)['@acme/calls']!['version']).toBe('2')
})

test('scripts and repetitions are not asked', async () => {
  const here = home()
  const installed = /^(?!.*\?).*Installed hello/s
  await buttons('add @acme/hello --yes').in(here).onTerminal().expect({ stdout: installed })
  await buttons('add @acme/hello').in(here).onTerminal().expect({ stdout: installed })
})

test.skipIf(!executable)('Ctrl-C at the question installs nothing', async () => {
  const here = home()
  let seen = ''
  const child = Bun.spawn([...program, 'add', '@acme/hello'], {
    cwd: here.cwd,
    env: { ...here.env, TERM: 'xterm', BUTTONS_NO_UPDATE: '1' },
    terminal: { cols: 80, rows: 24, data: (_, bytes) => void (seen += Buffer.from(bytes)) },
  })
  await until(() => seen.includes('Install it?'))
  child.terminal!.write('\x03')
  expect(await child.exited).toBe(130)
  child.terminal!.close()
  expect(here.list('data/buttons')).toEqual([])
  expect(here.list('data')).not.toContain('buttons.json')
})

test('--summary asks nobody and changes nothing', async () => {
  const here = home()
  const before = registry.calls.length
  await buttons('add @acme/hello@1 --summary')
    .in(here)
    .expect({
      data: { executed: false, command: 'add', would: { name: '@acme/hello', requested: '1' } },
    })
  await buttons('install tag:ops --summary')
    .in(here)
    .expect({ data: { would: { tag: 'ops' } } })
  expect(registry.calls).toHaveLength(before)
  expect(here.list('data')).not.toContain('buttons.json')
})

test('unknown keys of manifest and lock survive', async () => {
  const here = home()
  await buttons('add @acme/hello').in(here).expect({ data: {} })
  const manifest = json(here, 'data/buttons.json')
  const lock = json<{ dependencies: Record<string, object> }>(here, 'data/buttons-lock.json')
  lock.dependencies['@acme/hello'] = { ...lock.dependencies['@acme/hello'], later: true }
  here.write('data/buttons.json', JSON.stringify({ ...manifest, note: 1 }))
  here.write('data/buttons-lock.json', JSON.stringify({ ...lock, note: 2 }))
  await buttons('add @acme/pinned').in(here).expect({ data: {} })
  expect(json(here, 'data/buttons.json')).toMatchObject({ note: 1 })
  expect(json(here, 'data/buttons-lock.json')).toMatchObject({ note: 2 })
  expect(locked(here)['@acme/hello']).toMatchObject({ later: true })
})
