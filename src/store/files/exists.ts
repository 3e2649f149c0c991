// Whether there is anything at a path.

import type { Host } from '#host/host.ts'

/** True also for what cannot even be looked at: that is left to the reader, who says why. */
export function isThere(host: Host, path: string): boolean {
  try {
    return host.files.linkStat(path) !== undefined
  } catch {
    return true
  }
}
