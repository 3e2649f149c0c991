// What the press engine is handed: the machine, the store, and somebody to tell.

import type { Host } from '#host/host.ts'
import type { Slot, Store, StoredButton } from '#store/store.ts'

export interface PressContext {
  host: Host
  store: Store
  /** A remark for people, on stderr; never a failure. */
  warn(message: string): void
  /** Takes over a slot that a request wants to keep until its answer is out. */
  holdSlot?(slot: Slot): void
  /** A place to run in, for hosts that run only so many at once; taken after the button's own queue. */
  takeTurn?(): Promise<Slot>
  /** For whoever presses many times and knows the buttons already; else the store is asked. */
  findButton?(name: string): Promise<StoredButton | undefined>
  /** As for `findButton`: what the store's effective batteries were. */
  batteries?: Readonly<Record<string, string>>
}
