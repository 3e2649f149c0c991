// Sockets that a supervisor opened before it started us (systemd: LISTEN_PID, LISTEN_FDS).

import { findCalls } from './posix/library.ts'

import type { InheritedSocket } from './host.ts'

/** Descriptors are handed over from this one on. */
const firstFd = 3

/** The first of `count` sockets; undefined when there is none. */
export function findFirst(count: string | undefined): InheritedSocket | undefined {
  const found = Number(count) >= 1 ? findInherited(firstFd) : undefined
  if (!found) return undefined
  return found.kind === 'file' ? { fd: firstFd } : { fd: firstFd, inet: found }
}

export type Inherited = { kind: 'inet'; hostname: string; port: number } | { kind: 'file' }

/** Where a descriptor listens, or undefined when it is no socket. */
export function findInherited(fd: number): Inherited | undefined {
  const name = new Uint8Array(128)
  const length = new Int32Array([name.length])
  if (libc().getsockname(fd, name, length) !== 0) return undefined
  const view = new DataView(name.buffer)
  // The family is two bytes on Linux; elsewhere one, after the length.
  const family = process.platform === 'linux' ? view.getUint16(0, true) : view.getUint8(1)
  const port = view.getUint16(2)
  if (family === families.inet) return { kind: 'inet', hostname: name.slice(4, 8).join('.'), port }
  if (family === families.inet6) return { kind: 'inet', hostname: groups(view), port }
  return family === families.file ? { kind: 'file' } : undefined
}

const families = { file: 1, inet: 2, inet6: process.platform === 'linux' ? 10 : 30 }

function groups(view: DataView): string {
  const parts = Array.from({ length: 8 }, (_, index) => view.getUint16(8 + 2 * index).toString(16))
  return parts.join(':')
}

const declaration = {
  getsockname: { args: ['int', 'buffer', 'buffer'], returns: 'int' },
} as const

function libc() {
  return findCalls(declaration) ?? { getsockname: () => -1 }
}
