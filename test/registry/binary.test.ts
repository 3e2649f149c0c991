import { expect, test } from 'bun:test'
import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { assetName, findChecksum, keeperOf } from '#core/package/binary.ts'
import type { Call, WireRequest } from '#core/package/wire.ts'
import { openBunHost } from '#host/bun.ts'
import { applyBinary, checkBinary, isOptedIn } from '#registry/binary/binary.ts'
import type { RegistryContext } from '#registry/context.ts'
import { openFileStore } from '#store/files/store.ts'
import { emptyHome, type Home } from '../helpers/home.ts'
import { pack, sha256 } from '../helpers/registry.ts'

const { platform } = openBunHost()
const archiveName = assetName('1.5.0', platform)

/** A program that says which version it is. */
function program(version: string, tail = ''): string {
  const answer = JSON.stringify({ ok: true, data: { version } })
  return `#!/bin/sh\n[ "$1 $2" = "version --json" ] && echo '${answer}'\n${tail}`
}

interface Feed {
  tag?: string
  archive?: Uint8Array
  checksums?: string
  without?: string
  status?: number
  least?: string
}

interface Setup {
  home: Home
  /** The installed program. */
  target: string
  context: RegistryContext
  asked: { url: string; headers: Readonly<Record<string, string>> }[]
}

const newer = pack('buttons_1.5.0', { README: 'read me', buttons: program('v1.5.0') })

function setup(feed: Feed = {}, env: Record<string, string> = {}, path = 'bin/buttons'): Setup {
  const home = emptyHome()
  const target = home.write(path, program('1.4.0'), 0o755)
  const real = openBunHost()
  const asked: Setup['asked'] = []
  const host = { ...real, env: { ...home.env, ...env }, cwd: home.cwd, executable: target }
  const store = openFileStore(host)
  const call: Call = async (base, request) => {
    asked.push({ url: base + request.path, headers: request.headers ?? {} })
    return answer(base + request.path, request, feed)
  }
  const context = { host, store, call, warn: () => {} } as Partial<RegistryContext>
  return { home, target, asked, context: context as RegistryContext }
}

function answer(url: string, _: WireRequest, feed: Feed) {
  const { archive = newer, tag = 'v1.5.0', status = 200 } = feed
  const checksums =
    feed.checksums ?? `${sha256('x')}  other.tar.gz\n${sha256(archive)}  ${archiveName}\n`
  const bodies: Record<string, Uint8Array | string> = {
    'https://api.github.com/repos/us/buttons/releases/latest': JSON.stringify({
      tag_name: tag,
      assets: [archiveName, 'checksums.txt']
        .filter((name) => name !== feed.without)
        .map((name) => ({ name, browser_download_url: `dl:${name}`, url: `api:${name}` })),
    }),
    [`dl:${archiveName}`]: archive,
    [`api:${archiveName}`]: archive,
    'dl:checksums.txt': checksums,
    'api:checksums.txt': checksums,
    'https://r.example/v1/meta': JSON.stringify({ min_cli_version: feed.least }),
  }
  const body = Buffer.from((bodies[url] ?? '') as string)
  return {
    status: url in bodies ? status : 404,
    header: () => undefined,
    body: Uint8Array.from(body),
  }
}

const installed = { version: 'v1.4.0', releases: 'us/buttons' }
const registry = { BUTTONS_REGISTRY_URL: 'https://r.example', BUTTONS_BAT_REGISTRY_KEY: 'key' }

async function update({ context }: Setup, optedIn = false) {
  return applyBinary(await checkBinary(installed, context), optedIn, context)
}

test('a newer program is fetched, verified, tried and put in place, in one look at the feed', async () => {
  const made = setup()
  const { report, updated } = await update(made)
  expect(updated).toBe(true)
  expect(report).toEqual({ current: '1.4.0', latest: '1.5.0', update_available: false })
  expect(readFileSync(made.target, 'utf8')).toBe(program('v1.5.0'))
  expect(statSync(made.target).mode & 0o777).toBe(0o755)
  expect(made.asked.map(({ url }) => url)).toEqual([
    'https://api.github.com/repos/us/buttons/releases/latest',
    'dl:checksums.txt',
    `dl:${archiveName}`,
  ])
  expect(readdirSync(join(made.home.root, 'bin'))).toEqual(['buttons'])
})

