// Keeping files of what is over for what comes next, for as long as a host presses: they are given
// back to the file system soon after it has become quiet.

import { historyFolder, targetKinds } from '#core/run/folder.ts'
import type { Host } from '#host/host.ts'
import type { FileActive } from './active/active.ts'
import { activeFolder } from './active/hold.ts'
import { openHeldSpares } from './active/spares.ts'
import type { FileRuns } from './runs/runs.ts'
import { listTargets } from './runs/list.ts'
import { openSpares, removeLeftSpares } from './runs/spares.ts'

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
  const stopLooking = removeLeft(host, dataDirectory)
  return () => {
    stopLooking()
    prevent?.()
    for (const pool of pools) pool.close()
  }
}

// One folder at a time, since there may be thousands, and the host has other things to do.
function removeLeft(host: Host, dataDirectory: string): () => void {
  const folders = function* () {
    for (const kind of targetKinds)
      for (const name of listTargets(host, dataDirectory, kind)) yield historyFolder(kind, name)
  }
  const left = folders()
  const next = () => {
    const folder = findNext(left)
    if (folder === undefined) return
    removeLeftSpares(host, `${dataDirectory}/${folder}`)
    prevent = host.clock.after(1, next)
  }
  let prevent = host.clock.after(1, next)
  return () => prevent()
}

// Folders that cannot be listed are told of by whoever needs them.
function findNext(folders: Iterator<string>): string | undefined {
  try {
    const { value, done } = folders.next()
    return done ? undefined : value
  } catch {
    return undefined
  }
}
