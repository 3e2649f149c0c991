// The tunnel, as the commands and the host get it.

import type { TunnelConfig } from '#spec/tunnel.ts'
import type { TunnelContext } from './context.ts'
import { findProgram, requireProgram } from './program.ts'
import type { SetupRequest } from './setup.ts'
import type { SupervisedTunnel, TunnelRequest } from './supervise.ts'
import type { TunnelTest } from './test.ts'

export interface TunnelStatus extends Omit<TunnelConfig, 'tunnel_token'> {
  cloudflared_ok: boolean
}

export interface Tunnel {
  /** Throws STORAGE_ERROR for an unreadable webhook.json. */
  status(): Promise<TunnelStatus>
  /** Throws CLOUDFLARED_MISSING. */
  requireProgram(): void
  /** Throws DNS_CONFLICT, ZONE_MISMATCH or WEBHOOK_ERROR. */
  setUp(request: SetupRequest): Promise<TunnelConfig>
  /** Throws WEBHOOK_ERROR. */
  test(stop: AbortSignal): Promise<TunnelTest>
  supervise(request: TunnelRequest): Promise<SupervisedTunnel>
}

export function openTunnel(context: TunnelContext): Tunnel {
  return {
    status: async () => {
      const { tunnel_token: _, ...config } = await context.store.tunnel.read()
      return { ...config, cloudflared_ok: findProgram(context) !== undefined }
    },
    requireProgram: () => void requireProgram(context),
    setUp: async (request) => (await import('./setup.ts')).setUpTunnel(request, context),
    test: async (stop) => (await import('./test.ts')).testTunnel(stop, context),
    supervise: async (request) =>
      (await import('./supervise.ts')).superviseTunnel(request, context),
  }
}
