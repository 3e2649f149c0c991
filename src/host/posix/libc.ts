// System calls through libc, for Linux on any processor and either libc.
// Loading this costs a fraction of what node:fs costs at start; macOS passes variadic arguments
// (the mode of open) differently and uses node.ts instead.

import { dlopen, read } from 'bun:ffi'
import { type DirectoryEntry, type FileKind, type FileStat, HostError } from '../host.ts'
import { errnoName } from './errno.ts'
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

type Libc = ReturnType<typeof dlopen<typeof signatures>>['symbols']

/** The libc of this machine. Throws HostError when none of the known names can be loaded. */
export function openLibc(arch: 'x86_64' | 'aarch64'): Posix {
  const symbols = loadLibc(['libc.so.6', `libc.musl-${arch}.so.1`, 'libc.so'])
  const errno = () => errnoName(read.i32(symbols.__errno_location()!, 0))
  const check = (result: number, operation: string, path?: string): number => {
    if (result >= 0) return result
    throw new HostError(errno(), operation, path)
  }
  return {
    open: (path, how, mode) =>
      check(symbols.open(cString(path), flagsOf[how] | O_CLOEXEC, mode), 'open', path),
    close: (fd) => void symbols.close(fd),
    read: (fd, buffer) => check(symbols.read(fd, buffer, buffer.length), 'read'),
    readReady: (fd, buffer) =>
      isReady(symbols, fd, POLLIN)
        ? check(symbols.read(fd, buffer, buffer.length), 'read')
        : undefined,
    canWrite: (fd) => isReady(symbols, fd, POLLOUT),
    write: (fd, bytes) => check(symbols.write(fd, bytes, bytes.length), 'write'),
    sync: (fd) => void check(symbols.fsync(fd), 'fsync'),
    rename: (from, to) => void check(symbols.rename(cString(from), cString(to)), 'rename', to),
    link: (from, to) => void check(symbols.link(cString(from), cString(to)), 'link', to),
    unlink: (path) => void check(symbols.unlink(cString(path)), 'unlink', path),
    makeDirectory: (path, mode) => {
      if (symbols.mkdir(cString(path), mode) === 0) return
      const code = errno()
      if (code !== EEXIST_IS_FINE) throw new HostError(code, 'mkdir', path)
    },
    stat: (path, follow) => statPath(symbols, errno, path, follow),
    list: (path) => listDirectory(symbols, errno, getdents64[arch], path),
    isTerminal: (fd) => symbols.isatty(fd) === 1,
    pipe: () => {
      const ends = new Int32Array(2)
      check(symbols.pipe2(ends, O_CLOEXEC), 'pipe')
      return { readEnd: ends[0]!, writeEnd: ends[1]! }
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
  return symbols.poll(new Int32Array([fd, events]), 1, 0) > 0
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
      return dlopen(name, signatures).symbols
    } catch {
      // The next name may be the one of this system.
    }
  }
  throw new HostError('ENOSYS', 'load the C library')
}

const encoder = new TextEncoder()

function cString(path: string): Uint8Array {
  if (path.includes('\0')) throw new HostError('EINVAL', 'use a path with a NUL byte', path)
  return encoder.encode(`${path}\0`)
}

// One buffer for all: the answer is taken out of it before anybody else can ask.
const statWords = new Uint32Array(64)
const statBytes = new Uint8Array(statWords.buffer)
const statLongs = new BigInt64Array(statWords.buffer)

// struct statx has one layout on every architecture, unlike struct stat.
function statPath(
  symbols: Libc,
  errno: () => string,
  path: string,
  follow: boolean,
): FileStat | undefined {
  const flags = follow ? 0 : AT_SYMLINK_NOFOLLOW
  if (symbols.statx(AT_FDCWD, cString(path), flags, STATX_BASIC_STATS, statBytes) !== 0) {
    const code = errno()
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new HostError(code, 'stat', path)
  }
  const mode = statWords[7]! & 0xffff
  return {
    kind: kindByMode[mode >> 12] ?? 'other',
    mode: mode & 0o7777,
    inode: BigInt.asUintN(64, statLongs[4]!),
    size: statWords[11]! * 0x1_0000_0000 + statWords[10]!,
    mtimeNs: statLongs[14]! * 1_000_000_000n + BigInt(statWords[30]!),
  }
}

const kindByMode: Readonly<Record<number, FileKind>> = {
  0o10: 'file',
  0o4: 'directory',
  0o12: 'link',
}

const getdents64 = { x86_64: 217, aarch64: 61 } as const

// Several hundred names at a time.
const listWords = new Uint32Array(8192)
const listBytes = new Uint8Array(listWords.buffer)
const listShorts = new Uint16Array(listWords.buffer)

function listDirectory(
  symbols: Libc,
  errno: () => string,
  call: number,
  path: string,
): DirectoryEntry[] {
  const entries: DirectoryEntry[] = []
  const fd = symbols.open(cString(path), O_NONBLOCK | O_CLOEXEC, 0)
  try {
    for (;;) {
      const length = fd < 0 ? fd : symbols.syscall(call, fd, listBytes, listBytes.length)
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
  for (let at = 0; at < length; at += listShorts[(at >> 1) + 8]!)
    listWords.fill(0, at >> 2, (at >> 2) + 4)
  const text = decoder.decode(new Uint8Array(listWords.buffer, 0, length))
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
