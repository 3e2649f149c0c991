// What every act on packages is handed.

import type { BlockAction } from '#core/agents/managed.ts'
import type { Identity } from '#core/package/signing.ts'
import type { Call } from '#core/package/wire.ts'
import type { Host } from '#host/host.ts'
import type { Store } from '#store/store.ts'

export interface RegistryContext {
  host: Host
  store: Store
  call: Call
  identity: Identity
  /** Brings the list of buttons in the repository's AGENTS.md up to date. */
  refreshAgentList(): Promise<BlockAction | undefined>
  /** A remark for people, on stderr; never a failure. */
  warn(message: string): void
  /** Ends what waits for the network. */
  signal?: AbortSignal | undefined
}
