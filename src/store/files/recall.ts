// What a long-lived process need not read twice: buttons, their instructions and batteries are kept
// as long as their files look as they did, so that a press costs a look at each instead of a reading.

import { slug } from '#core/name/slug.ts'
import { limits } from '#spec/limits.ts'
import type { FileStat, Host } from '#host/host.ts'
import type { Store } from '../store.ts'

/** The same store; what it finds is shared with later callers, who must not change it. */
export function recallFiles(store: Store, host: Host): Store {
  const { dataDirectory, globalDirectory } = store.place
  const folderOf = (name: string) => `${dataDirectory}/buttons/${slug(name)}`
  const batteryFiles = [...new Set([globalDirectory, dataDirectory])].map(
    (directory) => `${directory}/batteries.json`,
  )
  const instructionsOf = (name: string) => [
    `${folderOf(name)}/AGENT.md`,
    `${folderOf(name)}/AGENTS.md`,
  ]
  // What is found also says whether there are instructions.
  const specAndInstructionsOf = (name: string) => [
    `${folderOf(name)}/button.json`,
    ...instructionsOf(name),
  ]
  const find = recall(host, specAndInstructionsOf, store.buttons.find)
  const readInstructions = recall(host, instructionsOf, store.buttons.readInstructions)
  const effective = recall(host, () => batteryFiles, store.batteries.effective)
  return {
    ...store,
    buttons: { ...store.buttons, find, readInstructions },
    batteries: { ...store.batteries, effective: () => effective('') },
  }
}

interface Kept<T> {
  value: T
  /** Of each file when it was read; undefined for those that were not there. */
  looks: (FileStat | undefined)[]
}

function recall<T>(
  host: Host,
  pathsOf: (name: string) => string[],
  read: (name: string) => Promise<T>,
): (name: string) => Promise<T> {
  const kept = new Map<string, Kept<T>>()
  return async (name) => {
    const known = kept.get(name)
    const looks = findLooks(host, pathsOf(name))
    if (known && looks && sameLooks(known.looks, looks)) return known.value
    kept.delete(name)
    // Looked at before it is read: what changes meanwhile looks different the next time.
    const value = await read(name)
    if (value !== undefined && looks && areSettled(looks, host)) {
      if (kept.size >= limits.recalledFiles) kept.delete(kept.keys().next().value!)
      kept.set(name, { value, looks })
    }
    return value
  }
}

// What cannot be looked at is left to its reader, who says why.
function findLooks(host: Host, paths: string[]): Kept<unknown>['looks'] | undefined {
  try {
    return paths.map((path) => host.files.stat(path))
  } catch {
    return undefined
  }
}

function sameLooks(before: Kept<unknown>['looks'], now: Kept<unknown>['looks']): boolean {
  return before.every((one, at) => {
    const other = now[at]
    if (!one || !other) return one === other
    return one.mtimeNs === other.mtimeNs && one.size === other.size && one.inode === other.inode
  })
}

// A file written a moment ago may be written again without its time moving on.
function areSettled(looks: Kept<unknown>['looks'], host: Host): boolean {
  const nowMs = host.clock.now()
  return looks.every(
    (look) => !look || nowMs - Number(look.mtimeNs / 1_000_000n) >= limits.indexSettledMs,
  )
}
