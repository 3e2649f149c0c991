// What the tunnel is handed.

import type { Host } from '#host/host.ts'
import type { Store } from '#store/store.ts'

export interface TunnelContext {
  host: Host
  store: Store
  /** Sends a request over the network; `fetch`. */
  ask(url: string, init: RequestInit): Promise<Response>
}
