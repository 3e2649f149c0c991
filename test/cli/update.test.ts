import { expect, test } from 'bun:test'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome, type Home } from '../helpers/home.ts'
import { until } from '../helpers/program.ts'
import { buttonFiles, drawerFiles, openRegistry, type TestRegistry } from '../helpers/registry.ts'

interface Report {
  buttons: Record<string, unknown>[]
  update_available: boolean
  updated_buttons?: string[]
}

const json = <T = Record<string, never>>(here: Home, path: string) =>
  JSON.parse(here.read(path)) as T
const versions = (here: Home) =>
  Object.entries(
    json<{ dependencies: Record<string, { version: string }> }>(here, 'data/buttons-lock.json')
      .dependencies,
  ).map(([name, { version }]) => `${name}@${version}`)

/** A registry with these packages at version 1, installed; then with version 2 of some. */
async function outdated(
  add: string[],
  { newer, more = () => {} }: { newer: string[]; more?: (registry: TestRegistry) => void },
): Promise<{ registry: TestRegistry; here: Home }> {
  const registry = openRegistry()
  const put = (name: string, version: string) =>
    name === 'flow'
      ? registry.put(`@d/${name}`, version, drawerFiles(name, ['hello'], { description: version }))
      : registry.put(`@d/${name}`, version, buttonFiles(name, `echo ${version}\n`))
  for (const name of ['hello', 'other', 'flow']) put(name, '1')
  more(registry)
  const here = registry.use(emptyHome())
  for (const spec of add) await buttons(`add ${spec}`).in(here).expect({ data: {} })
  for (const name of newer) put(name, '2')
  return { registry, here }
}

test('status tells what is newer and changes nothing; update installs it', async () => {
  const { registry, here } = await outdated(['@d/hello', '@d/other'], { newer: ['hello'] })
  const before = here.read('data/buttons-lock.json')
  const { buttons: rows } = await buttons('status').in(here).data<Report>()
  expect(rows).toEqual([
    {
      name: 'hello',
      kind: 'button',
      package_name: '@d/hello',
      requested: 'latest',
      current_version: '1',
      latest_version: '2',
      current_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      latest_hash: registry.rows.at(-1)!.sha256!,
      update_available: true,
    },
    expect.objectContaining({ name: 'other', update_available: false }),
  ])
  expect(here.read('data/buttons-lock.json')).toBe(before)
  await buttons('update')
    .in(here)
    .expect({
      data: {
        binary: { current: 'dev', update_available: false },
        buttons: [{ name: 'hello', updated: true, update_available: false }, { name: 'other' }],
        updated_binary: false,
        updated_buttons: ['hello'],
        update_available: false,
      },
    })
  expect(versions(here)).toEqual(['@d/hello@2', '@d/other@1'])
  expect(here.read('data/buttons/hello/main.sh')).toBe('echo 2\n')
  expect(json<{ events: object[] }>(here, 'data/history.json').events.at(-1)).toMatchObject({
    action: 'update',
    installed: ['hello'],
  })
})

test('without a manifest there is nothing to update', async () => {
  const registry = openRegistry()
  const here = registry.use(emptyHome())
  const binary = { current: 'dev', update_available: false }
  await buttons('status')
    .in(here)
    .expect({ json: { ok: true, data: { binary, buttons: [], update_available: false } } })
  await buttons('update')
    .in(here)
    .expect({ data: { buttons: [], updated_binary: false, updated_buttons: [] } })
  expect(registry.calls).toEqual([])
})

test('a pinned package stays', async () => {
  const { here } = await outdated(['@d/hello@1'], { newer: ['hello'] })
  await buttons('status')
    .in(here)
    .expect({ data: { buttons: [{ pinned: true, latest_version: '2', update_available: false }] } })
  await buttons('update')
    .in(here)
    .expect({ data: { updated_buttons: [] } })
  expect(versions(here)).toEqual(['@d/hello@1'])
})

test('a drawer and its buttons are brought up to date each by itself', async () => {
  const one = await outdated(['@d/flow'], { newer: ['flow'] })
  await buttons('update')
    .in(one.here)
    .expect({ data: { updated_buttons: ['flow'] } })
  expect(versions(one.here)).toEqual(['@d/flow@2', '@d/hello@1'])
  const other = await outdated(['@d/flow'], { newer: ['hello'] })
  const { buttons: rows } = await buttons('status').in(other.here).data<Report>()
  expect(rows.map((row) => [row['name'], row['update_available']])).toEqual([
    ['flow', false],
    ['hello', true],
  ])
  await buttons('update')
    .in(other.here)
    .expect({ data: { updated_buttons: ['hello'] } })
  expect(versions(other.here)).toEqual(['@d/flow@1', '@d/hello@2'])
})

