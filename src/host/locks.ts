// Kernel locks on files and directories (flock). The kernel frees them when the holder dies, so
// nothing here ever has to be cleaned up. Never mixed with fcntl locks on one file.

import type { Lock, Locks } from './host.ts'
import type { Posix } from './posix/posix.ts'

export function openLocks(posix: Posix): Locks {
  return {
    tryLock: (path) => acquire(posix, posix.open(path, 'lock', 0o600), false),
    lockDirectory: (path) => acquire(posix, posix.open(path, 'directory', 0), true)!,
    lock: (path) => acquire(posix, posix.open(path, 'lock', 0o600), true)!,
  }
}

function acquire(posix: Posix, fd: number, wait: boolean): Lock | undefined {
  let held = false
  try {
    held = posix.lock(fd, wait)
  } finally {
    if (!held) posix.close(fd)
  }
  // Closing the only descriptor of the lock releases it.
  return held ? { release: () => posix.close(fd) } : undefined
}
