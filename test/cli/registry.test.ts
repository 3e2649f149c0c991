// Our own client with our own registry, in processes and homes of their own: what a team does with
// nothing but this program.

import { describe, expect, test } from 'bun:test'
import { Database } from 'bun:sqlite'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buttons } from '../helpers/buttons.ts'
import { emptyHome, type Home, writeButton } from '../helpers/home.ts'
import { makeKey, makeToken } from '../helpers/ownRegistry.ts'
import { start, until } from '../helpers/program.ts'
import { buttonFiles, openRegistry, refuse, sha256 } from '../helpers/registry.ts'
import { serve, type Served } from '../helpers/serving.ts'

/** A home that works with a registry: a key to publish with, or one to read with. */
function memberOf({ url }: Served, keys: { read?: string; write?: string }): Home {
  const home = emptyHome()
  home.env['BUTTONS_REGISTRY_URL'] = url
  if (keys.read) home.env['BUTTONS_BAT_REGISTRY_KEY'] = keys.read
  if (keys.write) home.env['BUTTONS_BAT_REGISTRY_WRITE_KEY'] = keys.write
  return home
}

async function openTeam(...words: string[]) {
  const home = emptyHome()
  const [read, write] = [await makeKey(home, 'read'), await makeKey(home, 'write')]
  const host = await serve(home, '--registry', ...words)
  const author = memberOf(host, { write })
  const user = memberOf(host, { read })
  return { home, host, read, write, author, user }
}

const packages = (home: Home) =>
  JSON.parse(home.read('data/buttons-lock.json')) as {
    dependencies: Record<string, { version: string; publisher_key?: string }>
  }

