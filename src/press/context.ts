// What the press engine is handed: the machine, the store, and somebody to tell.

import type { Host } from '#host/host.ts'
import type { Slot, Store } from '#store/store.ts'

export interface PressContext {
  host: Host
  store: Store
  /** A remark for people, on stderr; never a failure. */
  warn(message: string): void
  /** Takes over a slot that a request wants to keep until its answer is out. */
  holdSlot?(slot: Slot): void
}
