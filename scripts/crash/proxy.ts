// A registry proxy that many ask at once, killed in the midst of it, again and again over one cache:
// what it answered whole is right, the next one serves everything, and nothing is left lying about.

import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { sha256Hex } from '#core/package/digest.ts'
import { startHost } from './host.ts'
import { killSometime, openWorld, type World } from './world.ts'

/** A kill takes a start: for so many kills of the other cases there is one. */
const killsPerHost = 10
const [packages, bytesEach, withinMs] = [40, 300_000, 400]

const blobs = 'registry/cache/blobs'

export async function crashProxy(kills: number): Promise<string> {
  const origin = openOrigin()
  const world = await openWorld({})
  const hosts = Math.max(1, Math.ceil(kills / killsPerHost))
  let whole = 0
  for (let n = 0; n < hosts; n++) {
    // What is known already is no work; every other one begins with nothing.
    if (n % 2 === 0) rmSync(join(world.home, blobs), { recursive: true, force: true })
    const proxy = await startHost(world, '--registry-origin', origin.url)
    // Two of them at a time, now and then.
    const other = n % 5 === 0 ? await startHost(world, '--registry-origin', origin.url) : undefined
    const asked = [proxy, ...(other ? [other] : [])].flatMap(({ url }) => askAll(url, origin))
    await killSometime(proxy.child.pid, withinMs)
    if (other) await killSometime(other.child.pid, withinMs)
    for (const right of await Promise.all(asked)) if (right) whole++
    await Promise.all([proxy.child.exited, other?.child.exited])
  }
  const last = await startHost(world, '--registry-origin', origin.url)
  const served = (await Promise.all(askAll(last.url, origin))).filter(Boolean).length
  if (served !== packages) throw new Error(`only ${served} of ${packages} archives are served`)
  judgeCache(world)
  last.child.kill('SIGKILL')
  await last.child.exited
  await origin.stop()
  await world.remove()
  return `${hosts} proxies killed, ${whole} archives answered whole meanwhile, all right`
}

interface Origin {
  url: string
  /** SHA-256 by path. */
  hashes: ReadonlyMap<string, string>
  stop(): Promise<void>
}

function openOrigin(): Origin {
  const archives = new Map<string, Uint8Array<ArrayBuffer>>()
  for (let n = 0; n < packages; n++) {
    const bytes = new Uint8Array(bytesEach)
    for (let at = 0; at < bytesEach; at += 50_000)
      crypto.getRandomValues(bytes.subarray(at, at + 50_000))
    archives.set(`/v1/buttons/@crash/p${n}/1/download`, bytes)
  }
  const hashes = new Map([...archives].map(([path, bytes]) => [path, sha256Hex(bytes)]))
  const rows = [...hashes.values()].map((sha256, n) => ({
    name: `@crash/p${n}`,
    version: '1',
    sha256,
  }))
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: ({ url }) => {
      const { pathname } = new URL(url)
      return pathname === '/v1/index' ? Response.json(rows) : new Response(archives.get(pathname))
    },
  })
  return { url: server.url.origin, hashes, stop: () => server.stop(true) }
}

/** Whether each archive came whole; throws for one that came whole and is not right. */
function askAll(url: string, { hashes }: Origin): Promise<boolean>[] {
  return [...hashes].map(async ([path, hash]) => {
    const bytes = await fetchWhole(url + path)
    if (bytes && sha256Hex(bytes) !== hash) throw new Error(`a wrong archive was served: ${path}`)
    return bytes !== undefined
  })
}

/** Undefined when the proxy died before the end. */
async function fetchWhole(url: string): Promise<Uint8Array | undefined> {
  try {
    const response = await fetch(url)
    const bytes = await response.bytes()
    return response.ok && bytes.length === bytesEach ? bytes : undefined
  } catch {
    return undefined
  }
}

/** Files that are not what their name says may lie there; what nobody writes any more may not. */
function judgeCache({ home }: World): void {
  const places = readdirSync(join(home, 'registry/cache/arriving'))
  if (places.length > 2) throw new Error(`dead proxies left ${places.length - 2} things behind`)
  const names = readdirSync(join(home, blobs), { recursive: true }) as string[]
  const files = names.filter((name) => statSync(join(home, blobs, name)).isFile())
  if (files.length !== packages) throw new Error(`${files.length} archives are kept`)
}
