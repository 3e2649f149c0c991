// The registry of a host, as far as it has one: its own, that of another host, or both
// (serve.md 9.12).

import { fail, Failure } from '#spec/errors.ts'
import type { Hosting } from '../hosting.ts'
import type { Route } from '../route.ts'
import { findOrigin, refuseOwn } from './origin.ts'
import { openOwnRegistry } from './own.ts'
import { openProxied } from './proxied.ts'

export interface RegistryParts {
  routes: readonly Route[]
  metrics(): string
  /** The host listens at this address. */
  start(address: string): void
  /** Resolves when everybody has been answered, or when the signal aborts. */
  drain(signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** Throws VALIDATION_ERROR for settings that lead nowhere, or back here, STORAGE_ERROR. */
export async function openRegistryParts(hosting: Hosting): Promise<RegistryParts> {
  const { registry, 'registry-origin': given, 'no-registry': none } = hosting.settings
  if (none) return nothing
  const origin = await findOrigin(hosting)
  if (origin === '') return registry ? openOwnRegistry(hosting) : nothing
  await refuseOwn(origin, hosting)
  return given ? openProxied(origin, hosting) : openUnasked(origin, hosting)
}

// What stands in the environment for the commands of this machine must not keep a host from starting.
async function openUnasked(origin: string, hosting: Hosting): Promise<RegistryParts> {
  try {
    return await openProxied(origin, hosting)
  } catch (error) {
    if (!(error instanceof Failure) || hosting.loopback) throw error
    hosting.log.warn('Not handing out packages of the registry', { why: error.message })
    return nothing
  }
}

const nothingRoute: Route = {
  method: 'ANY',
  path: '/v1/{rest}*',
  auth: 'none',
  surface: 'registry',
  handle: () => {
    throw fail('REGISTRY_NOT_CONFIGURED', 'Cannot answer: this host has no registry', {
      hint: 'Start it with --registry, or with --registry-origin URL',
    })
  },
}

const nothing: RegistryParts = {
  routes: [nothingRoute],
  metrics: () => '',
  start: () => {},
  drain: async () => {},
  close: async () => {},
}
