// System calls through libc, for Linux on any processor and either libc.
// Loading this costs a fraction of what node:fs costs at start; macOS passes variadic arguments
// (the mode of open) differently and uses node.ts instead.

import { type DirectoryEntry, type FileKind, type FileStat, HostError } from '../host.ts'
import { errnoName, isAbsence } from './errno.ts'
import { foreign } from './foreign.ts'
import { type LibcArch, libraryNames } from './names.ts'
import type { OpenMode, Posix } from './posix.ts'

const O_WRONLY = 0o1
const O_RDWR = 0o2
const O_CREAT = 0o100
const O_EXCL = 0o200
const O_APPEND = 0o2000
const O_NONBLOCK = 0o4000
const O_NOFOLLOW = process.arch === 'arm64' ? 0o100000 : 0o400000
const O_CLOEXEC = 0o2000000
const EEXIST_IS_FINE = 'EEXIST'
const POLLIN = 1
const POLLOUT = 4
const LOCK_SH = 1
const LOCK_EX = 2
const LOCK_NB = 4
const LOCK_UN = 8
const AT_FDCWD = -100
const AT_SYMLINK_NOFOLLOW = 0x100
const STATX_BASIC_STATS = 0x7ff
// PATH_MAX, with the NUL at the end.
const longestPath = 4096
const encoder = new TextEncoder()

// A FIFO or device in place of a file must not block us: O_NONBLOCK changes nothing for real files.
const flagsOf: Readonly<Record<OpenMode, number>> = {
  read: O_NONBLOCK,
  create: O_WRONLY | O_CREAT | O_EXCL | O_APPEND,
  append: O_WRONLY | O_CREAT | O_APPEND,
  directory: 0,
  lock: O_RDWR | O_CREAT,
  extend: O_RDWR | O_APPEND | O_NONBLOCK,
  rewrite: O_WRONLY | O_NONBLOCK | O_NOFOLLOW,
}

const signatures = {
  open: { args: ['ptr', 'int', 'int'], returns: 'int' },
  close: { args: ['int'], returns: 'int' },
  read: { args: ['int', 'ptr', 'u64'], returns: 'int' },
  write: { args: ['int', 'ptr', 'u64'], returns: 'int' },
  poll: { args: ['ptr', 'u64', 'int'], returns: 'int' },
  fsync: { args: ['int'], returns: 'int' },
  rename: { args: ['ptr', 'ptr'], returns: 'int' },
  link: { args: ['ptr', 'ptr'], returns: 'int' },
  unlink: { args: ['ptr'], returns: 'int' },
  mkdir: { args: ['ptr', 'int'], returns: 'int' },
  statx: { args: ['int', 'ptr', 'int', 'u32', 'ptr'], returns: 'int' },
  // Only for getdents64, which no older C library has a function for.
  syscall: { args: ['i64', 'i64', 'ptr', 'u64'], returns: 'int' },
  isatty: { args: ['int'], returns: 'int' },
  pipe2: { args: ['ptr', 'int'], returns: 'int' },
  flock: { args: ['int', 'int'], returns: 'int' },
  _exit: { args: ['int'], returns: 'void' },
  __errno_location: { args: [], returns: 'ptr' },
} as const

type Libc = Record<keyof typeof signatures, (...args: number[]) => number>

/** The libc of this machine. Throws HostError when none of the known names can be loaded. */
export function openLibc(arch: LibcArch): Posix {
  const symbols = loadLibc(libraryNames(arch))
  const errno = () => errnoName(foreign.read.i32(symbols.__errno_location(), 0))
  const check = (result: number, operation: string, path?: string): number => {
    if (result >= 0) return result
    throw new HostError(errno(), operation, path)
  }
  return {
    open: (path, how, mode) =>
      check(symbols.open(here(path), flagsOf[how] | O_CLOEXEC, mode), 'open', path),
    close: (fd) => void symbols.close(fd),
    read: (fd, buffer) => check(symbols.read(fd, addressOf(buffer), buffer.length), 'read'),
    readReady: (fd, buffer) =>
      isReady(symbols, fd, POLLIN)
        ? check(symbols.read(fd, addressOf(buffer), buffer.length), 'read')
        : undefined,
    canWrite: (fd) => isReady(symbols, fd, POLLOUT),
    write: (fd, bytes) => check(symbols.write(fd, addressOf(bytes), bytes.length), 'write'),
    sync: (fd) => void check(symbols.fsync(fd), 'fsync'),
    rename: (from, to) => void check(symbols.rename(here(from), there(to)), 'rename', to),
    link: (from, to) => void check(symbols.link(here(from), there(to)), 'link', to),
    unlink: (path) => void check(symbols.unlink(here(path)), 'unlink', path),
    makeDirectory: (path, mode) => {
      if (symbols.mkdir(here(path), mode) === 0) return
      const code = errno()
      if (code !== EEXIST_IS_FINE) throw new HostError(code, 'mkdir', path)
    },
    stat: (path, follow) => statPath(symbols, errno, path, follow),
    list: (path) => listDirectory(symbols, errno, getdents64[arch], path),
    isTerminal: (fd) => symbols.isatty(fd) === 1,
    pipe: () => {
      check(symbols.pipe2(scratchPointer, O_CLOEXEC), 'pipe')
      return { readEnd: readInt(0), writeEnd: readInt(4) }
    },
    lock: (fd, wait, share) => lockFile(symbols, errno, fd, wait, share ? LOCK_SH : LOCK_EX),
    unlock: (fd) => void check(symbols.flock(fd, LOCK_UN), 'unlock'),
    exit: (status) => {
      symbols._exit(status)
      throw new HostError('EINVAL', 'exit')
    },
  }
}

