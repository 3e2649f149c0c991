// The packages of another registry through this host (registry 14.10), opened with the first request
// unless there is something to be checked before.

import { fail } from '#spec/errors.ts'
import type { RegistryServer } from '#registry/server/server.ts'
import type { Hosting } from '../hosting.ts'
import { countPerMinute } from '../counts.ts'
import { openRegistryMetrics } from '../metrics/registry.ts'
import { registryRoutes } from '../routes/registry.ts'
import { readSource } from './origin.ts'
import { countBusy, isPrivate, openGuarded } from './own.ts'
import type { RegistryParts } from './parts.ts'

/** Throws VALIDATION_ERROR for doors that are open to strangers; STORAGE_ERROR. */
export async function openProxied(base: string, hosting: Hosting): Promise<RegistryParts> {
  const { settings } = hosting
  checkDesks(hosting)
  let address = ''
  let opened: ReturnType<typeof open> | undefined
  const opening = () => (opened ??= open(base, () => address, hosting))
  if (settings.registry || !isPrivate(hosting)) await opening()
  const busy = countBusy(async (call) => (await opening()).answer(call))
  const metrics = openRegistryMetrics()
  return {
    routes: registryRoutes(busy.answer, metrics, hosting),
    metrics: metrics.render,
    start: (at) => {
      address = at
      if (settings.registry) void opening().then(({ server }) => server.start())
    },
    drain: busy.drain,
    close: async () => (await opened)?.close(),
  }
}

function checkDesks({ settings }: Hosting): void {
  const { registry, 'registry-local-desk': desks } = settings
  if (!registry || desks.length > 0) return
  throw fail(
    'VALIDATION_ERROR',
    'Cannot offer a registry beside --registry-origin: whose desk is whose',
    { hint: 'Name the desks of this host with --registry-local-desk' },
  )
}

async function open(base: string, address: () => string, hosting: Hosting) {
  const { app, machine, store, settings, log } = hosting
  const server: RegistryServer = await openGuarded(address, hosting)
  const warn = (message: string) => log.warn(message)
  const proxy = await app.registryProxy({
    server,
    beside: settings.registry,
    countCall: countPerMinute(machine.clock).add,
    context: {
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
    },
  })
  return {
    server,
    answer: proxy.answer,
    close: async () => {
      proxy.close()
      await server.close()
    },
  }
}