test('what a killed update left beside the program is cleared up, what another one does is not', async () => {
  const made = setup()
  const dead = made.home.write('bin/.buttons-update-dead/.tmp-1-0-a', 'half a program')
  made.home.write('bin/.buttons-update-live/buttons', 'half a program')
  const longAgo = new Date(Date.now() - 2 * 3_600_000)
  utimesSync(dirname(dead), longAgo, longAgo)
  expect((await update(made)).updated).toBe(true)
  expect(readdirSync(join(made.home.root, 'bin')).sort()).toEqual([
    '.buttons-update-live',
    'buttons',
  ])
})

test('a program that only its owner may use stays so', async () => {
  const made = setup()
  chmodSync(made.target, 0o500)
  await update(made)
  expect(statSync(made.target).mode & 0o777).toBe(0o700)
})

test('the file behind a link is replaced, not the link', async () => {
  const made = setup()
  const link = join(made.home.root, 'buttons')
  symlinkSync(made.target, link)
  const context = { ...made.context, host: { ...made.context.host, executable: link } }
  expect((await update({ ...made, context })).updated).toBe(true)
  expect(readFileSync(made.target, 'utf8')).toBe(program('v1.5.0'))
})

test.each<[string, Feed, string]>([
  [
    'does not fit its checksum',
    { checksums: `${sha256('other')}  ${archiveName}\n` },
    'does not fit its checksum',
  ],
  ['has no checksum', { checksums: '' }, 'does not list it'],
  ['comes without a list of checksums', { without: 'checksums.txt' }, 'no "checksums.txt"'],
  ['is not there for this machine', { without: archiveName }, `no "${archiveName}"`],
  ['holds no program', { archive: pack('x', { README: '' }) }, 'holds no program'],
  ['is no archive', { archive: new Uint8Array(9) }, 'gunzip'],
  ['does not start', { archive: pack('x', { buttons: 'not a program' }) }, 'start'],
  [
    'ends with a failure',
    { archive: pack('x', { buttons: program('1.5.0', 'exit 3\n') }) },
    'does not start on this machine',
  ],
  [
    'is another version than it says',
    { archive: pack('x', { buttons: program('1.0.0') }) },
    'says it is "1.0.0"',
  ],
])('a release that %s changes nothing', async (_, feed, message) => {
  const made = setup(feed)
  const { report, updated } = await update(made)
  expect(updated).toBe(false)
  expect(report.error).toContain(message)
  expect(report.update_available).toBe(true)
  expect(readFileSync(made.target, 'utf8')).toBe(program('1.4.0'))
  expect(readdirSync(join(made.home.root, 'bin'))).toEqual(['buttons'])
})

test('a feed that cannot be read is told in the report', async () => {
  const { report } = await update(setup({ status: 403 }))
  expect(report.error).toStartWith('latest release: 403')
  expect(report.update_available).toBe(false)
  expect((await update(setup({ tag: '' }))).report.error).toContain('names no version')
})

test.each([
  ['v1.4.0', false],
  ['v1.4.0-dirty', false],
  ['v1.3.9', false],
  ['v1.10.0', true],
])('with %s published there is an update: %p', async (tag, available) => {
  const { report } = await checkBinary(installed, setup({ tag }).context)
  expect(report.update_available).toBe(available)
})

test('a build without a version is not looked after', async () => {
  for (const version of ['dev', '']) {
    const made = setup()
    const { report } = await checkBinary({ ...installed, version }, made.context)
    expect(report).toEqual({ current: 'dev', update_available: false })
    expect(made.asked).toEqual([])
  }
})

test('releases may lie at another host than the public one', async () => {
  const made = setup()
  const releases = 'http://feed.example/api/v3/repos/us/buttons'
  await checkBinary({ ...installed, releases }, made.context)
  expect(made.asked.map(({ url }) => url)).toEqual([`${releases}/releases/latest`])
})

test('a build that knows no feed says so', async () => {
  const { report } = await checkBinary({ ...installed, releases: '' }, setup().context)
  expect(report.error).toContain('does not know where')
})

