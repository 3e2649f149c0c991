// A caching proxy in front of a registry, as surfaces get it: what they may show to whom is theirs to
// decide; what is asked of the origin, and what is kept, is decided here (registry 14.10).

import { narrowIndex } from '#core/package/desks.ts'
import { sha256Hex } from '#core/package/digest.ts'
import { deskOf } from '#core/package/spec.ts'
import { fail } from '#spec/errors.ts'
import type { IndexRow } from '#spec/package.ts'
import { everyDesk } from '#spec/registry.ts'
import { type FoundArchive, openArchives } from './archives.ts'
import type { ProxyContext } from './context.ts'
import { type Meta, openMeta } from './meta.ts'
import { openOrigin } from './origin.ts'
import { openProxyIndex, type OriginIndex } from './originIndex.ts'
import {
  type IdentityCall,
  passIdentity,
  type Passed,
  type PassedCall,
  type PassedUpload,
  passUpload,
} from './pass.ts'

export interface RegistryProxy {
  meta(): Promise<Meta>
  /** The origin's index as far as a key for these desks may see it, and without local desks. */
  index(desks: readonly string[]): Promise<SeenIndex>
  /** Throws NOT_FOUND for local desks as for everything the origin does not have. */
  download(name: string, version: string): Promise<SeenArchive>
  publish(upload: PassedUpload): Promise<Passed>
  identity(call: IdentityCall, passed: PassedCall): Promise<Passed>
  close(): void
}

export interface SeenIndex {
  text: string
  /** Quoted, as it stands in the header. */
  etag: string
  how: 'hit' | 'miss' | 'stale'
}

export interface SeenArchive extends FoundArchive {
  row: IndexRow | undefined
}

/** A version that is not in an index older than this may have come meanwhile. */
const doubtfulMs = 5000

/** Every act throws REGISTRY_UNREACHABLE, REGISTRY_TIMEOUT, ORIGIN_AUTH, LOOP or REGISTRY_ERROR. */
export function openRegistryProxy(context: ProxyContext): RegistryProxy {
  const { settings, cache } = context
  const { localDesks } = settings
  const origin = openOrigin(context)
  const known = openProxyIndex(context, origin)
  const archives = openArchives(context, origin)
  const isForeign = (desk: string) => !localDesks.includes(desk)
  const narrow = openNarrow(isForeign)
  return {
    meta: openMeta(context, origin),
    index: async (desks) => {
      const { index, how } = await known.read(settings.ttlMs)
      return { ...narrow(index, desks), how }
    },
    download: async (name, version) => {
      if (!isForeign(deskOf(name)))
        throw fail('NOT_FOUND', `Cannot find "${name}@${version}": its desk is not the origin's`)
      const { index } = await known.read(settings.ttlMs)
      const row =
        index.find(name, version) ?? (await known.read(doubtfulMs)).index.find(name, version)
      return { ...(await archives.open({ name, version, row })), row }
    },
    publish: async (upload) => {
      const passed = await passUpload(upload, context, origin)
      // Also when a version is there already, which the index may not know.
      if (passed.status < 300 || passed.status === 409) {
        known.expire()
        archives.forgetMissing()
      }
      return passed
    },
    identity: (call, passed) => passIdentity(call, passed, origin),
    close: () => {
      origin.close()
      cache.close()
    },
  }
}

/** Narrows an index once for all who see the same of it. */
function openNarrow(isForeign: (desk: string) => boolean) {
  let last = ''
  const done = new Map<string, Omit<SeenIndex, 'how'>>()
  return ({ text, mark }: OriginIndex, desks: readonly string[]) => {
    if (mark !== last) done.clear()
    last = mark
    const all = desks.includes(everyDesk)
    const who = all ? everyDesk : [...desks].sort().join(' ')
    const before = done.get(who)
    if (before) return before
    const seen = narrowIndex(text, (desk) => isForeign(desk) && (all || desks.includes(desk)))
    const one = { text: seen, etag: `"${seen === text ? mark : sha256Hex(seen)}"` }
    done.set(who, one)
    return one
  }
}
