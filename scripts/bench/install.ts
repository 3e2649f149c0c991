// A cold `install` of fifty packages: through a proxy that has them all, and straight from the registry
// behind it. Every round begins with an empty home.

import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256Hex } from '#core/package/digest.ts'
import { writeTar } from '#core/package/tar/write.ts'
import { gzip } from '#registry/gzip.ts'
import { emptyHome } from './homes.ts'
import { quantile } from './quantile.ts'

const packages = 50

export interface InstallFigures {
  proxy: { p50: number; p95: number }
  direct: { p50: number; p95: number }
}

/** Milliseconds of one command. */
export async function measureInstall(executable: string, rounds: number): Promise<InstallFigures> {
  const origin = await openOrigin()
  const proxy = await startProxy(executable, origin.url)
  const times: Record<keyof InstallFigures, number[]> = { proxy: [], direct: [] }
  for (let round = -2; round < rounds; round++)
    for (const [way, url] of [
      ['proxy', proxy.url],
      ['direct', origin.url],
    ] as const) {
      const ms = await installOnce(executable, url)
      if (round >= 0) times[way].push(ms)
    }
  await proxy.stop()
  await origin.stop()
  const figures = (all: number[]) => ({ p50: quantile(all, 0.5), p95: quantile(all, 0.95) })
  return { proxy: figures(times.proxy), direct: figures(times.direct) }
}

export function printInstall({ proxy, direct }: InstallFigures): void {
  const ms = ({ p50, p95 }: InstallFigures['proxy']) =>
    `p50 ${p50.toFixed(0)} ms  p95 ${p95.toFixed(0)} ms`
  console.log(`install ${packages}`.padEnd(16), `warm proxy ${ms(proxy)}  | registry ${ms(direct)}`)
}

async function openOrigin(): Promise<{ url: string; stop(): Promise<void> }> {
  const archives = new Map<string, Uint8Array<ArrayBuffer>>()
  const rows: object[] = []
  for (let n = 0; n < packages; n++) {
    const archive = await gzip(writeTar(`p${n}`, filesOf(`p${n}`)))
    archives.set(`/v1/buttons/@bench/p${n}/1/download`, archive)
    rows.push({ name: `@bench/p${n}`, kind: 'button', version: '1', sha256: sha256Hex(archive) })
  }
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: ({ url }) => {
      const { pathname } = new URL(url)
      if (pathname === '/v1/index') return Response.json(rows)
      const archive = archives.get(pathname)
      return archive ? new Response(archive) : Response.json({}, { status: 404 })
    },
  })
  return { url: server.url.origin, stop: () => server.stop(true) }
}

function filesOf(name: string): Map<string, Uint8Array> {
  const spec = { schema_version: 2, name, version: '1', runtime: 'shell', env: {} }
  const texts = {
    'button.json': `${JSON.stringify(spec, null, 2)}\n`,
    'main.sh': 'echo ok\n',
    'AGENT.md': `# ${name}\n\n${'Says that all is well. '.repeat(80)}\n`,
  }
  const encoder = new TextEncoder()
  return new Map(Object.entries(texts).map(([path, text]) => [path, encoder.encode(text)]))
}

async function startProxy(executable: string, origin: string) {
  const home = await emptyHome()
  const words = ['serve', '--port', '0', '--registry-origin', origin, '--log-level', 'error']
  const child = Bun.spawn([executable, ...words, '--json'], {
    env: { ...environment(home), BUTTONS_BAT_REGISTRY_KEY: 'bench' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  for await (const chunk of child.stdout) {
    printed += new TextDecoder().decode(chunk)
    if (printed.endsWith('}\n')) break
  }
  const { data } = JSON.parse(printed) as { data: { addr: string } }
  return {
    url: `http://${data.addr}`,
    stop: async () => {
      child.kill()
      await child.exited
      await rm(home, { recursive: true, force: true })
    },
  }
}

async function installOnce(executable: string, url: string): Promise<number> {
  const home = await emptyHome()
  await mkdir(home, { recursive: true })
  const names = Array.from({ length: packages }, (_, n) => [`@bench/p${n}`, 'latest'] as const)
  await writeFile(
    join(home, 'buttons.json'),
    JSON.stringify({ dependencies: Object.fromEntries(names) }),
  )
  const env = { ...environment(home), BUTTONS_REGISTRY_URL: url, BUTTONS_BAT_REGISTRY_KEY: 'bench' }
  const started = performance.now()
  const child = Bun.spawn([executable, 'install', '--json'], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const status = await child.exited
  const ms = performance.now() - started
  await rm(home, { recursive: true, force: true })
  if (status !== 0) throw new Error(`install ended with ${status}`)
  return ms
}

function environment(home: string): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: home, BUTTONS_HOME: home, CI: '1' }
}
