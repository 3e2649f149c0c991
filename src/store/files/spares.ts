// Keeping files of what is over for what comes next, for as long as a host presses: they are given
// back to the file system soon after it has become quiet.

import type { Host } from '#host/host.ts'
import type { FileActive } from './active/active.ts'
import { activeFolder } from './active/hold.ts'
import { openHeldSpares } from './active/spares.ts'
import type { FileRuns } from './runs/runs.ts'
import { openSpares } from './runs/spares.ts'

/** Files that nobody has needed for this long go, milliseconds. */
const quietMs = 1000

/** Returns what ends it and removes what is left. */
export function keepSpares(
  host: Host,
  dataDirectory: string,
  { active, runs }: { active: FileActive; runs: FileRuns },
): () => void {
  let prevent: (() => void) | undefined
  const look = () => {
    prevent = undefined
    const left = pools.map((pool) => pool.dropUnused())
    if (left.includes(true)) plan()
  }
  const plan = () => {
    prevent ??= host.clock.after(quietMs, look)
  }
  const files = openSpares(host, plan)
  const held = openHeldSpares(host, activeFolder(dataDirectory), plan)
  const pools = [files, held]
  runs.keepSpares(files)
  active.keepSpares(held)
  return () => {
    prevent?.()
    for (const pool of pools) pool.close()
  }
}
