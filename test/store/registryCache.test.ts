// What a registry proxy keeps, on disks that do what they like.

import { expect, test } from 'bun:test'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { openBunHost } from '#host/bun.ts'
import { HostError } from '#host/host.ts'
import type { Files, Host } from '#host/host.ts'
import { openRegistryCache } from '#store/files/registryCache/cache.ts'
import type { OpenBlob, RegistryCache } from '#store/registryCache.ts'
import { emptyHome } from '../helpers/home.ts'
import { sha256 } from '../helpers/registry.ts'

function openIn(data: string, maxBytes = 1e9, files: Partial<Files> = {}) {
  const real = openBunHost()
  // Two acts never happen in the same millisecond.
  let nowMs = Date.parse('2026-05-02T09:00:00Z')
  const clock = { ...real.clock, now: () => (nowMs += 1000) }
  const host: Host = { ...real, clock, files: { ...real.files, ...files } }
  const warnings: string[] = []
  const warn = (message: string) => void warnings.push(message)
  return { cache: openRegistryCache(host, data, { maxBytes, warn }), warnings }
}

function keep(cache: RegistryCache, ...chunks: Uint8Array[]) {
  const spool = cache.spool()
  for (const chunk of chunks) spool.write(chunk)
  return { hash: spool.finish(), kept: spool.keep() }
}

async function bytesOf(blob: OpenBlob | undefined): Promise<Uint8Array | undefined> {
  return blob && new Uint8Array(await new Response(blob.body).arrayBuffer())
}

const text = (characters: string) => new TextEncoder().encode(characters)

test('what was kept comes back, in whatever pieces it came', async () => {
  const { cache, warnings } = openIn(emptyHome().data)
  const pieces = fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 8 })
  const check = fc.asyncProperty(pieces, async (chunks) => {
    const whole = Buffer.concat(chunks)
    const { hash, kept } = keep(cache, ...chunks)
    expect(hash).toBe(sha256(whole))
    expect(await bytesOf(await kept.open())).toEqual(new Uint8Array(whole))
    if (whole.length > 0)
      expect(await bytesOf(await cache.openBlob(hash))).toEqual(new Uint8Array(whole))
  })
  await fc.assert(check, { numRuns: 50 })
  expect(warnings).toEqual([])
})

test('however a file of it was changed, it is right or not there', async () => {
  const { data } = emptyHome()
  const { cache } = openIn(data)
  const original = crypto.getRandomValues(new Uint8Array(2000))
  const check = fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (other) => {
    const { hash } = keep(cache, original)
    writeFileSync(`${data}/registry/cache/blobs/${hash.slice(0, 2)}/${hash}`, other)
    const found = await bytesOf(await cache.openBlob(hash))
    expect(found === undefined || sha256(found) === hash).toBe(true)
  })
  await fc.assert(check, { numRuns: 50 })
})

test('a large archive is read to its end although it is removed meanwhile', async () => {
  const { data } = emptyHome()
  const { cache } = openIn(data)
  const large = Buffer.alloc(5 * 1024 * 1024, 'large')
  const { hash } = keep(cache, large)
  const blob = await cache.openBlob(hash)
  rmSync(`${data}/registry/cache/blobs`, { recursive: true })
  expect(sha256((await bytesOf(blob))!)).toBe(hash)
  expect(await cache.openBlob(hash)).toBeUndefined()
})

test('a folder that takes nothing costs nothing but a warning', async () => {
  const { data } = emptyHome()
  mkdirSync(`${data}/registry`, { recursive: true })
  writeFileSync(`${data}/registry/cache`, 'in the way')
  const { cache, warnings } = openIn(data)
  const { hash, kept } = keep(cache, text('some'), text('thing'))
  expect(await bytesOf(await kept.open())).toEqual(text('something'))
  expect(await cache.openBlob(hash)).toBeUndefined()
  await cache.keepIndex('origin', { etag: '"1"', text: '[]' })
  expect(await cache.findIndex('origin')).toBeUndefined()
  expect(warnings).toHaveLength(1)
})

