// Packages as files: buttons.json says what is wanted, buttons-lock.json what is installed, and the
// folders of buttons and drawers hold it.

import * as v from 'valibot'
import { emptyLock, readLock } from '#core/package/lock.ts'
import { readManifest } from '#core/package/manifest.ts'
import { guard } from '#core/text/storage.ts'
import { limits } from '#spec/limits.ts'
import type { Host, Lock as KernelLock } from '#host/host.ts'
import type { CachedIndex, PackagePlace, PackageStore } from '../../packages.ts'
import type { LifecycleStore } from '../../store.ts'
import { findJson } from '../json.ts'
import { lockName, manifestName, openChange, recover } from './change.ts'
import { lookAt, pathOf } from './look.ts'

export interface PackageFiles {
  host: Host
  dataDirectory: string
  lifecycle: LifecycleStore
  /** The index forgets the runs of a folder that is gone. */
  forget(place: PackagePlace): void
}

export function openPackageFiles(files: PackageFiles): PackageStore {
  const { host, dataDirectory } = files
  const text = (name: string) =>
    guard(`Cannot read "${name}"`, () => host.files.findText(`${dataDirectory}/${name}`))
  return {
    manifest: async () => {
      const found = text(manifestName)
      return found === undefined ? undefined : readManifest(found)
    },
    lock: async () => {
      const found = text(lockName)
      return found === undefined ? emptyLock : readLock(found)
    },
    look: async (place) => lookAt(host, dataDirectory, place),
    readTop: async (place) => readTop(host, pathOf(dataDirectory, place)),
    begin: async (waitMs) => begin(files, waitMs),
    cachedIndex: async (name) => findCached(host, cachePath(dataDirectory, name)),
    cacheIndex: async (name, index) => cache(host, cachePath(dataDirectory, name), index),
    claimPassive: async (pauseMs) => claimPassive(host, dataDirectory, pauseMs),
  }
}

/** Puts right what a killed command left, unless its successor is at work. Never throws. */
export async function recoverPackages(files: PackageFiles): Promise<void> {
  try {
    const lock = files.host.locks.tryLock(lockPath(files))
    if (!lock) return
    try {
      await recover(contextOf(files))
    } finally {
      lock.release()
    }
  } catch {
    // Whoever changes packages next says why it does not work.
  }
}

function lockPath({ dataDirectory }: PackageFiles): string {
  return `${dataDirectory}/.install.lock`
}

function contextOf({ host, dataDirectory, lifecycle, forget }: PackageFiles) {
  return {
    host,
    dataDirectory,
    forget,
    noteRollback: async (why: string) => {
      try {
        await lifecycle.append({ action: 'rollback', error: why })
      } catch {
        // The log is the lesser loss.
      }
    },
  }
}

async function begin(files: PackageFiles, waitMs: number) {
  const { host, dataDirectory } = files
  guard(`Cannot create "${dataDirectory}"`, () => host.files.makeDirectory(dataDirectory, 0o700))
  const lock = await takeLock(files, waitMs)
  if (!lock) return undefined
  try {
    await recover(contextOf(files))
    return openChange(contextOf(files), lock)
  } catch (error) {
    lock.release()
    throw error
  }
}

const pauseMs = 50

async function takeLock(files: PackageFiles, waitMs: number): Promise<KernelLock | undefined> {
  const { clock, locks } = files.host
  const end = clock.monotonic() + waitMs
  for (;;) {
    const lock = guard('Cannot lock the packages', () => locks.tryLock(lockPath(files)))
    const left = end - clock.monotonic()
    if (lock || left <= 0) return lock
    await clock.sleep(Math.min(pauseMs, left))
  }
}

function readTop(host: Host, directory: string): Map<string, Uint8Array> {
  return guard(`Cannot read "${directory}"`, () => {
    const names = host.files.list(directory).filter(({ kind }) => kind === 'file')
    const files = names.map(({ name }) => {
      const data = host.files.find(`${directory}/${name}`, limits.artifactUnpackedBytes)
      return [name, data ?? new Uint8Array()] as const
    })
    return new Map(files)
  })
}

const cachedSchema = v.looseObject({ etag: v.string(), text: v.string() })

function cachePath(dataDirectory: string, name: string): string {
  return `${dataDirectory}/.registry-cache/${name}.json`
}

// A damaged cache is an empty one.
function findCached(host: Host, path: string): CachedIndex | undefined {
  try {
    return findJson(host, path, cachedSchema)
  } catch {
    return undefined
  }
}

function cache(host: Host, path: string, { etag, text }: CachedIndex): void {
  try {
    host.files.makeDirectory(path.slice(0, path.lastIndexOf('/')), 0o700)
    host.files.replace(path, JSON.stringify({ etag, text }), 0o600)
  } catch {
    // The next command asks for the whole index again.
  }
}

// The time of the file is the time of the last updates; what is in it does not matter.
function claimPassive(host: Host, dataDirectory: string, pauseMs: number): boolean {
  const path = cachePath(dataDirectory, 'passive')
  try {
    const last = host.files.stat(path)?.mtimeNs ?? 0n
    const sinceMs = host.clock.now() - Number(last / 1_000_000n)
    // A clock that was set back does not stop updates for long.
    if (sinceMs >= 0 && sinceMs < pauseMs) return false
    host.files.makeDirectory(path.slice(0, path.lastIndexOf('/')), 0o700)
    host.files.replace(path, '{}', 0o600)
    return true
  } catch {
    return false
  }
}
