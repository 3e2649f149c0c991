// The files of the idempotency cache (buttons.md 9): one file for each key, and beside it, while a press
// uses the key, a lock file. The file's name is the hash of the key alone, also for older programs.

import type { Host, Lock } from '#host/host.ts'
import type { IdempotencyEntry } from '#spec/idempotency.ts'
import { limits } from '#spec/limits.ts'
import { belongsTo, readEntry } from '#core/idempotency/entry.ts'
import { canonicalArgs } from '#core/idempotency/fingerprint.ts'
import { shortenResult } from '#core/idempotency/keep.ts'
import { formatTime } from '#core/time/format.ts'
import { sha256Hex } from '../sha256.ts'
import type { IdempotencyStore, KeyClaim, KeyEntry } from '../store.ts'
import { guard } from '#core/text/storage.ts'

export function openIdempotencyFiles(
  host: Host,
  dataDirectory: string,
): Omit<IdempotencyStore, 'hashArgs'> {
  const directory = `${dataDirectory}/idempotency`
  return {
    tryClaim: async (key) => tryClaim(host, directory, key),
    removeOf: async (button) => removeOf(host, directory, button),
  }
}

function tryClaim(host: Host, directory: string, key: string): KeyClaim | undefined {
  const stem = sha256Hex(key)
  const entryPath = `${directory}/${stem}.json`
  const lockPath = `${directory}/${stem}.lock`
  const lock = guard(`Cannot claim the idempotency key "${key}"`, () => {
    host.files.makeDirectory(directory, 0o700)
    return behindDoor(host, directory, () => host.locks.tryLock(lockPath))
  })
  if (!lock) return undefined
  return {
    find: async () => find(host, entryPath, key),
    keep: async (entry) => {
      guard(`Cannot store the answer for the idempotency key "${key}"`, () =>
        host.files.replace(entryPath, fileText(host, key, entry), 0o600),
      )
      reap(host, directory, stem)
    },
    release: () => removeLock(host, directory, lockPath, lock),
  }
}

// Lock files are taken and removed one at a time: nobody can hold a lock on a file that another
// removed in between.
function behindDoor<T>(host: Host, directory: string, act: () => T): T {
  const door = host.locks.lockDirectory(directory)
  try {
    return act()
  } finally {
    door.release()
  }
}

// A lock file nobody can remove is only litter, and no reason to lose the answer of a press.
function removeLock(host: Host, directory: string, path: string, lock: Lock): void {
  try {
    behindDoor(host, directory, () => host.files.remove(path))
  } catch {
    // The next one who stores an answer tries to tidy it away.
  } finally {
    lock.release()
  }
}

function find(host: Host, path: string, key: string): IdempotencyEntry | undefined {
  return guard(`Cannot read the answer for the idempotency key "${key}"`, () => {
    const text = host.files.findText(path)
    if (text === undefined) return undefined
    const reading = readEntry(text, host.clock.now())
    if (reading.state === 'live') return reading.entry
    host.files.remove(path)
    return undefined
  })
}

function fileText(host: Host, key: string, { button, args, ttlMs, result }: KeyEntry): string {
  const nowMs = host.clock.now()
  const head = {
    key,
    stored_at: formatTime(nowMs),
    expires_at: formatTime(Math.ceil(nowMs + ttlMs)),
    button,
    args_hash: sha256Hex(canonicalArgs(args)),
  }
  const text = JSON.stringify({ ...head, result }, null, 2)
  // A UTF-16 unit is at most three bytes.
  if (text.length * 3 <= limits.idempotencyEntryBytes) return text
  if (new TextEncoder().encode(text).length <= limits.idempotencyEntryBytes) return text
  return JSON.stringify({ ...head, result: shortenResult(result) }, null, 2)
}

// A few files, beginning anywhere: what is stored and what is dropped keep pace, and no press pays
// for a large cache. A cache that cannot be tidied is no reason to fail.
function reap(host: Host, directory: string, mine: string): void {
  try {
    const names = host.files.list(directory).map((entry) => entry.name)
    const [high = 0, low = 0] = host.random.bytes(2)
    const start = ((high << 8) | low) % Math.max(1, names.length)
    const some = [...names.slice(start), ...names.slice(0, start)].slice(
      0,
      limits.idempotencyReaped,
    )
    for (const name of some.filter((other) => !other.startsWith(mine)))
      reapFile(host, directory, name)
  } catch {
    // The next one who stores tries again.
  }
}

function reapFile(host: Host, directory: string, name: string): void {
  const stem = /^([0-9a-f]{64})\.(?:json|lock)$/.exec(name)?.[1]
  if (stem === undefined) return
  dropUnless(host, directory, stem, (text) => readEntry(text, host.clock.now()).state === 'live')
}

/** Removes a key's files unless somebody uses the key or `keep` wants its entry; tells whether. */
function dropUnless(
  host: Host,
  directory: string,
  stem: string,
  keep: (text: string) => boolean,
): boolean {
  const entryPath = `${directory}/${stem}.json`
  const lockPath = `${directory}/${stem}.lock`
  const lock = behindDoor(host, directory, () => host.locks.tryLock(lockPath))
  if (!lock) return false
  try {
    const text = host.files.findText(entryPath)
    return text !== undefined && !keep(text) && host.files.remove(entryPath)
  } finally {
    removeLock(host, directory, lockPath, lock)
  }
}

function removeOf(host: Host, directory: string, button: string): number {
  return guard(`Cannot drop the cached answers of "${button}"`, () => {
    const stems = host.files
      .list(directory)
      .flatMap(({ name }) => /^([0-9a-f]{64})\.json$/.exec(name)?.[1] ?? [])
    const belongs = (text: string) => {
      const reading = readEntry(text, host.clock.now())
      return reading.state !== 'unreadable' && belongsTo(reading.entry, button)
    }
    return stems.filter((stem) => dropUnless(host, directory, stem, (text) => !belongs(text)))
      .length
  })
}
