// The origin's index as we know it: believed for a while, then confirmed by its ETag, and used up to a
// day longer while the origin does not answer. Only `read` asks the origin, and only once at a time.

import { sha256Hex } from '#core/package/digest.ts'
import { readIndex } from '#core/package/rows.ts'
import { Failure, fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { IndexRow } from '#spec/package.ts'
import type { KeptIndex } from '#store/registryCache.ts'
import { readWhole } from '../call.ts'
import type { ExchangeAnswer } from '../exchange.ts'
import { gunzip } from '../gzip.ts'
import type { ProxyContext } from './context.ts'
import { openFlights } from './flights.ts'
import { type Origin, refusalOf } from './origin.ts'

export interface OriginIndex {
  /** The body, as the origin sent it. */
  readonly text: string
  /** Changes with the text, and with nothing else. */
  readonly mark: string
  find(name: string, version: string): IndexRow | undefined
}

export interface ReadIndex {
  index: OriginIndex
  how: 'hit' | 'miss' | 'stale'
}

export interface ProxyIndex {
  /** At most `maxAgeMs` old, or as old as need be. Throws what `Origin.ask` throws, ORIGIN_AUTH, LOOP. */
  read(maxAgeMs: number): Promise<ReadIndex>
  /** Something was published: what is known is out of date. */
  expire(): void
}

interface Held extends KeptIndex {
  name: string
  index: OriginIndex
  /** Something was published since. */
  expired: boolean
}

export function openProxyIndex(context: ProxyContext, origin: Origin): ProxyIndex {
  const { clock, cache } = context
  const flights = openFlights<Held>()
  let held: Held | undefined
  let expirations = 0
  let failed: { atMs: number; name: string; error: Error } | undefined
  const load = async (name: string) => {
    if (held?.name === name) return held
    const kept = await cache.findIndex(name)
    const index = kept && tryIndex(kept.text)
    held = kept && index && { ...kept, name, index, expired: false }
    return held
  }
  const refresh = (name: string, known: Held | undefined) => {
    const begun = expirations
    return flights.join(name, async () => {
      try {
        const fresh = await fetchIndex(name, known, context, origin)
        // What was on its way while something was published may not know of it.
        held = { ...fresh, name, checkedMs: clock.now(), expired: begun !== expirations }
        failed = undefined
        return held
      } catch (error) {
        failed = { atMs: clock.monotonic(), name, error: error as Error }
        throw error
      }
    })
  }
  return {
    read: async (maxAgeMs) => {
      const name = await nameOf(context)
      const known = await load(name)
      const ageMs = known ? clock.now() - known.checkedMs : Infinity
      if (known && !known.expired && ageMs >= 0 && ageMs < maxAgeMs)
        return { index: known.index, how: 'hit' }
      const usable = known && ageMs < limits.proxyStaleMs ? known : undefined
      const recent = failed?.name === name && clock.monotonic() - failed.atMs < limits.proxyMissMs
      if (recent && (usable || isMissing(failed!.error))) return settle(usable, failed!.error)
      try {
        const fresh = refresh(name, known)
        const answer = usable ? await within(limits.proxyPatienceMs, fresh, context) : await fresh
        if (answer) return { index: answer.index, how: 'miss' }
        throw (failed = { atMs: clock.monotonic(), name, error: tooSlow() }).error
      } catch (error) {
        return settle(usable, error)
      }
    },
    expire: () => {
      expirations++
      flights.forget()
      failed = undefined
      if (held) held = { ...held, expired: true }
    },
  }
}

function tooSlow(): Failure {
  return fail('REGISTRY_TIMEOUT', 'The origin does not answer in time')
}

/** The old one instead of a failure, unless the origin does not want us to have it any more. */
function settle(usable: Held | undefined, error: unknown): ReadIndex {
  const final = error instanceof Failure && ['ORIGIN_AUTH', 'LOOP'].includes(error.code)
  if (usable && !final) return { index: usable.index, how: 'stale' }
  throw error
}

function isMissing(error: unknown): boolean {
  return error instanceof Failure && ['NOT_FOUND', 'ORIGIN_AUTH', 'LOOP'].includes(error.code)
}

/** Undefined when it takes longer; then it goes on by itself. */
async function within<T>(
  ms: number,
  promise: Promise<T>,
  { clock }: ProxyContext,
): Promise<T | undefined> {
  const patience = new AbortController()
  const late = clock.sleep(ms, patience.signal).then(() => undefined)
  promise.catch(() => {})
  try {
    return await Promise.race([promise, late])
  } finally {
    patience.abort()
  }
}

// Whoever may see less has another index.
async function nameOf({ source }: ProxyContext): Promise<string> {
  const { base, readKey } = await source()
  return sha256Hex(`${base}\n${readKey}`).slice(0, 32)
}

async function fetchIndex(
  name: string,
  known: Held | undefined,
  { cache }: ProxyContext,
  origin: Origin,
): Promise<Pick<Held, 'etag' | 'text' | 'index'>> {
  const headers = known && known.etag !== '' ? { 'If-None-Match': known.etag } : {}
  return origin.ask({ method: 'GET', path: '/v1/index', headers, as: 'reader' }, async (answer) => {
    if (answer.status === 304 && known) {
      await cache.confirmIndex(name)
      return known
    }
    if (answer.status !== 200) throw await refusalOf(answer, 'the index')
    const text = await readText(answer)
    const etag = answer.header('etag') ?? ''
    if (text === known?.text) {
      await cache.confirmIndex(name)
      return { ...known, etag }
    }
    const index = tryIndex(text)
    if (!index) throw fail('REGISTRY_ERROR', 'The origin answered with something that is no index')
    await cache.keepIndex(name, { etag, text })
    return { etag, text, index }
  })
}

async function readText(answer: ExchangeAnswer): Promise<string> {
  const body = await readWhole(answer, limits.indexBytes)
  const packed = /^(?:x-)?gzip$/i.test(answer.header('content-encoding') ?? '')
  try {
    return new TextDecoder().decode(packed ? await gunzip(body, limits.indexBytes) : body)
  } catch (cause) {
    throw fail('REGISTRY_ERROR', 'The origin answered with an index that cannot be unpacked', {
      cause,
    })
  }
}

// Read before it is kept: what is no index is never served as one.
function tryIndex(text: string): OriginIndex | undefined {
  try {
    return makeIndex(text)
  } catch {
    return undefined
  }
}

function makeIndex(text: string): OriginIndex {
  const rows = readIndex(text)
  const byVersion = new Map<string, IndexRow>()
  // The first of two rows is the one that counts.
  for (const row of rows) {
    const key = `${row.name}@${row.version}`
    if (!byVersion.has(key)) byVersion.set(key, row)
  }
  return {
    text,
    mark: sha256Hex(text),
    find: (rowName, version) => byVersion.get(`${rowName}@${version}`),
  }
}
