// Setting up a named tunnel and keeping what it needs to run.

import type { TunnelConfig } from '#spec/tunnel.ts'
import { setUpByApi } from './api.ts'
import type { TunnelContext } from './context.ts'
import { setUpByLogin } from './login.ts'

export interface SetupRequest {
  hostname: string
  /** Name of the tunnel. */
  tunnel: string
  overwriteDns: boolean
  apiToken?: string | undefined
  accountId?: string | undefined
  signal: AbortSignal
}

const setupMs = 300_000

/** Throws DNS_CONFLICT, ZONE_MISMATCH, WEBHOOK_ERROR or STORAGE_ERROR. */
export async function setUpTunnel(
  request: SetupRequest,
  context: TunnelContext,
): Promise<TunnelConfig> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(setupMs)])
  const config = await makeTunnel({ ...request, signal }, context)
  await context.store.tunnel.write(config)
  return config
}

async function makeTunnel(request: SetupRequest, context: TunnelContext): Promise<TunnelConfig> {
  const { hostname, tunnel, apiToken } = request
  const common = { mode: 'named', hostname } as const
  if (!apiToken) {
    const tunnel_id = await setUpByLogin(request, context)
    return { ...common, tunnel_name: tunnel, tunnel_id, tunnel_token: '' }
  }
  const { id, name, token } = await setUpByApi({ ...request, apiToken }, context)
  return { ...common, tunnel_name: name, tunnel_id: id, tunnel_token: token }
}
