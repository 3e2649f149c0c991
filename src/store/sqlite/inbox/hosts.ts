// The hosts that run deliveries. Each holds a kernel lock for as long as it lives, so that what a
// dead one had claimed is taken back at once; across machines, where locks may not reach, the
// heartbeat tells.

import type { Host, Lock } from '#host/host.ts'
import { guard } from '#core/text/storage.ts'

export interface Hosts {
  /** Our name in claims: the machine, then the process. */
  readonly self: string
  /** Whether the host of a claim is gone, as far as can be seen from here. */
  isGone(owner: string, heartbeatMs: number): boolean
  /** Lets go of our own lock. */
  leave(): void
}

export function openHosts(
  host: Host,
  dataDirectory: string,
  instance: string,
  staleMs: number,
): Hosts {
  const directory = `${dataDirectory}/hosts`
  const pathOf = (name: string) => `${directory}/${name}.lock`
  const machine = host.platform.hostname
  const starting = guard(`Cannot lock "${directory}"`, () => {
    host.files.makeDirectory(directory, 0o700)
    return host.locks.lockDirectory(directory)
  })
  // Under one lock with others that start: none of them may take a lock file away from another that
  // has opened it and does not hold it yet.
  const lock = guard(`Cannot lock "${pathOf(instance)}"`, () => {
    try {
      clearDead(host, directory)
      return host.locks.lock(pathOf(instance))
    } finally {
      starting.release()
    }
  })
  return {
    self: `${machine}/${instance}`,
    isGone: (owner, heartbeatMs) => {
      const at = owner.lastIndexOf('/')
      if (owner.slice(0, at) !== machine) return host.clock.now() - heartbeatMs > staleMs
      const name = owner.slice(at + 1)
      return name !== instance && takeFree(host, pathOf(name))
    },
    leave: () => remove(host, pathOf(instance), lock),
  }
}

// Nobody asks for the lock of a host that died without a claim.
function clearDead(host: Host, directory: string): void {
  for (const { name } of host.files.list(directory))
    if (name.endsWith('.lock')) takeFree(host, `${directory}/${name}`)
}

// A lock that can be had was a dead host's; its file is of no use to anybody.
function takeFree(host: Host, path: string): boolean {
  const lock = host.locks.tryLock(path)
  if (!lock) return false
  remove(host, path, lock)
  return true
}

function remove(host: Host, path: string, lock: Lock): void {
  try {
    host.files.remove(path)
  } finally {
    lock.release()
  }
}
