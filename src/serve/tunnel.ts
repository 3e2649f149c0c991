// The tunnel of a host: a listener is nothing without it and waits for it, a server goes on and tries
// until it works.

import { fail } from '#spec/errors.ts'
import type { SupervisedTunnel } from '#identity/tunnel/supervise.ts'
import type { Hosting } from './hosting.ts'
import { gauge } from './metrics/families.ts'

export interface HostTunnel {
  /** '' until it is known. */
  readonly url: string
  readonly up: boolean
  /** Throws WEBHOOK_ERROR for a listener that cannot be reached. */
  start(address: string): Promise<void>
  stop(): Promise<void>
  metrics(): string
}

/** How long a listener waits for its tunnel, milliseconds. */
const patienceMs = 90_000

/** Undefined when none was asked for. Throws CLOUDFLARED_MISSING. */
export async function openTunnel(token: string, hosting: Hosting): Promise<HostTunnel | undefined> {
  const { app, settings, role, log, machine } = hosting
  const { tunnel: mode } = settings
  if (!mode) return undefined
  const tunnel = await app.tunnel()
  tunnel.requireProgram()
  let opened: SupervisedTunnel | undefined
  const tell = (message: string, why?: string) =>
    why === undefined ? log.info(message) : log.warn(message, { why })
  return {
    get url() {
      return opened?.url ?? ''
    },
    get up() {
      return opened?.up === true
    },
    start: async (address) => {
      opened = await tunnel.supervise({ mode, localUrl: localUrl(address), token, tell })
      if (role === 'serve') return opened.keepTrying()
      const late = new AbortController()
      const first = await Promise.race([
        opened.start().then(() => 'up' as const),
        machine.clock.sleep(patienceMs, late.signal).then(() => 'late' as const),
      ]).finally(() => late.abort())
      if (first === 'late')
        throw fail('WEBHOOK_ERROR', `Cannot open a tunnel within ${patienceMs / 1000} s`)
    },
    stop: async () => opened?.stop(),
    metrics: () =>
      [
        gauge({ name: 'buttons_tunnel_up', help: 'Whether the tunnel is up.', labels: [] }, () => [
          [[], opened?.up ? 1 : 0],
        ]),
        gauge(
          { name: 'buttons_tunnel_restarts_total', help: 'Restarts of the tunnel.', labels: [] },
          () => [[[], opened?.restarts ?? 0]],
        ),
      ]
        .map((family) => family.render())
        .join(''),
  }
}

function localUrl(address: string): string {
  if (/^(\S+):\d+$/.test(address)) return `http://${address}`
  throw fail('VALIDATION_ERROR', `Cannot open a tunnel to "${address}": it needs a port`)
}
