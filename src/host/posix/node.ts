// The same system calls by node:fs: for macOS, and for a Linux without a usable C library.

import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DirectoryEntry, type FileStat, HostError } from '../host.ts'
import { darwinCalls } from './darwin.ts'
import { isAbsence } from './errno.ts'
import type { OpenMode, Posix } from './posix.ts'

const c = fs.constants
const flagsOf: Readonly<Record<OpenMode, number>> = {
  read: c.O_RDONLY | c.O_NONBLOCK,
  create: c.O_WRONLY | c.O_CREAT | c.O_EXCL | c.O_APPEND,
  append: c.O_WRONLY | c.O_CREAT | c.O_APPEND,
  directory: c.O_RDONLY,
  lock: c.O_RDWR | c.O_CREAT,
  extend: c.O_RDWR | c.O_APPEND | c.O_NONBLOCK,
  rewrite: c.O_WRONLY | c.O_NONBLOCK | c.O_NOFOLLOW,
}

export function openNodePosix(): Posix {
  return {
    open: (path, how, mode) => attempt('open', path, () => fs.openSync(path, flagsOf[how], mode)),
    close: (fd) => attempt('close', undefined, () => fs.closeSync(fd)),
    read: (fd, buffer) => attempt('read', undefined, () => fs.readSync(fd, buffer)),
    readReady: (fd, buffer) => readReady(fd, buffer),
    canWrite: (fd) => darwinCalls().canWrite(fd),
    write: (fd, bytes) => attempt('write', undefined, () => fs.writeSync(fd, bytes)),
    sync: (fd) => attempt('fsync', undefined, () => fs.fsyncSync(fd)),
    rename: (from, to) => attempt('rename', to, () => fs.renameSync(from, to)),
    link: (from, to) => attempt('link', to, () => fs.linkSync(from, to)),
    unlink: (path) => attempt('unlink', path, () => fs.unlinkSync(path)),
    makeDirectory: (path, mode) => {
      try {
        attempt('mkdir', path, () => fs.mkdirSync(path, mode))
      } catch (error) {
        if ((error as HostError).code !== 'EEXIST') throw error
      }
    },
    stat: (path, follow) => statPath(path, follow),
    list: (path) => listDirectory(path),
    isTerminal: (fd) => isCharacterTerminal(fd),
    pipe: () => makeFifoPipe(),
    lock: (fd, wait, share) => lockFile(fd, wait, share !== undefined),
    unlock: (fd) => darwinCalls().unlock(fd),
    exit: (status) => process.exit(status),
  }
}

/** Runs a node:fs call and turns its error into a HostError. */
export function attempt<T>(operation: string, path: string | undefined, act: () => T): T {
  try {
    return act()
  } catch (error) {
    const code = (error as { code?: unknown }).code
    throw new HostError(typeof code === 'string' ? code : 'EIO', operation, path)
  }
}

function statPath(path: string, follow: boolean): FileStat | undefined {
  const options = { bigint: true, throwIfNoEntry: false } as const
  const stat = attempt('stat', path, () => {
    try {
      return follow ? fs.statSync(path, options) : fs.lstatSync(path, options)
    } catch (error) {
      if (isAbsence((error as { code?: unknown }).code)) return undefined
      throw error
    }
  })
  if (stat === undefined) return undefined
  return {
    kind: kindOf(stat),
    mode: Number(stat.mode & 0o7777n),
    inode: stat.ino,
    size: Number(stat.size),
    mtimeNs: stat.mtimeNs,
  }
}

function listDirectory(path: string): DirectoryEntry[] {
  try {
    const entries = attempt('list', path, () => fs.readdirSync(path, { withFileTypes: true }))
    return entries.map((entry) => ({ name: entry.name, kind: kindOf(entry) }))
  } catch (error) {
    if ((error as HostError).code === 'ENOENT') return []
    throw error
  }
}

interface Kinds {
  isFile(): boolean
  isDirectory(): boolean
  isSymbolicLink(): boolean
}

function kindOf(entry: Kinds): FileStat['kind'] {
  if (entry.isFile()) return 'file'
  if (entry.isDirectory()) return 'directory'
  return entry.isSymbolicLink() ? 'link' : 'other'
}

function isCharacterTerminal(fd: number): boolean {
  return (require('node:tty') as typeof import('node:tty')).isatty(fd)
}

// The reading ends of our pipes never wait (see makeFifoPipe).
function readReady(fd: number, buffer: Uint8Array): number | undefined {
  try {
    return attempt('read', undefined, () => fs.readSync(fd, buffer))
  } catch (error) {
    if ((error as HostError).code === 'EAGAIN') return undefined
    throw error
  }
}

// pipe2 does not exist on macOS, and fcntl is variadic; a FIFO opened from both sides and unlinked
// is a real pipe as well, and node:fs opens it close-on-exec.
function makeFifoPipe(): { readEnd: number; writeEnd: number } {
  const folder = fs.mkdtempSync(join(tmpdir(), 'buttons-'))
  try {
    const path = join(folder, 'pipe')
    darwinCalls().makeFifo(path)
    const readEnd = fs.openSync(path, c.O_RDONLY | c.O_NONBLOCK)
    return { readEnd, writeEnd: fs.openSync(path, c.O_WRONLY) }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

function lockFile(fd: number, wait: boolean, shared: boolean): boolean {
  for (;;) {
    const code = darwinCalls().lock(fd, wait, shared)
    if (code === undefined) return true
    if (code === 'EAGAIN') return false
    if (code !== 'EINTR') throw new HostError(code, 'lock')
  }
}
