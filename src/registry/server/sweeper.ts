// Removes archives that belong to no version: whoever was killed, or came second with a version, has
// left one. At the start, and every hour.

import type { ServerContext } from './context.ts'

const pauseMs = 3_600_000

/** Has swept once when it resolves. Throws STORAGE_ERROR. */
export async function openSweeper({
  store,
  host,
  note,
}: ServerContext): Promise<{ close(): void }> {
  let forget = () => {}
  const plan = () => {
    forget = host.clock.after(pauseMs, () => void again())
  }
  const again = async () => {
    try {
      await store.blobs.sweep()
    } catch (error) {
      note('Cannot remove old archives', { why: (error as Error).message })
    }
    if (!closed) plan()
  }
  let closed = false
  await store.blobs.sweep()
  plan()
  return {
    close: () => {
      closed = true
      forget()
    },
  }
}