test.each([
  ['1.4.1', true],
  ['1.4.0', undefined],
])('a registry that wants %s forces an update: %p', async (least, forced) => {
  const made = setup({ least, tag: 'v1.4.0' }, registry)
  const { report } = await checkBinary(installed, made.context)
  expect(report.forced).toBe(forced!)
  expect(report.min_required).toBe(least)
  expect(report.update_available).toBe(forced ?? false)
  expect(made.asked[0]!.headers['Authorization']).toBe('Bearer key')
})

test('a token is shown to the feed, and to the place of the files behind it', async () => {
  const made = setup({}, { GITHUB_TOKEN: 'secret' })
  expect((await update(made)).updated).toBe(true)
  expect(made.asked.map(({ url, headers }) => [url.slice(0, 4), headers['Authorization']])).toEqual(
    [
      ['http', 'Bearer secret'],
      ['api:', 'Bearer secret'],
      ['api:', 'Bearer secret'],
    ],
  )
})

test('what Homebrew put there is left to Homebrew, with consent', async () => {
  const path = 'Cellar/buttons/1.4.0/bin/buttons'
  const without = setup({}, {}, path)
  const { report, updated } = await update(without)
  expect(updated).toBe(false)
  expect(report).toMatchObject({
    homebrew_managed: true,
    error: expect.stringContaining('brew upgrade buttons'),
  })
  const made = setup({}, {}, path)
  made.home.write('fake/brew', `#!/bin/sh\necho "$@" >> "$HOME/brewed"\n`, 0o755)
  const env = { ...made.context.host.env, PATH: `${made.home.root}/fake:/bin:/usr/bin` }
  const context = { ...made.context, host: { ...made.context.host, env } }
  expect((await update({ ...made, context }, true)).updated).toBe(true)
  expect(made.home.read('brewed')).toBe('upgrade buttons\n')
  expect(readFileSync(made.target, 'utf8')).toBe(program('1.4.0'))
  const broken = { ...context, host: { ...context.host, env: { ...env, PATH: '/nowhere' } } }
  expect((await update({ ...made, context: broken }, true)).report.error).toContain(
    'no brew in PATH',
  )
})

test('what npm put there is left to npm', async () => {
  const { report } = await update(setup({}, {}, 'lib/node_modules/buttons/bin/buttons'), true)
  expect(report).toMatchObject({ npm_managed: true, error: expect.stringContaining('npm') })
})

test('consent is a setting or a variable', async () => {
  const { context, home } = setup()
  expect(await isOptedIn(context)).toBe(false)
  expect(await isOptedIn(setup({}, { BUTTONS_CLI_AUTO_UPDATE: 'On' }).context)).toBe(true)
  home.write('data/settings.json', '{"defaults":{"cli_auto_update":true}}')
  expect(await isOptedIn(context)).toBe(true)
})

test.each([
  ['/opt/homebrew/bin/buttons', 'homebrew'],
  ['/usr/local/Cellar/buttons/1/bin/buttons', 'homebrew'],
  ['/home/linuxbrew/Cellar/buttons/1/bin/buttons', 'homebrew'],
  ['/usr/lib/node_modules/buttons/bin/buttons', 'npm'],
  ['/usr/local/bin/buttons', 'us'],
] as const)('%s is looked after by %s', (path, keeper) => {
  expect(keeperOf(path)).toBe(keeper)
})

test('files of a release are named after the machine', () => {
  expect(assetName('1.5.0', { os: 'linux', arch: 'amd64' })).toBe(
    'buttons_1.5.0_linux_x86_64.tar.gz',
  )
  expect(assetName('1.5.0', { os: 'darwin', arch: 'arm64' })).toBe(
    'buttons_1.5.0_darwin_arm64.tar.gz',
  )
})

test('a checksum is that of its own line', () => {
  const [a, b] = [sha256('a'), sha256('b')]
  expect(findChecksum(`${a}  x.tar.gz\r\n${b.toUpperCase()}  y.tar.gz\n`, 'y.tar.gz')).toBe(b)
  for (const text of [`${a}  x.tar.gz.sig`, `zz  x.tar.gz`, `${a} x.tar.gz more`])
    expect(() => findChecksum(text, 'x.tar.gz')).toThrow('does not list it')
})
