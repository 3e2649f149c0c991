// A registry for the time of one command: its index is asked for once, and each version is fetched
// and checked once.

import { hashContent } from '#core/package/contentHash.ts'
import type { LoadedPackage } from '#core/package/plan.ts'
import { openIndex, type PackageIndex } from '#core/package/rows.ts'
import { packageMessage } from '#core/package/signing.ts'
import { readSpec } from '#core/package/spec.ts'
import { publicBase } from '#core/package/wire.ts'
import { fail } from '#spec/errors.ts'
import { download, fetchIndex } from './client.ts'
import type { RegistryContext } from './context.ts'
import { openLimit } from './limit.ts'
import type { Source } from './source.ts'

export interface Supply {
  index: PackageIndex
  /** Base URL, fit to be written down. */
  source: string
  load(name: string, version: string): Promise<LoadedPackage>
}

/** Throws REGISTRY_ERROR when there is no index. */
export async function openSupply(source: Source, context: RegistryContext): Promise<Supply> {
  const index = openIndex(await fetchIndex(source, context))
  const loaded = new Map<string, Promise<LoadedPackage>>()
  const limit = openLimit(downloadsAtOnce)
  return {
    index,
    source: publicBase(source.base),
    load: (name, version) => {
      const key = `${name}@${version}`
      const known = loaded.get(key)
      if (known) return known
      const loading = limit(() => loadPackage(index.get(name, version), source, context))
      loaded.set(key, loading)
      return loading
    },
  }
}

const downloadsAtOnce = 8

async function loadPackage(
  row: ReturnType<PackageIndex['get']>,
  source: Source,
  context: RegistryContext,
): Promise<LoadedPackage> {
  const files = await download(row, source, context)
  const contentHash = hashContent(files)
  const refuse = (why: string) =>
    fail('VALIDATION_ERROR', `Cannot install "${row.name}@${row.version}": ${why}`)
  if (row.content_hash !== '' && row.content_hash !== contentHash)
    throw refuse('content hash mismatch: the index promises other files')
  const signed = row.publisher_key !== '' && row.signature !== ''
  const message = packageMessage(row.name, row.version, contentHash)
  if (signed && !(await context.identity.verify(row.publisher_key, message, row.signature)))
    throw refuse('its signature is not that of its publisher')
  return {
    spec: readSpec(row.kind, files),
    files,
    contentHash,
    publisherKey: signed ? row.publisher_key : '',
    signature: signed ? row.signature : '',
  }
}