test('edited packages are skipped, buttons and drawers alike', async () => {
  const { here } = await outdated(['@d/flow'], { newer: ['flow', 'hello'] })
  here.write('data/buttons/hello/main.sh', 'echo mine\n')
  await buttons('drawer flow set description=mine').in(here).expect({ data: {} })
  const skipped = { skipped: true, skip_reason: 'local files changed since install' }
  await buttons('update')
    .in(here)
    .expect({
      data: {
        buttons: [
          { name: 'flow', kind: 'drawer', ...skipped },
          { name: 'hello', kind: 'button', ...skipped },
        ],
        updated_buttons: [],
      },
    })
  expect(here.read('data/buttons/hello/main.sh')).toBe('echo mine\n')
  expect(versions(here)).toEqual(['@d/flow@1', '@d/hello@1'])
})

test('what a killed command left unfinished in a folder is no edit', async () => {
  const { here } = await outdated(['@d/hello'], { newer: ['hello'] })
  here.write('data/buttons/hello/.tmp-4711-0-660c51971e7b6', 'half')
  await buttons('update')
    .in(here)
    .expect({ data: { updated_buttons: ['hello'] } })
  expect(here.list('data/buttons/hello')).not.toContain('.tmp-4711-0-660c51971e7b6')
})

test('an edited requirement stays while what requires it is updated', async () => {
  const { here } = await outdated(['@d/flow'], { newer: ['flow', 'hello'] })
  here.write('data/buttons/hello/main.sh', 'echo mine\n')
  await buttons('update')
    .in(here)
    .expect({ data: { updated_buttons: ['flow'] } })
  expect(here.read('data/buttons/hello/main.sh')).toBe('echo mine\n')
  expect(versions(here)).toEqual(['@d/flow@2', '@d/hello@1'])
})

test('a pin of the project protects what others require', async () => {
  const { here } = await outdated(['@d/flow', '@d/hello@1'], { newer: ['flow', 'hello'] })
  await buttons('update')
    .in(here)
    .expect({ data: { updated_buttons: ['flow'] } })
  expect(versions(here)).toEqual(['@d/flow@2', '@d/hello@1'])
})

test('a folder that is gone is missing, and comes back with update', async () => {
  const { here } = await outdated(['@d/hello'], { newer: [] })
  rmSync(join(here.data, 'buttons/hello'), { recursive: true })
  await buttons('status')
    .in(here)
    .expect({ data: { buttons: [{ missing: true, update_available: false }] } })
  await buttons('update')
    .in(here)
    .expect({ data: { updated_buttons: ['hello'] } })
  expect(here.list('data/buttons')).toEqual(['hello'])
})

test('a pinned package that was never installed is missing, and no update', async () => {
  const { here } = await outdated([], { newer: [] })
  here.write('data/buttons.json', '{"dependencies":{"@d/hello":"1","@d/other":"latest"}}')
  await buttons('status')
    .in(here)
    .expect({
      data: {
        buttons: [
          { name: 'hello', pinned: true, missing: true, update_available: false },
          { name: 'other', update_available: true },
        ],
      },
    })
  await buttons('update')
    .in(here)
    .expect({ data: { updated_buttons: ['other'] } })
})

test('one bad package keeps no other back', async () => {
  const more = (registry: TestRegistry) => registry.put('@d/bad', '1', buttonFiles('bad'))
  const { registry, here } = await outdated(['@d/hello', '@d/bad'], { newer: ['hello'], more })
  registry.put('@d/bad', '2', buttonFiles('bad', 'true\n', { requires: { '@d/none': 'latest' } }))
  await buttons('update')
    .in(here)
    .expect({
      data: {
        buttons: [
          { name: 'bad', error: 'dependency of "bad": package "@d/none" not found in registry' },
          { name: 'hello', updated: true },
        ],
        updated_buttons: ['hello'],
        update_available: false,
      },
    })
  expect(versions(here)).toEqual(['@d/bad@1', '@d/hello@2'])
})

test('a version that was taken back is told', async () => {
  const { registry, here } = await outdated(['@d/hello@1'], { newer: ['hello'] })
  registry.rows.find((row) => row.name === '@d/hello')!['yanked'] = true
  await buttons('status')
    .in(here)
    .expect({ data: { buttons: [{ yanked: true }] } })
})

test('without a registry every row says why, and the command succeeds', async () => {
  const { registry, here } = await outdated(['@d/hello', '@d/other'], { newer: [] })
  const rows = (error: unknown) => ({ data: { buttons: [{ error }, { error }] } })
  await buttons('status')
    .in(here)
    .env({ BUTTONS_REGISTRY_URL: undefined })
    .expect(rows('registry URL not set'))
  await registry.stop()
  await buttons('update')
    .in(here)
    .expect(rows(expect.stringContaining(`registry ${registry.url}: `)))
})

test('a manifest nobody can read is a failure', async () => {
  const { here } = await outdated([], { newer: [] })
  here.write('data/buttons.json', '[]')
  for (const [word, code] of [
    ['status', 'STATUS_ERROR'],
    ['update', 'UPDATE_ERROR'],
  ] as const)
    await buttons(word).in(here).expect({ error: { code } })
})

