// The calls node:fs lacks: flock, mkfifo and poll, through the C library of macOS (or of Linux, where
// node.ts is the fallback). None is variadic, so the calling convention is the plain one.

import { dlopen, read } from 'bun:ffi'
import { HostError } from '../host.ts'
import { errnoName } from './errno.ts'

const LOCK_SH = 1
const LOCK_EX = 2
const LOCK_NB = 4
const LOCK_UN = 8
const POLLOUT = 4
const darwinEagain = 35

interface DarwinCalls {
  /** undefined when the lock is held now, else the name of the error. */
  lock(fd: number, wait: boolean, shared: boolean): string | undefined
  unlock(fd: number): void
  makeFifo(path: string): void
  /** Whether a write of up to 4096 bytes would not wait. */
  canWrite(fd: number): boolean
}

let loaded: DarwinCalls | undefined

/** Loaded once, on first use. Throws HostError when there is no C library: locks fail closed. */
export function darwinCalls(): DarwinCalls {
  loaded ??= process.platform === 'darwin' ? loadDarwin() : loadLinux()
  return loaded
}

const flock = { args: ['int', 'int'], returns: 'int' } as const
const mkfifo = { args: ['ptr', 'int'], returns: 'int' } as const
const poll = { args: ['ptr', 'u32', 'int'], returns: 'int' } as const
const location = { args: [], returns: 'ptr' } as const

function loadDarwin(): DarwinCalls {
  const { symbols } = dlopen('libSystem.B.dylib', { flock, mkfifo, poll, __error: location })
  const errno = () => {
    const number = read.i32(symbols.__error()!, 0)
    return number === darwinEagain ? 'EAGAIN' : errnoName(number)
  }
  return calls(symbols, errno)
}

function loadLinux(): DarwinCalls {
  const { symbols } = dlopen('libc.so.6', { flock, mkfifo, poll, __errno_location: location })
  return calls(symbols, () => errnoName(read.i32(symbols.__errno_location()!, 0)))
}

interface Symbols {
  flock(fd: number, operation: number): number
  mkfifo(path: Uint8Array, mode: number): number
  poll(descriptors: Int32Array, count: number, timeoutMs: number): number
}

function calls(symbols: Symbols, errno: () => string): DarwinCalls {
  return {
    lock: (fd, wait, shared) => {
      const how = shared ? LOCK_SH : LOCK_EX
      return symbols.flock(fd, wait ? how : how | LOCK_NB) === 0 ? undefined : errno()
    },
    unlock: (fd) => {
      if (symbols.flock(fd, LOCK_UN) !== 0) throw new HostError(errno(), 'unlock')
    },
    makeFifo: (path) => {
      if (symbols.mkfifo(new TextEncoder().encode(`${path}\0`), 0o600) !== 0)
        throw new HostError(errno(), 'mkfifo', path)
    },
    canWrite: (fd) => symbols.poll(new Int32Array([fd, POLLOUT]), 1, 0) > 0,
  }
}
