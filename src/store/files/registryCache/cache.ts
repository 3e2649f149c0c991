// The cache of a registry proxy as files: `blobs` by hash, `index` by origin, and `arriving` with one
// folder per process for what is on its way.

import type { Host } from '#host/host.ts'
import type { RegistryCache, RegistryCacheOptions } from '../../registryCache.ts'
import { openArrivals } from './arrivals.ts'
import { openBlobs } from './blobs.ts'
import { confirmIndex, findIndex, keepIndex } from './indexes.ts'

export function openRegistryCache(
  host: Host,
  dataDirectory: string,
  { maxBytes, warn }: RegistryCacheOptions,
): RegistryCache {
  const directory = `${dataDirectory}/registry/cache`
  const tell = limitWarnings(host, warn)
  const blobs = openBlobs({ host, directory: `${directory}/blobs`, maxBytes, warn: tell })
  const arrivals = openArrivals({ host, directory: `${directory}/arriving`, warn: tell, blobs })
  const indexPath = (name: string) => `${directory}/index/${name}`
  return {
    openBlob: blobs.open,
    spool: arrivals.spool,
    findIndex: async (name) => findIndex(host, indexPath(name)),
    keepIndex: async (name, index) => keepIndex(host, indexPath(name), index, tell),
    confirmIndex: async (name) => confirmIndex(host, indexPath(name)),
    close: arrivals.close,
  }
}

const warningPauseMs = 60_000

// A full disk meets every request.
function limitWarnings({ clock }: Host, warn: (message: string) => void) {
  let last = -Infinity
  return (message: string) => {
    if (clock.monotonic() - last < warningPauseMs) return
    last = clock.monotonic()
    warn(message)
  }
}
