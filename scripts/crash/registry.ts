// A registry that is published to from all sides and killed in the midst of it, again and again: each
// version that was confirmed is there, whole and as it was sent, none is half there, and the newest is
// the newest. The suite does the same with a few kills.

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { startHost } from './host.ts'
import { killSometime, openWorld, type World } from './world.ts'

/** A kill takes a start and a flood: for so many kills of the other cases there is one. */
const killsPerHost = 10
const publishers = 6
const packages = ['@acme/a', '@acme/b', '@acme/c']

export async function crashRegistry(kills: number): Promise<string> {
  const world = await openWorld({})
  const key = await makeKey(world)
  const sent = new Map<string, string>()
  const confirmed = new Set<string>()
  const hosts = Math.ceil(kills / killsPerHost)
  for (let n = 0; n < hosts; n++) await floodAndKill(world, key, { sent, confirmed })
  const { url, child } = await startHost(world, '--registry')
  const kept = await judge(world, url, key, { sent, confirmed })
  child.kill('SIGKILL')
  await child.exited
  await world.remove()
  return `${hosts} hosts killed, ${confirmed.size} versions confirmed and there, ${kept - confirmed.size} more that nobody heard of`
}

interface Ledger {
  /** Hashes of archives by `name@version`, as far as somebody tried; one may be tried once only. */
  sent: Map<string, string>
  confirmed: Set<string>
}

async function makeKey(world: World): Promise<string> {
  const made = await world.run('registry', 'key', 'create', '--role', 'write')
  return (made.data as { key: string }).key
}

let tried = 0

async function floodAndKill(world: World, key: string, ledger: Ledger): Promise<void> {
  const { url, child } = await startHost(world, '--registry')
  let alive = true
  const flood = async () => {
    while (alive) {
      const version = String(++tried)
      const name = packages[tried % packages.length]!
      const archive = makeArchive(name, version)
      const hash = sha256(archive)
      ledger.sent.set(`${name}@${version}`, hash)
      try {
        const path = `/v1/buttons/${name}/${version}`
        const headers = { Authorization: `Bearer ${key}`, 'X-Content-Sha256': hash }
        const answer = await fetch(url + path, { method: 'POST', headers, body: archive })
        if (answer.status === 201) ledger.confirmed.add(`${name}@${version}`)
      } catch {
        // Whoever got no answer was promised nothing.
        alive = false
      }
    }
  }
  const flooding = Promise.all(Array.from({ length: publishers }, flood))
  await killSometime(child.pid, 400)
  await child.exited
  alive = false
  await flooding
}

/** A button in a tar of our own making, with a little ballast. */
function makeArchive(name: string, version: string): Uint8Array<ArrayBuffer> {
  const base = name.slice(name.indexOf('/') + 1)
  const spec = { schema_version: 2, name: base, version, runtime: 'shell', env: {} }
  const entries = [
    tarEntry(`${base}/button.json`, JSON.stringify(spec)),
    tarEntry(`${base}/main.sh`, `echo ${version}\n${'#\n'.repeat(tried % 5000)}`),
  ]
  return new Uint8Array(gzipSync(Buffer.concat([...entries, Buffer.alloc(1024)])))
}

function tarEntry(name: string, text: string): Buffer {
  const header = Buffer.alloc(512)
  header.write(name)
  const numbers = ['0000644', '0000000', '0000000', octal(text.length, 11), octal(0, 11)]
  header.write(numbers.map((number) => `${number}\0`).join(''), 100)
  header.write('        0', 148)
  header.write('ustar\x0000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${octal(sum, 6)}\0 `, 148)
  return Buffer.concat([header, Buffer.from(text), Buffer.alloc(-text.length & 511)])
}

function octal(number: number, digits: number): string {
  return number.toString(8).padStart(digits, '0')
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function judge(
  { home }: World,
  origin: string,
  key: string,
  { sent, confirmed }: Ledger,
): Promise<number> {
  const answer = await fetch(`${origin}/v1/index`, { headers: { Authorization: `Bearer ${key}` } })
  const rows = (await answer.json()) as { name: string; version: string; sha256: string }[]
  const listed = new Map(rows.map((row) => [`${row.name}@${row.version}`, row.sha256]))
  for (const one of confirmed) if (!listed.has(one)) throw new Error(`${one} was lost`)
  for (const [one, hash] of listed) {
    if (sent.get(one) !== hash) throw new Error(`${one} is not what was sent`)
    const path = join(home, 'registry', 'blobs', hash.slice(0, 2), hash)
    if (sha256(readFileSync(path)) !== hash) throw new Error(`the archive of ${one} is damaged`)
  }
  for (const name of packages) {
    const versions = rows.filter((row) => row.name === name).map((row) => Number(row.version))
    const ascending = versions.every((version, at) => at === 0 || version > versions[at - 1]!)
    if (!ascending) throw new Error(`the newest of ${name} is not the last`)
  }
  checkFolders(home)
  return rows.length
}

/** Nothing stands under a hash that is not its own. */
function checkFolders(home: string): void {
  const root = join(home, 'registry', 'blobs')
  for (const folder of readdirSync(root))
    for (const name of readdirSync(join(root, folder)).filter((one) => /^[0-9a-f]{64}$/.test(one)))
      if (sha256(readFileSync(join(root, folder, name))) !== name)
        throw new Error(`half an archive stands as ${name}`)
}