// struct pollfd: the descriptor, then two shorts, what is asked and what is answered. A closed other
// side is an answer to both questions: the next read or write will not wait either.
function isReady(symbols: Libc, fd: number, events: number): boolean {
  for (let byte = 0; byte < 4; byte++) scratch[byte] = (fd >> (byte * 8)) & 0xff
  scratch[4] = events
  scratch[5] = 0
  return symbols.poll(scratchPointer, 1, 0) > 0
}

function lockFile(
  symbols: Libc,
  errno: () => string,
  fd: number,
  wait: boolean,
  how: number,
): boolean {
  for (;;) {
    if (symbols.flock(fd, wait ? how : how | LOCK_NB) === 0) return true
    const code = errno()
    if (code === 'EAGAIN') return false
    if (code !== 'EINTR') throw new HostError(code, 'lock')
  }
}

function loadLibc(names: string[]): Libc {
  for (const name of names) {
    try {
      return foreign.dlopen(name, signatures).symbols as Libc
    } catch {
      // The next name may be the one of this system.
    }
  }
  throw new HostError('ENOSYS', 'load the C library')
}

// Answers are taken out of it before anybody else can ask. Bytes alone, put together by hand: the
// first use of each further kind of array costs a press something.
const scratch = new Uint8Array(256)
const scratchLongs = new BigInt64Array(scratch.buffer)
const scratchPointer = foreign.ptr(scratch)

// What is empty has no address of its own.
function addressOf(bytes: Uint8Array): number {
  return bytes.length === 0 ? scratchPointer : foreign.ptr(bytes)
}

function readInt(at: number): number {
  return foreign.read.i32(scratchPointer, at)
}

const here = openPathBuffer()
const there = openPathBuffer()

/** Puts a path where the system can read it: the place is that of the last path it was asked for. */
function openPathBuffer(): (path: string) => number {
  const bytes = new Uint8Array(longestPath)
  const pointer = foreign.ptr(bytes)
  return (path) => {
    if (path.includes('\0')) throw new HostError('EINVAL', 'use a path with a NUL byte', path)
    const { read, written } = encoder.encodeInto(path, bytes)
    if (read < path.length || written === longestPath)
      throw new HostError('ENAMETOOLONG', 'use', path)
    bytes[written] = 0
    return pointer
  }
}

// struct statx has one layout on every architecture, unlike struct stat.
function statPath(
  symbols: Libc,
  errno: () => string,
  path: string,
  follow: boolean,
): FileStat | undefined {
  const flags = follow ? 0 : AT_SYMLINK_NOFOLLOW
  if (path.length >= longestPath) return undefined
  if (symbols.statx(AT_FDCWD, here(path), flags, STATX_BASIC_STATS, scratchPointer) !== 0) {
    const code = errno()
    if (isAbsence(code)) return undefined
    throw new HostError(code, 'stat', path)
  }
  const mode = scratch[28]! | (scratch[29]! << 8)
  return {
    kind: kindByMode[mode >> 12] ?? 'other',
    mode: mode & 0o7777,
    inode: BigInt.asUintN(64, scratchLongs[4]!),
    size: Number(scratchLongs[5]!),
    mtimeNs: scratchLongs[14]! * 1_000_000_000n + BigInt(readInt(120)),
  }
}

const kindByMode: Readonly<Record<number, FileKind>> = {
  0o10: 'file',
  0o4: 'directory',
  0o12: 'link',
}

const getdents64 = { x86_64: 217, aarch64: 61 } as const

// Several hundred names at a time.
const listBytes = new Uint8Array(32_768)
const listShorts = new Uint16Array(listBytes.buffer)
const listPointer = foreign.ptr(listBytes)

function listDirectory(
  symbols: Libc,
  errno: () => string,
  call: number,
  path: string,
): DirectoryEntry[] {
  const entries: DirectoryEntry[] = []
  const fd = symbols.open(here(path), O_NONBLOCK | O_CLOEXEC, 0)
  try {
    for (;;) {
      const length = fd < 0 ? fd : symbols.syscall(call, fd, listPointer, listBytes.length)
      if (length === 0) return entries
      if (length > 0) {
        readEntries(length, entries, (name) => entryKind(symbols, errno, `${path}/${name}`))
        continue
      }
      const code = errno()
      if (code === 'ENOENT') return entries
      throw new HostError(code, 'list', path)
    }
  } finally {
    if (fd >= 0) symbols.close(fd)
  }
}

// struct linux_dirent64: inode and offset, 8 bytes each, which nobody wants; the length of the entry;
// the type bits of a mode; the name with a NUL behind it. All of it is decoded in one go, so that a
// name is a piece of one text, unless one of them has a letter of several bytes.
function readEntries(
  length: number,
  entries: DirectoryEntry[],
  kindOf: (name: string) => FileKind,
): void {
  for (let at = 0; at < length; at += listShorts[(at >> 1) + 8]!) listBytes.fill(0, at, at + 16)
  const text = decoder.decode(new Uint8Array(listBytes.buffer, 0, length))
  const plain = text.length === length
  for (let at = 0; at < length; at += listShorts[(at >> 1) + 8]!) {
    const name = plain ? text.slice(at + 19, text.indexOf('\0', at + 19)) : decodeName(at + 19)
    if (name === '.' || name === '..') continue
    // Some file systems leave the type at 0 ("unknown").
    entries.push({ name, kind: kindByMode[listBytes[at + 18]!] ?? kindOf(name) })
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

function decodeName(start: number): string {
  return decoder.decode(listBytes.subarray(start, listBytes.indexOf(0, start)))
}

function entryKind(symbols: Libc, errno: () => string, path: string): FileKind {
  return statPath(symbols, errno, path, false)?.kind ?? 'other'
}
