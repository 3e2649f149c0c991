// One change of packages, all or nothing (registry 8.3): folders are written aside with everything in
// them, a journal is written, they are moved in, and only then the journal goes.

import { formatLock } from '#core/package/lock.ts'
import { formatManifest } from '#core/package/manifest.ts'
import { guard } from '#core/text/storage.ts'
import { fail } from '#spec/errors.ts'
import type { Host, Lock as KernelLock } from '#host/host.ts'
import type { Outcome, PackageChange, PackagePlace, StagedFolder } from '../../packages.ts'
import { discard, hex } from '../aside.ts'
import { openBaseline } from '../baseline.ts'
import { parentOf } from '../place.ts'
import { dropJournal, findJournal, type Journal, writeJournal } from './journal.ts'
import { lookAt, pathOf } from './look.ts'
import { journalPath } from './path.ts'
import { carryOut, stagingFolders, takeBack } from './moves.ts'

export const manifestName = 'buttons.json'
export const lockName = 'buttons-lock.json'

export interface ChangeContext {
  host: Host
  dataDirectory: string
  /** Notes that a change was taken back. Never throws. */
  noteRollback(why: string): Promise<void>
  /** The index forgets the runs of a folder that is gone. */
  forget(place: PackagePlace): void
}

/** Puts right what a killed command left; `lock` is the install lock. Throws STORAGE_ERROR. */
export async function recover(context: ChangeContext): Promise<void> {
  const { host, dataDirectory } = context
  const journal = findJournal(host, dataDirectory)
  if (!journal) return
  locked(context, () => {
    takeBack(host, dataDirectory, journal)
    dropJournal(host, dataDirectory)
  })
  discard(host, `${dataDirectory}/${journal.staging}`)
  await context.noteRollback('the command was interrupted')
}

/** Begins a change under the install lock, which it takes over. */
export function openChange(context: ChangeContext, lock: KernelLock): PackageChange {
  const { host, dataDirectory } = context
  clearStaging(context)
  const staging = `.staging-${hex(host.random.bytes(8))}`
  const aside = `${dataDirectory}/${staging}`
  const staged: StagedFolder[] = []
  return {
    stage: (folder) => {
      if (staged.length === 0) makeStaging(host, aside)
      stage(host, `${aside}/new/${folder.kind}s/${folder.folder}`, folder)
      staged.push(folder)
    },
    commit: async (outcome) => {
      if (staged.length === 0) makeStaging(host, aside)
      await commit(context, staging, staged, outcome)
      discard(host, aside)
    },
    release: () => {
      // What is still in the journal is somebody's old state.
      if (host.files.stat(journalPath(dataDirectory)) === undefined) discard(host, aside)
      lock.release()
    },
  }
}

/** Whoever made these is dead: we hold the lock, and there is no journal. */
function clearStaging({ host, dataDirectory }: ChangeContext): void {
  for (const { name } of host.files.list(dataDirectory))
    if (name.startsWith('.staging-')) discard(host, `${dataDirectory}/${name}`)
}

function makeStaging(host: Host, aside: string): void {
  guard('Cannot stage the packages', () => {
    for (const folder of stagingFolders) host.files.makeDirectory(`${aside}/${folder}`, 0o700)
  })
}

function stage(host: Host, directory: string, { folder, files }: StagedFolder): void {
  guard(`Cannot stage "${folder}"`, () => {
    const parents = new Set([directory])
    for (const path of files.keys()) parents.add(parentOf(`${directory}/${path}`))
    for (const parent of parents) host.files.makeDirectory(parent, 0o700)
    for (const [path, { data, mode }] of files)
      host.files.replace(`${directory}/${path}`, data, mode)
    for (const parent of parents) host.files.syncDirectory(parent)
  })
}

async function commit(
  context: ChangeContext,
  staging: string,
  staged: readonly StagedFolder[],
  outcome: Outcome,
): Promise<void> {
  const { host, dataDirectory } = context
  const failure = locked(context, () => {
    const journal = planJournal(context, staging, staged, outcome)
    writeJournal(host, dataDirectory, journal)
    try {
      carryOut(host, dataDirectory, journal)
      writeFiles(context, outcome)
      dropJournal(host, dataDirectory)
      return undefined
    } catch (error) {
      takeBack(host, dataDirectory, journal)
      dropJournal(host, dataDirectory)
      return { error }
    }
  })
  if (failure) {
    await context.noteRollback((failure.error as Error).message)
    throw failure.error
  }
  for (const place of outcome.remove ?? []) context.forget(place)
  for (const place of staged) rememberLook(context, place)
}

/** Nobody else rewrites a spec or a file of ours meanwhile. */
function locked<T>({ host, dataDirectory }: ChangeContext, act: () => T): T {
  const lock = guard(`Cannot lock "${dataDirectory}"`, () =>
    host.locks.lockDirectory(dataDirectory),
  )
  try {
    return act()
  } finally {
    lock.release()
  }
}

function planJournal(
  context: ChangeContext,
  staging: string,
  staged: readonly StagedFolder[],
  { remove = [], manifest, lock }: Outcome,
): Journal {
  const { host, dataDirectory } = context
  const move = (place: PackagePlace, expected: string | undefined, comes: boolean) => {
    const had = checkLook(context, place, expected)
    return { path: `${place.kind}s/${place.folder}`, had, comes }
  }
  const texts = (name: string) => host.files.findText(`${dataDirectory}/${name}`) ?? null
  return {
    staging,
    moves: [
      ...remove.map((place) => move(place, place.expected, false)),
      ...staged.map((place) => move(place, place.expected, true)),
    ],
    files: {
      ...(manifest && { [manifestName]: texts(manifestName) }),
      ...(lock && { [lockName]: texts(lockName) }),
    },
  }
}

/** What was judged is what is replaced. Whether something is there. */
function checkLook(
  { host, dataDirectory }: ChangeContext,
  place: PackagePlace,
  expected: string | undefined,
): boolean {
  const look = lookAt(host, dataDirectory, place)
  if (look.exists ? look.hash() === expected : expected === undefined) return look.exists
  throw fail(
    'VALIDATION_ERROR',
    `Cannot replace "${pathOf(dataDirectory, place)}": it was changed just now`,
    { hint: 'Try again' },
  )
}

function writeFiles({ host, dataDirectory }: ChangeContext, { manifest, lock }: Outcome): void {
  const write = (name: string, text: string) =>
    guard(`Cannot write "${name}"`, () =>
      host.files.replace(`${dataDirectory}/${name}`, text, 0o600),
    )
  if (manifest) write(manifestName, formatManifest(manifest))
  if (lock) write(lockName, formatLock(lock))
}

/** So that the next press does not take an installed version for an edit by hand. */
function rememberLook({ host, dataDirectory }: ChangeContext, place: PackagePlace): void {
  try {
    openBaseline(host, pathOf(dataDirectory, place)).remember()
  } catch {
    // Then the next press looks a little closer.
  }
}