test('an archive that cannot be moved in is handed on all the same', async () => {
  const { data } = emptyHome()
  const rename = (_: string, to: string) => {
    throw new HostError('EROFS', 'rename', to)
  }
  const { cache, warnings } = openIn(data, 1e9, { rename })
  const { kept } = keep(cache, text('something'))
  expect(await bytesOf(await kept.open())).toEqual(text('something'))
  expect(warnings).toEqual(['Cannot keep an archive: the file system is read-only'])
})

test('an archive stays whole when no room can be made for it', async () => {
  const { files } = openBunHost()
  const list: Files['list'] = (path) => {
    if (path.endsWith('/blobs')) throw new HostError('EACCES', 'list', path)
    return files.list(path)
  }
  const { cache, warnings } = openIn(emptyHome().data, 10, { list })
  const { hash, kept } = keep(cache, text('something too long'))
  expect(await bytesOf(await kept.open())).toEqual(text('something too long'))
  expect(await bytesOf(await cache.openBlob(hash))).toEqual(text('something too long'))
  expect(warnings).toEqual(['Cannot make room among the archives: permission denied'])
})

test('a disk that is nearly full is left to others', async () => {
  const { data } = emptyHome()
  const { cache, warnings } = openIn(data, 1e9, { freeBytes: () => 1000 })
  const { hash, kept } = keep(cache, text('something'))
  expect(await bytesOf(await kept.open())).toEqual(text('something'))
  expect(await cache.openBlob(hash)).toBeUndefined()
  expect(warnings).toEqual(['Cannot keep archives: hardly any space is left on the disk'])
})

test('an archive whose beginning was lost is not made up', () => {
  const { data } = emptyHome()
  let writes = 0
  const { files } = openBunHost()
  const append: Files['append'] = (path, content, mode) => {
    if (++writes < 3) return files.append(path, content, mode)
    rmSync(path)
    throw new HostError('ENOSPC', 'write', path)
  }
  const { cache } = openIn(data, 1e9, { append })
  const spool = cache.spool()
  spool.write(text('some'))
  spool.write(text('thing'))
  expect(() => spool.write(text('more'))).toThrow('was lost')
})

test('those go first that nobody asked for, and the newest stays', async () => {
  const { data } = emptyHome()
  const { cache } = openIn(data, 3500)
  const blob = (n: number) => new Uint8Array(1000).fill(n)
  const hashes = [1, 2, 3].map((n) => keep(cache, blob(n)).hash)
  await cache.openBlob(hashes[0]!)
  keep(cache, blob(4))
  const there = await Promise.all(
    hashes.map(async (hash) => (await cache.openBlob(hash)) !== undefined),
  )
  expect(there).toEqual([true, false, true])
  const { hash } = keep(cache, new Uint8Array(9000))
  expect(await cache.openBlob(hash)).toBeDefined()
  const left = (
    readdirSync(`${data}/registry/cache/blobs`, { recursive: true }) as string[]
  ).filter((name) => name.length > 60)
  expect(left).toHaveLength(1)
})

test('what a process leaves behind goes with the next one, but not while it lives', async () => {
  const { data } = emptyHome()
  const arriving = `${data}/registry/cache/arriving`
  mkdirSync(`${arriving}/dead`, { recursive: true })
  writeFileSync(`${arriving}/dead.lock`, '')
  writeFileSync(`${arriving}/dead/0`, 'half an archive')
  const first = openIn(data)
  first.cache.spool().write(text('something'))
  const second = openIn(data)
  second.cache.spool().write(text('something'))
  expect(readdirSync(arriving).filter((name) => !name.endsWith('.lock'))).toHaveLength(2)
  expect(readdirSync(arriving)).not.toContain('dead')
  first.cache.close()
  second.cache.close()
  expect(readdirSync(arriving)).toEqual([])
})