test('one publishes a signed package, another adds, verifies, updates and presses it', async () => {
  const { author, user } = await openTeam()
  writeButton(author, 'hello', { code: 'echo one' })
  const published = await buttons('publish @acme/hello --sign').in(author).data()
  expect(published).toMatchObject({
    version: '1',
    signed_by: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
  await buttons('add @acme/hello --yes')
    .in(user)
    .expect({ data: { installed: ['hello'] } })
  await buttons('verify hello')
    .in(user)
    .expect({
      data: {
        signature: 'valid',
        ok: true,
        content_hash: published['sha256'],
        publisher: { device_id: published['signed_by'] },
      },
    })
  await buttons('press hello')
    .in(user)
    .expect({ data: { stdout: 'one\n' } })
  author.write('data/buttons/hello/main.sh', 'echo two', 0o700)
  await buttons('publish @acme/hello')
    .in(author)
    .expect({ data: { version: '2' } })
  await buttons('status')
    .in(user)
    .expect({ data: { update_available: true } })
  await buttons('update --yes')
    .in(user)
    .expect({ data: { updated_buttons: ['hello'] } })
  await buttons('press hello')
    .in(user)
    .expect({ data: { stdout: 'two\n' } })
})

test('packages bring what they require, and install takes what the lock says', async () => {
  const { author, user, host, read } = await openTeam()
  writeButton(author, 'base', { code: 'echo base' })
  writeButton(author, 'top', { code: 'echo top', spec: { requires: { '@acme/base': 'latest' } } })
  for (const name of ['base', 'top']) await buttons(`publish @acme/${name}`).in(author)
  await buttons('add @acme/top --yes')
    .in(user)
    .expect({ data: { installed: ['top', 'base'] } })
  await buttons('publish @acme/base')
    .in(author)
    .expect({ data: { version: '2' } })
  const second = memberOf(host, { read })
  for (const name of ['buttons.json', 'buttons-lock.json'])
    second.write(`data/${name}`, user.read(`data/${name}`))
  await buttons('install --yes')
    .in(second)
    .expect({ data: { installed: ['top', 'base'] } })
  expect(packages(second).dependencies['@acme/base']?.version).toBe('1')
})

test('a drawer and its buttons travel together', async () => {
  const { author, user } = await openTeam()
  writeButton(author, 'build', { code: 'echo built' })
  await buttons('drawer create release').in(author).data()
  await buttons('drawer release add build').in(author).data()
  await buttons('publish @acme/build').in(author).data()
  await buttons('publish @acme/release')
    .in(author)
    .expect({ data: { kind: 'drawer' } })
  await buttons('add @acme/release --yes')
    .in(user)
    .expect({ data: { installed: ['release', 'build'] } })
  await buttons('drawer release press')
    .in(user)
    .expect({ data: { status: 'ok' } })
})

test('a flow comes out of the registry as it went in', async () => {
  const { author, user } = await openTeam()
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
    name: 'delivery',
    drawer_kind: 'flow',
    description: 'a <b> & c',
    flow,
  }
  author.write('data/drawers/delivery/drawer.json', JSON.stringify(file))
  const published = await buttons('publish @acme/delivery').in(author).data()
  expect(published['flow_definition_sha256']).toMatch(/^[0-9a-f]{64}$/)
  await buttons('add @acme/delivery --yes').in(user).data()
  const installed = JSON.parse(user.read('data/drawers/delivery/drawer.json')) as { flow: object }
  expect(installed.flow).toEqual(flow)
})

test('a yanked version is no longer taken, but whoever wants it has it', async () => {
  const { home, host, read, author, user } = await openTeam()
  writeButton(author, 'hello', { code: 'echo one' })
  for (const version of ['1', '2'])
    await buttons('publish @acme/hello').in(author).expect({ data: { version } })
  await buttons('registry yank @acme/hello@2').in(home).data()
  await buttons('add @acme/hello --yes').in(user).data()
  expect(packages(user).dependencies['@acme/hello']?.version).toBe('1')
  const pinned = memberOf(host, { read })
  await buttons('add @acme/hello@2 --yes').in(pinned).data()
  await buttons('registry yank @acme/hello@2 --undo').in(home).data()
  await buttons('update --yes')
    .in(user)
    .expect({ data: { updated_buttons: ['hello'] } })
})

test('a revoked key is refused in words', async () => {
  const { home, user } = await openTeam()
  const { keys } = await buttons('registry key list').in(home).data<{ keys: { id: string }[] }>()
  for (const { id } of keys) await buttons(`registry key revoke ${id}`).in(home).data()
  await buttons('add @acme/hello --yes')
    .in(user)
    .expect({
      error: { code: 'ADD_ERROR', message: 'registry index: 401 No such key (UNAUTHORIZED)' },
    })
})

test('a device enrols with a token, keeps its name, and is known by its signature', async () => {
  const { home, author } = await openTeam('--agent-domain', 'agents.example')
  author.env['BUTTONS_BAT_ENROLL_TOKEN'] = await makeToken(home)
  const { stdout } = await buttons('agent setup my-desk --tunnel tun-1')
    .in(author)
    .expect({
      data: {
        status: 'created',
        slug: 'my-desk',
        owner_id: 'org_1',
        urls: { wake: 'https://my-desk.agents.example/wake' },
        tunnel_id: 'tun-1',
        tunnel_token: '',
      },
    })
  const agent = JSON.parse(author.read('data/agent.json')) as Record<string, string>
  expect(agent['wake_token']).toMatch(/^bwk_/)
  expect(stdout).not.toContain(agent['wake_token']!)
  delete author.env['BUTTONS_BAT_ENROLL_TOKEN']
  await buttons('agent setup my-desk')
    .in(author)
    .expect({ data: { status: 'updated' } })
  const { device_id } = await buttons('agent status').in(author).data()
  const { devices } = await buttons('registry device list').in(home).data<{ devices: object[] }>()
  expect(devices).toMatchObject([{ device_id, owner_id: 'org_1', slug: 'my-desk' }])
  // From now on every request carries its proof.
  writeButton(author, 'hello', { code: 'echo one' })
  await buttons('publish @acme/hello')
    .in(author)
    .expect({ data: { version: '1' } })
  await buttons('add @acme/hello --yes --force').in(author).data()
  await buttons(`registry device revoke ${String(device_id)}`)
    .in(home)
    .data()
  await buttons('publish @acme/hello')
    .in(author)
    .expect({
      error: { code: 'PUBLISH_ERROR', message: expect.stringContaining('DEVICE_REVOKED') },
    })
})

test('a request that is sent again has a proof of its own', async () => {
  const registry = openRegistry()
  registry.put('@acme/hello', '1', buttonFiles('hello'))
  let refused = 0
  registry.intercept = () => (refused++ < 2 ? refuse(503, 'BUSY', 'later') : undefined)
  const here = registry.use(emptyHome())
  const device_seed = Buffer.alloc(32, 1).toString('base64')
  here.write('data/agent.json', JSON.stringify({ schema_version: 1, device_seed, slug: 'desk' }))
  await buttons('add @acme/hello --yes').in(here).data()
  const nonces = registry.calls.map(({ headers }) => headers.get('x-buttons-nonce'))
  expect(nonces.length).toBeGreaterThan(2)
  expect(new Set(nonces).size).toBe(nonces.length)
})

test('an agent that serves is woken by a publication, and updates', async () => {
  const { home, host, author, read } = await openTeam('--agent-domain', 'http://localhost:1')
  writeButton(author, 'hello', { code: 'echo one' })
  await buttons('publish @acme/hello').in(author).data()
  const agent = memberOf(host, { read })
  await buttons('add @acme/hello --yes').in(agent).data()
  agent.env['BUTTONS_BAT_ENROLL_TOKEN'] = await makeToken(home)
  await buttons('agent setup desk --tunnel t').in(agent).data()
  const awake = await serve(agent)
  // The port is known only now; a tunnel would have a name of its own.
  const database = new Database(join(home.data, 'registry', 'registry.db'))
  database.run('UPDATE agents SET wake_url = ?', [`${awake.url}/wake`])
  database.close()
  await buttons('publish @acme/hello')
    .in(author)
    .expect({ data: { version: '2' } })
  await until(() => packages(agent).dependencies['@acme/hello']?.version === '2')
})

test('login lets a machine publish, once somebody with an admin key agrees', async () => {
  const { home, host } = await openTeam()
  const admin = await makeKey(home, 'admin', '--desk', '@acme')
  const here = emptyHome()
  const browser = `#!${process.execPath}
const url = process.argv[2]
const page = await fetch(url)
const cookie = page.headers.get('set-cookie').split(';')[0]
const token = /name="token" value="([^"]+)"/.exec(await page.text())[1]
const asked = Object.fromEntries(new URL(url).searchParams)
const body = new URLSearchParams({ ...asked, token, decision: 'allow', key: process.env.ADMIN_KEY })
await fetch(new URL('/cli-authorize', url), { method: 'POST', headers: { cookie }, body })
`
  here.write('bin/xdg-open', browser, 0o755)
  here.write('bin/open', browser, 0o755)
  Object.assign(here.env, {
    PATH: `${here.root}/bin:${here.env['PATH']}`,
    ADMIN_KEY: admin,
    BUTTONS_REGISTRY_URL: host.url,
    BUTTONS_DESK_URL: host.url,
  })
  const { stdout } = await buttons('login')
    .in(here)
    .expect({
      data: { registry: host.url, org_id: 'acme' },
    })
  expect(stdout).not.toMatch(/bpt_|brk_/)
  writeButton(here, 'hello', { code: 'echo one' })
  await buttons('publish @acme/hello')
    .in(here)
    .expect({ data: { version: '1' } })
  await buttons('publish @other/hello')
    .in(here)
    .expect({ error: { code: 'PUBLISH_ERROR', message: expect.stringContaining('FORBIDDEN') } })
})

test('two hosts may offer one registry at the same time', async () => {
  const { home, author, user, write, read } = await openTeam()
  const other = await serve(home, '--registry')
  const second = memberOf(other, { write, read })
  writeButton(author, 'hello', { code: 'echo one' })
  writeButton(second, 'hello', { code: 'echo two' })
  const both = await Promise.all([
    start(author, 'publish @acme/hello').finished,
    start(second, 'publish @acme/hello').finished,
  ])
  expect(both.map(({ exit }) => exit)).toEqual([0, 0])
  const versions = both.map(
    ({ stdout }) => (JSON.parse(stdout) as { data: { version: string } }).data.version,
  )
  expect(versions.sort()).toEqual(['1', '2'])
  await buttons('add @acme/hello --yes').in(user).data()
  expect(packages(user).dependencies['@acme/hello']?.version).toBe('2')
})

test('a registry that is killed at any moment holds whole versions only, and all it confirmed', async () => {
  const { home, author, read, write } = await openTeam()
  writeButton(author, 'hello', { code: `echo one\n${'# padding\n'.repeat(2000)}` })
  const started = performance.now()
  await start(author, 'publish @acme/hello').finished
  const wholeMs = performance.now() - started
  const confirmed = [1]
  const rounds = 8
  for (let round = 0; round < rounds; round++) {
    const host = await serve(home, '--registry')
    author.env['BUTTONS_REGISTRY_URL'] = host.url
    const publishing = start(author, 'publish @acme/hello')
    // From well before its request to about its end.
    await Bun.sleep((wholeMs * (round + 2)) / rounds)
    host.kill('SIGKILL')
    const { exit, stdout } = await publishing.finished
    const version = () => (JSON.parse(stdout) as { data: { version: string } }).data.version
    if (exit === 0) confirmed.push(Number(version()))
    await host.exited
  }
  const host = await serve(home, '--registry')
  const asked = await fetch(`${host.url}/v1/index`, {
    headers: { Authorization: `Bearer ${read}` },
  })
  const rows = (await asked.json()) as { version: string; sha256: string }[]
  const versions = rows.map(({ version }) => Number(version))
  expect(versions).toEqual([...versions].sort((a, b) => a - b))
  for (const version of confirmed) expect(versions).toContain(version)
  const root = join(home.data, 'registry', 'blobs')
  const kept = readdirSync(root).flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => [
      name,
      sha256(readFileSync(join(root, folder, name))),
    ]),
  )
  for (const { sha256: hash } of rows) expect(kept).toContainEqual([hash, hash])
  author.env['BUTTONS_REGISTRY_URL'] = host.url
  await buttons('publish @acme/hello').in(author).data()
  const user = memberOf(host, { read, write })
  await buttons('add @acme/hello --yes').in(user).data()
  expect(Number(packages(user).dependencies['@acme/hello']?.version)).toBe(
    Math.max(0, ...versions) + 1,
  )
}, 60_000)

