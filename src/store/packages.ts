// Remembering packages: what is wanted and locked, how their folders look, and the one way in which
// they change: staged aside, then put in place all together or not at all.

import type { InstallState, Lock, Manifest, PackageKind } from '#spec/package.ts'

export interface PackageStore {
  /** Undefined when there is no manifest. Throws VALIDATION_ERROR for one that cannot be read. */
  manifest(): Promise<Manifest | undefined>
  /** Empty when there is none. Throws VALIDATION_ERROR for one that cannot be read. */
  lock(): Promise<Lock>
  /** A folder below `buttons` or `drawers` as it is now. */
  look(place: PackagePlace): Promise<PackageLook>
  /** The files at the top of a folder, for publishing; links are left out. */
  readTop(place: PackagePlace): Promise<Map<string, Uint8Array>>
  /**
   * Begins a change once nobody else is at it, after putting right what a killed one left.
   * Undefined when somebody still is after `waitMs`. Throws STORAGE_ERROR.
   */
  begin(waitMs: number): Promise<PackageChange | undefined>
  /** The last index of a registry, by a name that stands for its address and key. */
  cachedIndex(name: string): Promise<CachedIndex | undefined>
  /** Never throws: a cache that cannot be written is no cache. */
  cacheIndex(name: string, index: CachedIndex): Promise<void>
  /**
   * Whether it is time for updates that nobody asked for, because the last ones began at least so
   * long ago; then it is noted that they begin. Never throws.
   */
  claimPassive(pauseMs: number): Promise<boolean>
}

export interface PackagePlace {
  kind: PackageKind
  /** A slug. */
  folder: string
}

export interface PackageLook {
  directory: string
  exists: boolean
  /** The text of its spec, when there is one. */
  spec?: string
  /** What the installer wrote. Absent in folders that no installer made. */
  state?: InstallState
  /** Why the state cannot be read. */
  stateProblem?: string
  /** Hash of everything in it that counts (registry 6.2); of nothing when it is not there. */
  hash(): string
  /** Hash of each file that counts, by path. */
  fileHashes(): Record<string, string>
}

export interface StagedFolder extends PackagePlace {
  files: ReadonlyMap<string, { data: Uint8Array | string; mode: number }>
  /** The hash of the folder it replaces as it was judged; undefined for a free place. */
  expected: string | undefined
}

export interface Outcome {
  /** Folders to delete, with their history. */
  remove?: readonly (PackagePlace & { expected: string })[]
  manifest?: Manifest
  lock?: Lock
}

/** One change of packages. Nobody else changes them until it is released. */
export interface PackageChange {
  /** Writes a folder aside, complete. Throws STORAGE_ERROR. */
  stage(folder: StagedFolder): void
  /**
   * Puts everything staged in place, and the rest of the outcome with it. Throws STORAGE_ERROR,
   * or VALIDATION_ERROR when a folder changed meanwhile; then everything is as it was.
   */
  commit(outcome: Outcome): Promise<void>
  /** Forgets what was staged and not committed. */
  release(): void
}

export interface CachedIndex {
  etag: string
  /** The body. */
  text: string
}