test('people see a line for each package', async () => {
  const { here } = await outdated(['@d/hello', '@d/other@1', '@d/flow'], { newer: ['hello'] })
  await buttons('status')
    .in(here)
    .onTerminal()
    .env({ BUTTONS_NO_UPDATE: '1' })
    .expect({
      stdout:
        /Drawer @d\/flow 1\n.*Button @d\/hello 1: 2 is available\n.*Button @d\/other 1: pinned.*Next: buttons update/s,
    })
})

test('somebody at a terminal is asked about what can do more than before', async () => {
  const { registry, here } = await outdated(['@d/hello'], { newer: [] })
  registry.put('@d/hello', '2', buttonFiles('hello', 'x\n', { requires_batteries: ['TOKEN'] }))
  const quiet = { BUTTONS_NO_UPDATE: '1' }
  await buttons('update')
    .in(here)
    .onTerminal()
    .env(quiet)
    .stdin('n\n')
    .expect({ stdout: /wants +\+TOKEN.*Nothing was installed/s })
  expect(versions(here)).toEqual(['@d/hello@1'])
  await buttons('update --yes')
    .in(here)
    .onTerminal()
    .env(quiet)
    .expect({ stdout: /updated to 2/ })
  expect(versions(here)).toEqual(['@d/hello@2'])
})

test('--summary of update asks nobody', async () => {
  const { registry, here } = await outdated(['@d/hello'], { newer: ['hello'] })
  const before = registry.calls.length
  await buttons('update --summary')
    .in(here)
    .expect({ data: { executed: false } })
  expect(registry.calls).toHaveLength(before)
})

test('what nobody asked for is updated in silence, and only packages', async () => {
  const { here } = await outdated(['@d/flow'], { newer: ['flow', 'hello'] })
  await buttons('__update').in(here).expect({ stdout: '' })
  expect(versions(here)).toEqual(['@d/flow@2', '@d/hello@2'])
  expect(here.list('data')).not.toContain('settings.json')
})

test('nothing is updated when the settings say no, or somebody else changes packages', async () => {
  const { here } = await outdated(['@d/hello'], { newer: ['hello'] })
  await buttons('config set buttons-auto-update false').in(here)
  await buttons('__update').in(here).expect({ stdout: '' })
  expect(versions(here)).toEqual(['@d/hello@1'])
  here.write('data/settings.json', '{')
  await buttons('__update').in(here).expect({ stdout: '' })
  expect(versions(here)).toEqual(['@d/hello@1'])
})

test('with updates of the program on, the time of the look is noted', async () => {
  const { here } = await outdated(['@d/hello'], { newer: ['hello'] })
  await buttons('config set cli-auto-update true').in(here)
  await buttons('__update').in(here).expect({ stdout: '' })
  const stamp = () =>
    json<{ defaults: { last_update_check_unix: number } }>(here, 'data/settings.json').defaults
      .last_update_check_unix
  const first = stamp()
  expect(first).toBeGreaterThan(1_700_000_000)
  here.write(
    'data/settings.json',
    JSON.stringify({ defaults: { cli_auto_update: true, last_update_check_unix: first - 60 } }),
  )
  await buttons('__update').in(here).expect({ stdout: '' })
  expect(stamp()).toBe(first - 60)
})

test('a command at a terminal starts updates beside it, at most once a minute', async () => {
  const { registry, here } = await outdated(['@d/hello'], { newer: ['hello'] })
  await buttons('list').in(here).onTerminal().expect({ stdout: /hello/ })
  await until(() => versions(here).includes('@d/hello@2'))
  const asked = registry.calls.length
  await buttons('list').in(here).onTerminal().expect({ stdout: /hello/ })
  const path = join(here.data, '.registry-cache/passive.json')
  expect(await Bun.file(path).exists()).toBe(true)
  expect(registry.calls).toHaveLength(asked)
})

test.each([
  ['in CI', { CI: 'true' }, 'list'],
  ['when told not to', { BUTTONS_NO_UPDATE: ' Yes ' }, 'list'],
  ['before the help', {}, 'list --help'],
  ['without a registry', { BUTTONS_REGISTRY_URL: undefined }, 'list'],
])('%s nothing is started', async (_, env, line) => {
  const { here } = await outdated(['@d/hello'], { newer: ['hello'] })
  await buttons(line).in(here).env(env).onTerminal().expect({ stdout: /./ })
  expect(here.list('data/.registry-cache')).not.toContain('passive.json')
})

test('without a terminal nothing is started', async () => {
  const { here } = await outdated(['@d/hello'], { newer: ['hello'] })
  await buttons('list')
    .in(here)
    .expect({ data: expect.any(Array) })
  expect(here.list('data/.registry-cache')).not.toContain('passive.json')
})
