// The registry as a part of the host (serve.md 9.12): opened when it is wanted, and closed once
// nobody is being answered any more.

import { checkAgentDomain } from '#core/registry/agentUrls.ts'
import { formatAuthority } from '#core/serve/loopback.ts'
import { fail } from '#spec/errors.ts'
import { countPerMinute } from '../counts.ts'
import type { Hosting } from '../hosting.ts'
import { type AnswerRegistry, registryRoutes } from '../routes/registry.ts'
import { openRegistryMetrics } from '../metrics/registry.ts'
import type { RegistryServer } from '#registry/server/server.ts'
import type { RegistryParts } from './parts.ts'

/** Throws VALIDATION_ERROR for settings that leave it open to strangers, STORAGE_ERROR. */
export async function openOwnRegistry(hosting: Hosting): Promise<RegistryParts> {
  let address = ''
  const server = await openGuarded(() => address, hosting)
  const busy = countBusy(server.answer)
  const metrics = openRegistryMetrics()
  return {
    routes: registryRoutes(busy.answer, metrics, hosting),
    metrics: metrics.render,
    start: (at) => {
      address = at
      server.start()
    },
    drain: busy.drain,
    close: server.close,
  }
}

/** A registry server that nobody comes to unasked. Throws as `openOwnRegistry`. */
export async function openGuarded(
  address: () => string,
  hosting: Hosting,
): Promise<RegistryServer> {
  checkAgentDomain(hosting.settings['agent-domain'] ?? 'localhost')
  const server = await openServer(address, hosting)
  try {
    await checkKeys(await server.hasKeys(), hosting)
    return server
  } catch (error) {
    await server.close()
    throw error
  }
}

function openServer(address: () => string, hosting: Hosting) {
  const { app, machine, settings, loopback, log } = hosting
  const counts = countPerMinute(machine.clock)
  return app.registryServer({
    directory: settings['registry-dir'],
    tunnelToken: findTunnelToken(hosting),
    settings: {
      loopback,
      minCliVersion: settings['min-cli-version'] ?? '',
      agentDomain: settings['agent-domain'] ?? '',
      privateAgents: settings['private-agents'],
    },
    countCall: counts.add,
    origins: () => originsOf(address(), settings),
    note: (message, facts) => log.info(message, facts),
  })
}

/** Throws VALIDATION_ERROR when tunnels are to be made, and nothing to make them with is there. */
function findTunnelToken({ settings, env }: Hosting): string | undefined {
  if (!settings['agent-tunnels']) return undefined
  const token = env['BUTTONS_CF_API_TOKEN']
  if (token && settings['agent-domain']) return token
  const missing = token ? '--agent-domain' : 'BUTTONS_CF_API_TOKEN'
  throw fail('VALIDATION_ERROR', `Cannot make tunnels for agents: ${missing} is not set`)
}

async function checkKeys(any: boolean, hosting: Hosting): Promise<void> {
  if (any || isPrivate(hosting)) return
  const why = 'others than this machine can reach it, and it has no key yet'
  throw fail('VALIDATION_ERROR', `Cannot offer the registry: ${why}`, {
    hint: 'buttons registry key create --role admin',
  })
}

/** Only this machine can come in, and needs no key until there is one. */
export function isPrivate({ settings, loopback }: Hosting): boolean {
  return loopback && !settings['expose-registry']
}

/** Every base URL under which a client may rightly know us. */
function originsOf(address: string, settings: Hosting['settings']): string[] {
  const { 'registry-url': given, 'public-host': names, 'tls-cert': secure } = settings
  const scheme = secure ? 'https' : 'http'
  const port = Number(/:(\d+)$/.exec(address)?.[1] ?? 0)
  const local = ['127.0.0.1', 'localhost', '::1'].map((name) => formatAuthority(name, port))
  return [
    ...given.map((url) => url.replace(/\/+$/, '')),
    ...names.map((name) => `https://${name}`),
    ...[address, ...local].map((authority) => `${scheme}://${authority}`),
  ]
}

export function countBusy(answer: AnswerRegistry) {
  let busy = 0
  let idle = () => {}
  return {
    answer: async (call: Parameters<AnswerRegistry>[0]) => {
      busy++
      try {
        return await answer(call)
      } finally {
        if (--busy === 0) idle()
      }
    },
    drain: (signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        if (busy === 0 || signal.aborted) return resolve()
        idle = resolve
        signal.addEventListener('abort', () => resolve(), { once: true })
      }),
  }
}
