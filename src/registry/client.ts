// A registry as the engine sees it: its index, its packages. Says what its answers mean; how they
// travel is in call.ts.

import { extractFiles } from '#core/package/artifact.ts'
import { sha256Hex } from '#core/package/digest.ts'
import { readIndex } from '#core/package/rows.ts'
import { packagePath, readProblem, registryError, type WireAnswer } from '#core/package/wire.ts'
import { parseJson } from '#core/text/json.ts'
import { isObject } from '#core/drawer/json.ts'
import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { IndexRow } from '#spec/package.ts'
import type { RegistryContext } from './context.ts'
import { gunzip } from './gzip.ts'
import type { Source } from './source.ts'

const timeoutMs = 30_000
const idleMs = 30_000

/** Every published version. Throws REGISTRY_ERROR. */
export async function fetchIndex(source: Source, context: RegistryContext): Promise<IndexRow[]> {
  const { packages } = context.store
  // Whoever may see less has another index.
  const name = `index-${sha256Hex(`${source.base}\n${source.key}`).slice(0, 32)}`
  const cached = await packages.cachedIndex(name)
  const answer = await get('/v1/index', source, context, {
    ...(cached && { 'If-None-Match': cached.etag }),
  })
  if (answer.status === 304 && cached) return readIndex(cached.text)
  if (answer.status !== 200) throw registryError('index', readProblem(answer))
  const text = new TextDecoder().decode(await decoded(answer, limits.indexBytes))
  const rows = readIndex(text)
  const etag = answer.header('etag')
  if (etag) await packages.cacheIndex(name, { etag, text })
  return rows
}

async function get(
  path: string,
  { base, key }: Source,
  { call, identity, signal }: RegistryContext,
  headers: Record<string, string> = {},
): Promise<WireAnswer> {
  return call(base, {
    method: 'GET',
    path,
    headers: { Accept: 'application/json', ...bearer(key), ...headers },
    prove: () => identity.prove({ method: 'GET', path: sentPath(base, path), body: '' }),
    maxBytes: limits.indexBytes,
    timeoutMs,
    retry: true,
    signal,
  })
}

function bearer(key: string): Record<string, string> {
  return key === '' ? {} : { Authorization: `Bearer ${key}` }
}

/** The path as the registry sees it, with whatever its base begins with. */
function sentPath(base: string, path: string): string {
  return URL.parse(base + path)?.pathname ?? path
}

/** What was packed on its way, although we asked not to. */
async function decoded(answer: WireAnswer, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const packed = /^(?:x-)?gzip$/i.test(answer.header('content-encoding') ?? '')
  return packed ? gunzip(answer.body, maxBytes) : answer.body
}

/**
 * The files of a version, checked against the hash in the answer and the one in the index. Throws
 * REGISTRY_ERROR, or VALIDATION_ERROR for an archive that is not what it should be.
 */
export async function download(
  row: IndexRow,
  source: Source,
  context: RegistryContext,
): Promise<Map<string, Uint8Array>> {
  const { name, version } = row
  const { base, key } = source
  const path = `${packagePath(name, version)}/download`
  const proven = { method: 'GET', path: sentPath(base, path), body: '' }
  const answer = await context.call(base, {
    method: 'GET',
    path,
    headers: { Accept: 'application/json', ...bearer(key) },
    prove: () => context.identity.prove(proven),
    maxBytes: limits.artifactBytes,
    timeoutMs,
    idleMs,
    retry: true,
    signal: context.signal,
  })
  if (answer.status !== 200) throw registryError(`download ${name}@${version}`, readProblem(answer))
  const archive = await checkArchive(row, answer, context.warn)
  return extractFiles(await gunzip(archive, limits.artifactTarBytes))
}

async function checkArchive(row: IndexRow, answer: WireAnswer, warn: (message: string) => void) {
  const shown = `${row.name}@${row.version}`
  const wanted = [answer.header('x-content-sha256')?.trim().toLowerCase() ?? '', row.sha256]
  const hashes = wanted.filter((hash) => hash !== '')
  if (hashes.length === 0) warn(`The registry gives no hash for "${shown}": it cannot be verified`)
  const fits = (bytes: Uint8Array) => hashes.every((hash) => hash === sha256Hex(bytes))
  if (fits(answer.body)) return answer.body
  const unpacked = await decoded(answer, limits.artifactBytes)
  if (unpacked !== answer.body && fits(unpacked)) return unpacked
  throw fail(
    'VALIDATION_ERROR',
    `Cannot install "${shown}": content hash mismatch: the archive is not the one that was published`,
  )
}

export interface Upload {
  name: string
  version: string
  archive: Uint8Array<ArrayBuffer>
  headers: Readonly<Record<string, string>>
}

/** Sends a version. The answer is judged by whoever asked. Throws REGISTRY_ERROR without one. */
export async function upload(
  { name, version, archive, headers }: Upload,
  { base, key }: Source,
  { call, identity, signal }: RegistryContext,
): Promise<WireAnswer> {
  const path = packagePath(name, version)
  const proof = await identity.prove({ method: 'POST', path: sentPath(base, path), body: archive })
  return call(base, {
    method: 'POST',
    path,
    headers: {
      Accept: 'application/json',
      'Content-Type': 'application/gzip',
      'X-Content-Sha256': sha256Hex(archive),
      ...bearer(key),
      ...proof,
      ...headers,
    },
    body: archive,
    maxBytes: limits.indexBytes,
    timeoutMs,
    idleMs,
    signal,
  })
}

/** The least version of this program that a registry works with; undefined when it does not say. */
export async function findLeastVersion(
  base: string,
  key: string | undefined,
  { call, signal }: RegistryContext,
  withinMs = timeoutMs,
): Promise<string | undefined> {
  try {
    const headers = { Accept: 'application/json', ...bearer(key ?? '') }
    const request = { method: 'GET', path: '/v1/meta', headers, maxBytes: 65_536 } as const
    const answer = await call(base, { ...request, timeoutMs: withinMs, signal })
    if (answer.status !== 200) return undefined
    const json = parseJson(new TextDecoder().decode(await decoded(answer, 65_536)))
    const least = json.ok && isObject(json.value) ? json.value['min_cli_version'] : undefined
    return typeof least === 'string' && least !== '' ? least : undefined
  } catch {
    // Whatever goes wrong here forces nobody to update.
    return undefined
  }
}
