// What a caching proxy is handed.

import type { Clock } from '#host/host.ts'
import type { RegistryCache } from '#store/registryCache.ts'

export interface ProxyContext {
  clock: Clock
  cache: RegistryCache
  /** Where packages come from, and with which keys of this host; asked anew, since keys change. */
  source(): Promise<ProxySource>
  settings: ProxySettings
  warn(message: string): void
}

export interface ProxySource {
  /** Without a slash at its end. */
  base: string
  /** '' when there is none. */
  readKey: string
  writeKey: string
}

export interface ProxySettings {
  /** For how long an index is believed without asking. */
  ttlMs: number
  /** Let versions be published through us. */
  publish: boolean
  /** The least version of clients that this host works with. */
  minCliVersion: string | undefined
  /** Desks of this host alone, with their `@`: whatever the origin has under their names is ignored. */
  localDesks: readonly string[]
}
