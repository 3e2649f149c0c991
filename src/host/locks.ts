// Kernel locks on files and directories (flock). The kernel frees them when the holder dies, so
// nothing here ever has to be cleaned up. Never mixed with fcntl locks on one file.

import { type HeldFile, HostError, type Lock, type Locks } from './host.ts'
import { openReuse } from './files.ts'
import { watchLock } from './lockWatch.ts'
import type { Posix } from './posix/posix.ts'

export function openLocks(posix: Posix): Locks {
  return {
    tryLock: (path) => acquire(posix, posix.open(path, 'lock', 0o600), false),
    lockDirectory: (path) => acquire(posix, posix.open(path, 'directory', 0), true)!,
    lock: (path) => acquire(posix, posix.open(path, 'lock', 0o600), true)!,
    // Who looks at the file in this instant holds it shared for another instant: waited for.
    create: (path) => hold(posix, posix.open(path, 'create', 0o600), true)!,
    adopt: (path) => {
      const fd = openIfThere(posix, path)
      return fd === undefined ? undefined : (hold(posix, fd, false) ?? 'held')
    },
    inherit: (fd) => heldFile(posix, fd),
    watch: (path) => {
      const fd = openIfThere(posix, path)
      return fd === undefined ? undefined : watchLock(posix, fd)
    },
  }
}

function acquire(posix: Posix, fd: number, wait: boolean): Lock | undefined {
  return take(posix, fd, wait) ? { release: () => posix.close(fd) } : undefined
}

function hold(posix: Posix, fd: number, wait: boolean): HeldFile | undefined {
  return take(posix, fd, wait) ? heldFile(posix, fd) : undefined
}

// Closing the only descriptor of a lock releases it.
function take(posix: Posix, fd: number, wait: boolean): boolean {
  let held = false
  try {
    held = posix.lock(fd, wait)
  } finally {
    if (!held) posix.close(fd)
  }
  return held
}

function heldFile(posix: Posix, fd: number): HeldFile {
  return {
    fd,
    append: (text) => appendAll(posix, fd, text),
    isAlone: () => openReuse(posix).isAlone(fd),
    release: () => posix.close(fd),
  }
}

export function appendAll(posix: Posix, fd: number, text: string): void {
  const bytes = new TextEncoder().encode(text)
  for (let offset = 0; offset < bytes.length;)
    offset += posix.write(fd, offset === 0 ? bytes : bytes.subarray(offset))
}

function openIfThere(posix: Posix, path: string): number | undefined {
  try {
    return posix.open(path, 'extend', 0)
  } catch (error) {
    if (error instanceof HostError && error.code === 'ENOENT') return undefined
    throw error
  }
}
