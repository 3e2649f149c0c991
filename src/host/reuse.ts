// Files that get new names and new content instead of being removed and made again: a host that
// presses a thousand times a second would keep the file system busy with nothing else. Only on Linux,
// which can tell whether anybody else uses a file; elsewhere everything is made anew.

import { read } from 'bun:ffi'
import { HostError } from './host.ts'
import { errnoName } from './posix/errno.ts'
import { type CallsOf, findCalls } from './posix/library.ts'
import type { Posix } from './posix/posix.ts'

export type Reused = 'done' | 'taken' | 'unfit'

export interface Reuse {
  renameNew(from: string, to: string): boolean
  reuse(from: string, to: string, bytes: Uint8Array): Reused
  isAlone(fd: number): boolean
}

export function openReuse(posix: Posix): Reuse {
  const calls = process.platform === 'linux' ? findCalls(signatures) : undefined
  if (!calls) return { ...anywhere(posix), reuse: () => 'unfit', isAlone: () => false }
  const renameNew = (from: string, to: string) => renameWith(calls, posix, from, to)
  return {
    renameNew,
    reuse: (from, to, bytes) => {
      if (!rewrite(calls, posix, from, bytes)) return 'unfit'
      return renameNew(from, to) ? 'done' : 'taken'
    },
    isAlone: (fd) => isUnused(calls, fd),
  }
}

function anywhere(posix: Posix): Pick<Reuse, 'renameNew'> {
  return {
    renameNew: (from, to) => {
      try {
        posix.link(from, to)
      } catch (error) {
        if ((error as HostError).code === 'EEXIST') return false
        throw error
      }
      posix.unlink(from)
      return true
    },
  }
}

const signatures = {
  syscall: { args: ['int', 'int', 'ptr', 'int', 'ptr', 'int'], returns: 'int' },
  fcntl: { args: ['int', 'int', 'int'], returns: 'int' },
  ftruncate: { args: ['int', 'i64'], returns: 'int' },
  statx: { args: ['int', 'ptr', 'int', 'u32', 'ptr'], returns: 'int' },
  __errno_location: { args: [], returns: 'ptr' },
} as const

type Calls = CallsOf<typeof signatures>

// Not every libc has a function for it.
const renameat2 = process.arch === 'arm64' ? 276 : 316
const here = -100
const noReplace = 1
const encoder = new TextEncoder()

function renameWith(calls: Calls, posix: Posix, from: string, to: string): boolean {
  const names = [from, to].map((path) => encoder.encode(`${path}\0`))
  if (calls.syscall(renameat2, here, names[0]!, here, names[1]!, noReplace) === 0) return true
  const code = errnoName(read.i32(calls.__errno_location()!, 0))
  if (code === 'EEXIST') return false
  // Some file systems cannot refuse to replace.
  if (code === 'EINVAL' || code === 'ENOSYS') return anywhere(posix).renameNew(from, to)
  throw new HostError(code, 'rename', to)
}

function rewrite(calls: Calls, posix: Posix, path: string, bytes: Uint8Array): boolean {
  let fd: number
  try {
    fd = posix.open(path, 'rewrite', 0)
  } catch {
    return false
  }
  try {
    const size = isUnused(calls, fd) ? sizeOf(calls, fd) : undefined
    if (size === undefined) return false
    for (let at = 0; at < bytes.length;) at += posix.write(fd, bytes.subarray(at))
    return size <= bytes.length || calls.ftruncate(fd, bytes.length) === 0
  } catch {
    return false
  } finally {
    posix.close(fd)
  }
}

const F_SETSIG = 10
const F_SETLEASE = 1024
const F_WRLCK = 1
const F_UNLCK = 2
const SIGURG = 23

// The kernel gives a lease on a file only to whoever is alone with it (fcntl(2), "Leases"); it is
// given back at once. Should somebody come in that very instant, we are told by a signal that does
// nothing, instead of the one that would end us.
function isUnused(calls: Calls, fd: number): boolean {
  if (calls.fcntl(fd, F_SETSIG, SIGURG) !== 0) return false
  if (calls.fcntl(fd, F_SETLEASE, F_WRLCK) !== 0) return false
  calls.fcntl(fd, F_SETLEASE, F_UNLCK)
  return true
}

const AT_EMPTY_PATH = 0x1000
const STATX_BASIC_STATS = 0x7ff
const statBuffer = new Uint8Array(256)
const statView = new DataView(statBuffer.buffer)
const empty = new Uint8Array(1)
// A host does not change its user.
const self = process.geteuid?.()

/** Of a plain file that is ours, private and has one name; else undefined. */
function sizeOf(calls: Calls, fd: number): number | undefined {
  if (calls.statx(fd, empty, AT_EMPTY_PATH, STATX_BASIC_STATS, statBuffer) !== 0) return undefined
  const links = statView.getUint32(16, true)
  const owner = statView.getUint32(20, true)
  const mode = statView.getUint16(28, true)
  if (links !== 1 || owner !== self || mode !== 0o100600) return undefined
  return Number(statView.getBigUint64(40, true))
}
