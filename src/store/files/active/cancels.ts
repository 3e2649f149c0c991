// Runs of this process that somebody wants ended. A process with several runs is nudged; which of them
// is to end stands in their files.

import type { Host } from '#host/host.ts'

export interface Cancels {
  listen(runId: string, act: () => void): void
  forget(runId: string): void
}

/** `folder`: where the files of runs in progress lie. */
export function openCancels(host: Host, folder: string): Cancels {
  const listeners = new Map<string, () => void>()
  let stopListening: (() => void) | undefined
  const look = async () => {
    const { findActive } = await import('#core/run/active.ts')
    for (const [runId, act] of listeners) {
      const text = host.files.findText(`${folder}/${runId}`)
      if (text !== undefined && findActive(text)?.cancel_requested !== undefined) act()
    }
  }
  return {
    listen: (runId, act) => {
      listeners.set(runId, act)
      stopListening ??= host.signals.onNudge(() => void look())
    },
    forget: (runId) => {
      listeners.delete(runId)
      if (listeners.size > 0) return
      stopListening?.()
      stopListening = undefined
    },
  }
}
