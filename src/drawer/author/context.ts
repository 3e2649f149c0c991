// What every act on drawers is handed.

import type { Host } from '#host/host.ts'
import type { Store } from '#store/store.ts'

export interface AuthorContext {
  host: Host
  store: Store
  /** Names that nothing new may take. */
  reserved: ReadonlySet<string>
  /** A remark for people, on stderr; never a failure. */
  warn(message: string): void
}
