// `buttons serve --registry-origin` as processes: many clients at once, kills, two hosts in one place.

import { afterAll, expect, test } from 'bun:test'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { buttons } from '../helpers/buttons.ts'
import type { Home } from '../helpers/home.ts'
import { program, start } from '../helpers/program.ts'
import { clientOf, proxyHome } from '../helpers/proxies.ts'
import { buttonFiles, openRegistry, sha256, type TestRegistry } from '../helpers/registry.ts'

interface Proxy {
  url: string
  kill(): Promise<void>
}

const children: Bun.Subprocess[] = []
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
})

async function startProxy(home: Home, ...words: string[]): Promise<Proxy> {
  const child = Bun.spawn([...program, 'serve', '--port', '0', '--log-level', 'error', ...words], {
    cwd: home.cwd,
    env: home.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  let printed = ''
  for await (const chunk of child.stdout) {
    printed += new TextDecoder().decode(chunk)
    if (printed.endsWith('}\n')) break
  }
  const { addr } = (JSON.parse(printed) as { data: { addr: string } }).data
  return {
    url: `http://${addr}`,
    kill: async () => {
      child.kill('SIGKILL')
      await child.exited
    },
  }
}

/** A registry with so many packages, and their names. */
function fill(origin: TestRegistry, count: number, bytes = 0): string[] {
  const names = Array.from({ length: count }, (_, n) => `@acme/p${n}`)
  for (const [n, name] of names.entries())
    origin.put(name, '1', {
      ...buttonFiles(`p${n}`, `echo ${n}\n`),
      ...(bytes > 0 && { 'noise.bin': crypto.getRandomValues(new Uint8Array(bytes)) }),
    })
  return names
}

const download = (name: string) => `/v1/buttons/${name}/1/download`

/** What lies in the cache under a name that is not its hash. */
async function damagedIn(home: Home): Promise<string[]> {
  const folder = `${home.data}/registry/cache/blobs`
  const wrong = []
  for (const entry of readdirSync(folder, { recursive: true }) as string[]) {
    const path = join(folder, entry)
    if (!statSync(path).isFile()) continue
    if (sha256(await Bun.file(path).bytes()) !== entry.slice(-64)) wrong.push(entry)
  }
  return wrong
}

test('two proxies and ten clients fetch each of 200 packages once per proxy', async () => {
  const origin = openRegistry()
  const names = fill(origin, 200)
  const homes = [proxyHome(origin), proxyHome(origin)]
  const proxies = await Promise.all(
    homes.map((home) => startProxy(home, '--registry-origin', origin.url)),
  )
  const wanted = JSON.stringify({
    dependencies: Object.fromEntries(names.map((name) => [name, 'latest'])),
  })
  const clients = Array.from({ length: 10 }, (_, n) => {
    const client = clientOf(proxies[n % 2]!.url)
    client.env['CI'] = '1'
    client.write('data/buttons.json', wanted)
    return client
  })
  const finished = await Promise.all(clients.map((client) => start(client, 'install').finished))
  for (const { exit, stdout, stderr } of finished) {
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    expect((JSON.parse(stdout) as { data: { installed: string[] } }).data.installed).toHaveLength(
      200,
    )
  }
  for (const name of names) expect([name, origin.count(download(name))]).toEqual([name, 2])
  expect(origin.count('/v1/index')).toBe(2)
  expect(await Promise.all(homes.map(damagedIn))).toEqual([[], []])
  const [client] = clients
  await buttons('verify p7').in(client!).data()
  await buttons('press p7')
    .in(client!)
    .expect({ data: { stdout: '7\n' } })
  await Promise.all(proxies.map((proxy) => proxy.kill()))
  // So many files take longer to go than a hook may take.
  for (const { root } of clients) rmSync(root, { recursive: true })
}, 120_000)

test('however a proxy is killed, the next one serves what is right and clears up', async () => {
  const origin = openRegistry()
  const names = fill(origin, 12, 200_000)
  const home = proxyHome(origin)
  for (let round = 0; round < 8; round++) {
    const proxy = await startProxy(home, '--registry-origin', origin.url)
    const asked = names.map(async (name) => {
      try {
        await (await fetch(proxy.url + download(name))).bytes()
      } catch {
        // It was killed.
      }
    })
    // Each round ends a little further on its way.
    if (round > 0) await Promise.all(asked.slice(0, round))
    await proxy.kill()
    await Promise.all(asked)
  }
  const last = await startProxy(home, '--registry-origin', origin.url)
  for (const name of names) {
    const bytes = await (await fetch(last.url + download(name))).bytes()
    expect(sha256(bytes)).toBe(sha256(origin.archives.get(`${name}@1`)!))
  }
  expect(await damagedIn(home)).toEqual([])
  // What the killed ones had begun is gone; only the last one's place is left.
  expect(
    home.list('data/registry/cache/arriving').filter((name) => name.endsWith('.lock')).length,
  ).toBeLessThanOrEqual(1)
  await last.kill()
}, 120_000)

test('two processes share one cache without spoiling it', async () => {
  const origin = openRegistry()
  const names = fill(origin, 40, 20_000)
  const home = proxyHome(origin)
  const words = ['--registry-origin', origin.url, '--registry-cache-size', '300000']
  const proxies = await Promise.all([startProxy(home, ...words), startProxy(home, ...words)])
  for (let round = 0; round < 2; round++) {
    const asked = proxies.flatMap(({ url }) =>
      names.map(async (name) => sha256(await (await fetch(url + download(name))).bytes())),
    )
    const right = names.map((name) => sha256(origin.archives.get(`${name}@1`)!))
    expect(await Promise.all(asked)).toEqual([...right, ...right])
  }
  expect(await damagedIn(home)).toEqual([])
  await Promise.all(proxies.map((proxy) => proxy.kill()))
}, 60_000)

test('what leads nowhere, or back here, is no origin', async () => {
  const origin = openRegistry()
  const home = proxyHome(origin)
  await buttons('serve --registry-origin ftp://registry.example')
    .in(home)
    .expect({
      error: { code: 'VALIDATION_ERROR', message: expect.stringContaining('ftp://') },
    })
  for (const url of [
    'http://127.0.0.1:18987',
    'http://localhost:18987/',
    'http://[::ffff:7f00:1]:18987',
  ])
    await buttons(`serve --port 18987 --registry-origin ${url}`)
      .in(home)
      .expect({
        error: { code: 'VALIDATION_ERROR', message: expect.stringContaining('this host') },
      })
  home.env['BUTTONS_REGISTRY_URL'] = 'http://127.0.0.1:18987'
  await buttons('serve --port 18987')
    .in(home)
    .expect({ error: { code: 'VALIDATION_ERROR' } })
  await buttons(
    'serve --port 18987 --host 0.0.0.0 --api-key k --registry-origin http://127.0.0.1:18987',
  )
    .in(home)
    .expect({ error: { code: 'VALIDATION_ERROR' } })
}, 20_000)

test('the origin may stand in a variable', async () => {
  const origin = openRegistry()
  fill(origin, 1)
  const home = proxyHome(origin)
  home.env['BUTTONS_SERVE_REGISTRY_ORIGIN'] = origin.url
  const proxy = await startProxy(home)
  await buttons('add @acme/p0')
    .in(clientOf(proxy.url))
    .expect({ data: { installed: ['p0'] } })
  await proxy.kill()
})
