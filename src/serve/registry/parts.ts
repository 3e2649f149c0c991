// The registry of a host, as far as it has one: its routes, opened with the first request.

import { fail } from '#spec/errors.ts'
import type { RegistryProxy } from '#registry/proxy/proxy.ts'
import type { Hosting } from '../hosting.ts'
import { openRegistryMetrics } from '../metrics/registry.ts'
import type { Route } from '../route.ts'
import { proxyRoutes } from '../routes/proxy.ts'
import { findOrigin, readSource, refuseOwn } from './origin.ts'
import { openOwnRegistry } from './own.ts'

export interface RegistryParts {
  routes: readonly Route[]
  metrics(): string
  /** The host listens at this address. */
  start(address: string): void
  /** Resolves when everybody has been answered, or when the signal aborts. */
  drain(signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

const idle = { start: () => {}, drain: async () => {} }

/** Throws VALIDATION_ERROR for settings that lead nowhere, or back here. */
export async function openRegistryParts(hosting: Hosting): Promise<RegistryParts> {
  const { registry, 'no-registry': none } = hosting.settings
  // An address in the environment is for the commands of this machine, not for its registry.
  if (registry && !none) return openOwnRegistry(hosting)
  const base = await findOrigin(hosting)
  if (base === '')
    return { ...idle, routes: [nothingRoute], metrics: () => '', close: async () => {} }
  await refuseOwn(base, hosting)
  const metrics = openRegistryMetrics()
  let opened: Promise<RegistryProxy> | undefined
  const open = () => (opened ??= openProxy(base, hosting))
  return {
    ...idle,
    routes: proxyRoutes({ hosting, open, metrics }),
    metrics: metrics.render,
    close: async () => (await opened)?.close(),
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

async function openProxy(base: string, hosting: Hosting): Promise<RegistryProxy> {
  const { app, machine, store, settings, log } = hosting
  const warn = (message: string) => log.warn(message)
  return app.registryProxy({
    clock: machine.clock,
    cache: await store.openRegistryCache({ maxBytes: settings['registry-cache-size'], warn }),
    source: () => readSource(base, hosting),
    settings: {
      ttlMs: settings['registry-ttl'],
      publish: settings['registry-publish'],
      minCliVersion: settings['min-cli-version'],
      localDesks: settings['registry-local-desk'],
    },
    warn,
  })
}
