// Tunnels for the agents of a registry, by the API of Cloudflare (registry 14.8). The names below the
// registry's domain are its own to give, but records that are no tunnels were made by somebody else
// and stay.

import { fail } from '#spec/errors.ts'
import type { Host } from '#host/host.ts'
import { pointByApi, setUpByApi } from './api.ts'
import type { TunnelContext } from './context.ts'

export interface AgentTunnels {
  /** Makes a tunnel, or finds the one of that name, with its name pointed at it. */
  make(hostname: string, name: string): Promise<{ id: string; token: string }>
  /** Points a name at a tunnel; `unchanged` when it did already. */
  point(hostname: string, tunnelId: string): Promise<'written' | 'unchanged'>
}

const withinMs = 25_000

/** Both acts throw TUNNEL_FAILED, and can be repeated. */
export function openAgentTunnels(
  apiToken: string,
  context: { host: Pick<Host, 'random'>; ask: TunnelContext['ask'] },
): AgentTunnels {
  const request = (hostname: string) => ({
    hostname,
    apiToken,
    overwriteDns: 'tunnels' as const,
    signal: AbortSignal.timeout(withinMs),
  })
  return {
    make: (hostname, tunnel) =>
      asTunnelFailure(() => setUpByApi({ ...request(hostname), tunnel }, context)),
    point: (hostname, tunnelId) =>
      asTunnelFailure(() => pointByApi({ ...request(hostname), tunnelId }, context)),
  }
}

async function asTunnelFailure<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (cause) {
    throw fail('TUNNEL_FAILED', (cause as Error).message, { cause })
  }
}
