// Bringing the run index up to date after presses, many at a time: one transaction for a tenth of a
// second costs no more than one for a single press.

import type { Clock } from '#host/host.ts'
import type { Store } from '#store/store.ts'

const delayMs = 100

export function settleSoon(store: Store, clock: Clock): () => void {
  let planned = false
  const settle = async () => {
    await store.settle()
    planned = false
  }
  return () => {
    if (planned) return
    planned = true
    clock.after(delayMs, () => void settle())
  }
}
