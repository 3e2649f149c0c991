// Archives through the proxy: out of the cache when the index says which one it is and the cache has
// it; else fetched once for all who want it, checked, and kept. What is not what was promised is
// neither kept nor handed on.

import { packagePath } from '#core/package/wire.ts'
import { Failure, fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { IndexRow } from '#spec/package.ts'
import type { KeptBlob, OpenBlob, Spool } from '#store/registryCache.ts'
import type { ExchangeAnswer } from '../exchange.ts'
import type { ProxyContext } from './context.ts'
import { openFlights } from './flights.ts'
import { type Origin, refusalOf } from './origin.ts'

export interface Wanted {
  name: string
  version: string
  /** What the index says of it, if anything. */
  row: IndexRow | undefined
}

export interface FoundArchive extends OpenBlob {
  sha256: string
  how: 'hit' | 'miss'
}

export interface Archives {
  /** Throws NOT_FOUND, ORIGIN_HASH_MISMATCH, and what `Origin.ask` throws. */
  open(wanted: Wanted): Promise<FoundArchive>
  /** Something was published: what was missing may be there. */
  forgetMissing(): void
}

interface Fetched {
  sha256: string
  blob: KeptBlob
}

export function openArchives(context: ProxyContext, origin: Origin): Archives {
  const { cache } = context
  const flights = openFlights<Fetched>()
  const missing = rememberMissing(context)
  const fetchOnce = (wanted: Wanted, sha256: string) => {
    const key = sha256 || `${wanted.name}@${wanted.version}`
    return flights.join(key, async () => {
      // Whoever fetched it before may just have finished.
      const there = sha256 === '' ? undefined : await cache.openBlob(sha256)
      there?.close()
      if (there) return { sha256, blob: { open: () => cache.openBlob(sha256) } }
      return missing.noting(wanted, () => fetchArchive(wanted, sha256, context, origin))
    })
  }
  return {
    open: async (wanted) => {
      const sha256 = hashOf(wanted.row)
      const known = sha256 === '' ? undefined : await cache.openBlob(sha256)
      if (known) return { ...known, sha256, how: 'hit' }
      for (let tries = 0; tries < mostTries; tries++) {
        missing.check(wanted)
        const fetched = await fetchOnce(wanted, sha256)
        const blob = await fetched.blob.open()
        // Else it had to make room for others before we came to read it.
        if (blob) return { ...blob, sha256: fetched.sha256, how: 'miss' }
      }
      throw fail('STORAGE_ERROR', `Cannot keep "${shown(wanted)}" for long enough to send it`)
    },
    forgetMissing: missing.forget,
  }
}

const mostTries = 3

function shown({ name, version }: Wanted): string {
  return `${name}@${version}`
}

/** '' for what is no hash: it names no file of ours. */
function hashOf(row: IndexRow | undefined): string {
  return row && /^[0-9a-f]{64}$/.test(row.sha256) ? row.sha256 : ''
}

async function fetchArchive(
  wanted: Wanted,
  promised: string,
  { cache }: ProxyContext,
  origin: Origin,
): Promise<Fetched> {
  const path = `${packagePath(wanted.name, wanted.version)}/download`
  const request = { method: 'GET', path, as: 'reader', idleMs: limits.proxyTimeoutMs } as const
  return origin.ask(request, async (answer) => {
    if (answer.status !== 200) throw await refusalOf(answer, `"${shown(wanted)}"`)
    const spool = cache.spool()
    try {
      await receive(answer, spool)
      const sha256 = spool.finish()
      const said = answer.header('x-content-sha256')?.trim().toLowerCase() ?? ''
      if ([promised, said].some((hash) => hash !== '' && hash !== sha256))
        throw fail(
          'ORIGIN_HASH_MISMATCH',
          `Cannot hand on "${shown(wanted)}": the origin sent something else than it promised`,
        )
      return { sha256, blob: spool.keep() }
    } catch (error) {
      spool.drop()
      throw error
    }
  })
}

async function receive({ body }: ExchangeAnswer, spool: Spool): Promise<void> {
  for await (const chunk of body) {
    if (spool.size + chunk.length > limits.artifactBytes)
      throw fail('REGISTRY_ERROR', `The origin sends more than ${limits.artifactBytes} bytes`)
    spool.write(chunk)
  }
}

/** What the origin does not have, for a short while. */
function rememberMissing({ clock }: ProxyContext) {
  const known = new Map<string, { atMs: number; error: Failure }>()
  return {
    check: (wanted: Wanted) => {
      const entry = known.get(shown(wanted))
      if (entry && clock.monotonic() - entry.atMs < limits.proxyMissMs) throw entry.error
    },
    noting: async <T>(wanted: Wanted, act: () => Promise<T>): Promise<T> => {
      try {
        return await act()
      } catch (error) {
        const absent = error instanceof Failure && error.code === 'NOT_FOUND'
        if (known.size >= limits.countedClients) known.clear()
        if (absent) known.set(shown(wanted), { atMs: clock.monotonic(), error })
        throw error
      }
    },
    forget: () => known.clear(),
  }
}
