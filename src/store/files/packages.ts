// Packages as the store hands them out. Presses need none of it: only whether a command was killed in
// the middle of a change is looked at, the code itself is loaded when it is used.

import type { PackageStore } from '../packages.ts'
import { once } from './once.ts'
import type { PackageFiles } from './packages/files.ts'
import { journalPath } from './packages/path.ts'

export function openPackages(files: PackageFiles): PackageStore {
  const load = once(async () => (await import('./packages/files.ts')).openPackageFiles(files))
  return {
    manifest: async () => (await load()).manifest(),
    lock: async () => (await load()).lock(),
    look: async (place) => (await load()).look(place),
    readTop: async (place) => (await load()).readTop(place),
    begin: async (waitMs) => (await load()).begin(waitMs),
    cachedIndex: async (name) => (await load()).cachedIndex(name),
    cacheIndex: async (name, index) => (await load()).cacheIndex(name, index),
    claimPassive: async (pauseMs) => (await load()).claimPassive(pauseMs),
  }
}

/** Puts right what a killed command left in the middle of a change. Never throws. */
export async function recoverPackages(files: PackageFiles): Promise<void> {
  const { host, dataDirectory } = files
  if (host.files.stat(journalPath(dataDirectory)) === undefined) return
  await (await import('./packages/files.ts')).recoverPackages(files)
}