describe('registry', () => {
  test('a key is shown once, and never in a list', async () => {
    const home = emptyHome()
    const created = await buttons('registry key create --role write --desk @b --desk @a --label ci')
      .in(home)
      .data<{ id: string; key: string }>()
    expect(created).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{12}$/),
      key: expect.stringMatching(/^bpt_[A-Za-z0-9_-]{43}$/),
      role: 'write',
      desks: ['@a', '@b'],
      label: 'ci',
    } as never)
    const listed = await buttons('registry key list')
      .in(home)
      .expect({
        data: { keys: [{ id: created.id, role: 'write', desks: ['@a', '@b'], label: 'ci' }] },
      })
    expect(listed.stdout).not.toContain(created.key)
    expect(home.read('data/registry/registry.db')).not.toContain(created.key)
    const shown = await buttons('registry key create')
      .in(home)
      .onTerminal()
      .expect({
        stdout: /Key [0-9a-f]{12} \(read, \*\), shown once:[\s\S]*brk_[A-Za-z0-9_-]{43}/,
      })
    expect(shown.exit).toBe(0)
  })

  test('a token says until when', async () => {
    const made = await buttons('registry token create --owner acme --ttl 2h').in(emptyHome()).data()
    expect(made['token']).toMatch(/^ben_/)
    const hours = (Date.parse(String(made['expires_at'])) - Date.now()) / 3_600_000
    expect(Math.round(hours)).toBe(2)
  })

  test.each([
    [
      'registry key create --role root',
      'Cannot use "root" as role: it must be one of read, write, admin',
    ],
    ['registry key create --desk acme', 'Cannot use "acme" as desk: it has to look like @desk'],
    ['registry key create --desk @a/b', 'Cannot use "@a/b" as desk: it has to look like @desk'],
    ['registry token create', '--owner is missing: say whom the device belongs to'],
    ['registry token create --owner a --ttl 0s', 'Cannot create a token: --ttl must be positive'],
    ['registry yank @acme/hello', 'Cannot yank "@acme/hello": name one version, like @desk/name@3'],
    [
      'registry yank hello@1',
      'Cannot use "hello" as package name: it has to be scoped like @desk/name',
    ],
  ])('%s is refused', async (line, message) => {
    const home = emptyHome()
    await makeKey(home, 'read')
    const { stdout } = await buttons(line).in(home)
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: { code: 'VALIDATION_ERROR', message },
    })
  })

  test.each(['key revoke x', 'device revoke x', 'yank @acme/hello@1'])(
    'registry %s finds nothing',
    async (line) => {
      await buttons(`registry ${line}`)
        .in(emptyHome())
        .expect({ error: { code: 'NOT_FOUND' } })
    },
  )

  test('--summary makes nothing', async () => {
    const home = emptyHome()
    for (const line of ['key create', 'key revoke x', 'token create --owner a', 'yank @a/b@1'])
      await buttons(`registry ${line} --summary`)
        .in(home)
        .expect({ data: { executed: false } })
    expect(home.list('data/registry')).toEqual([])
  })
})
