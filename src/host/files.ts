// Files by whole acts: find, create, replace, place. Written whole or not at all, with their final
// mode from the first instant.

import { limits } from '#spec/limits.ts'
import { type FileReader, type Files, type FileWriter, HostError } from './host.ts'
import { isAbsence } from './posix/errno.ts'
import type { Posix } from './posix/posix.ts'
import type { Reuse } from './reuse.ts'

const decoder = new TextDecoder()

export function openFiles(posix: Posix): Files {
  const reuses = () => openReuse(posix)
  return {
    find: (path, maxBytes) => findBytes(posix, path, maxBytes),
    findText: (path) => {
      const bytes = findBytes(posix, path)
      return bytes && decoder.decode(bytes)
    },
    findPart: (path, offset, maxBytes) => slow().findPart(path, offset, maxBytes),
    openReader: (path) => openReader(posix, path),
    stat: (path) => posix.stat(path, true),
    linkStat: (path) => posix.stat(path, false),
    list: (path) => posix.list(path),
    create: (path, content, mode) => writeNew(posix, path, toBytes(content), mode, false),
    replace: (path, content, mode) => replace(posix, path, toBytes(content), mode),
    place: (path, content, mode) => place(posix, path, toBytes(content), mode),
    append: (path, content, mode) => append(posix, path, toBytes(content), mode),
    openWriter: (path, mode) => openWriter(posix, path, mode),
    makeDirectory: (path, mode) => makeDirectory(posix, path, mode),
    rename: (from, to) => posix.rename(from, to),
    renameNew: (from, to) => reuses().renameNew(from, to),
    reuse: (from, to, content) => reuses().reuse(from, to, toBytes(content)),
    remove: (path) => remove(posix, path),
    removeTree: (path) => slow().removeTree(path),
    copyTree: (from, to, skip) => slow().copyTree(from, to, skip),
    setMode: (path, mode) => slow().setMode(path, mode),
    touch: (path, ms) => slow().touch(path, ms),
    freeBytes: (path) => slow().freeBytes(path),
    flush: (path) => slow().flush(path),
    syncDirectory: (path) => syncDirectory(posix, path),
    resolveLinks: (path) => slow().resolveLinks(path),
  }
}

// What only rare acts need loads node:fs on first use.
function slow(): typeof import('./slowFiles.ts') {
  return require('./slowFiles.ts') as typeof import('./slowFiles.ts')
}

let reuse: Reuse | undefined

/** Loaded with the first file that is used again. */
export function openReuse(posix: Posix): Reuse {
  return (reuse ??= (require('./reuse.ts') as typeof import('./reuse.ts')).openReuse(posix))
}

function toBytes(content: Uint8Array | string): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content
}

function findBytes(
  posix: Posix,
  path: string,
  maxBytes: number = limits.jsonFileBytes,
): Uint8Array | undefined {
  let fd: number
  try {
    fd = posix.open(path, 'read', 0)
  } catch (error) {
    const code = (error as HostError).code
    if (isAbsence(code)) return undefined
    throw error
  }
  try {
    return readAll(posix, fd, path, maxBytes)
  } finally {
    posix.close(fd)
  }
}

// Most files fit into it; every new page of memory costs more than the read itself.
const scratch = new Uint8Array(16_384)

function openReader(posix: Posix, path: string): FileReader | undefined {
  let fd: number
  try {
    fd = posix.open(path, 'read', 0)
  } catch (error) {
    if ((error as HostError).code === 'ENOENT') return undefined
    throw error
  }
  const buffer = new Uint8Array(65_536)
  return {
    read: () => buffer.slice(0, posix.read(fd, buffer)),
    close: () => posix.close(fd),
  }
}

function readAll(posix: Posix, fd: number, path: string, maxBytes: number): Uint8Array {
  let buffer = scratch
  let length = 0
  for (;;) {
    const count = posix.read(fd, length === 0 ? buffer : buffer.subarray(length))
    if (count === 0) return buffer.slice(0, length)
    length += count
    if (length > maxBytes) throw new HostError('EFBIG', 'read', path)
    if (length < buffer.length) continue
    const larger = new Uint8Array(buffer.length * 4)
    larger.set(buffer)
    buffer = larger
  }
}

function writeNew(
  posix: Posix,
  path: string,
  bytes: Uint8Array,
  mode: number,
  durable: boolean,
): void {
  const fd = posix.open(path, 'create', mode)
  try {
    writeAll(posix, fd, bytes)
    if (durable) posix.sync(fd)
  } catch (error) {
    remove(posix, path)
    throw error
  } finally {
    posix.close(fd)
  }
}

function writeAll(posix: Posix, fd: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length;)
    offset += posix.write(fd, offset === 0 ? bytes : bytes.subarray(offset))
}

let temporaries = 0

// Begins with a dot and does not end in .json, so that no listing takes it for a record. Unlike a
// random number, which has to be seeded first, the time costs nothing.
function temporaryBeside(path: string): string {
  const instant = (Date.now() * 1e3 + (Bun.nanoseconds() % 1e3)).toString(16)
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  return `${folder}.tmp-${process.pid}-${temporaries++}-${instant}`
}

function replace(posix: Posix, path: string, bytes: Uint8Array, mode: number): void {
  const link = posix.stat(path, false)
  const target = link?.kind === 'link' ? (slow().resolveLinks(path) ?? path) : path
  const existing = posix.stat(target, true)
  // A rename would put a plain file in the place of /dev/null for the whole machine.
  if (existing?.kind === 'other') throw new HostError('EINVAL', 'replace what is no file', path)
  const temporary = temporaryBeside(target)
  writeNew(posix, temporary, bytes, existing?.mode ?? mode, true)
  try {
    posix.rename(temporary, target)
  } catch (error) {
    remove(posix, temporary)
    throw error
  }
}

function place(posix: Posix, path: string, bytes: Uint8Array, mode: number): boolean {
  const temporary = temporaryBeside(path)
  writeNew(posix, temporary, bytes, mode, false)
  try {
    posix.link(temporary, path)
    return true
  } catch (error) {
    if ((error as HostError).code === 'EEXIST') return false
    throw error
  } finally {
    remove(posix, temporary)
  }
}

function append(posix: Posix, path: string, bytes: Uint8Array, mode: number): void {
  const fd = posix.open(path, 'append', mode)
  try {
    writeAll(posix, fd, bytes)
  } finally {
    posix.close(fd)
  }
}

function openWriter(posix: Posix, path: string, mode: number): FileWriter {
  const fd = posix.open(path, 'append', mode)
  return {
    append: (content) => writeAll(posix, fd, toBytes(content)),
    close: () => posix.close(fd),
  }
}

function makeDirectory(posix: Posix, path: string, mode: number): void {
  try {
    posix.makeDirectory(path, mode)
  } catch (error) {
    const parent = path.slice(0, path.lastIndexOf('/'))
    if ((error as HostError).code !== 'ENOENT' || parent === '') throw error
    makeDirectory(posix, parent, mode)
    posix.makeDirectory(path, mode)
  }
  if (posix.stat(path, true)?.kind !== 'directory') throw new HostError('ENOTDIR', 'mkdir', path)
}

function remove(posix: Posix, path: string): boolean {
  try {
    posix.unlink(path)
    return true
  } catch (error) {
    if ((error as HostError).code === 'ENOENT') return false
    throw error
  }
}

function syncDirectory(posix: Posix, path: string): void {
  const fd = posix.open(path, 'directory', 0)
  try {
    posix.sync(fd)
  } finally {
    posix.close(fd)
  }
}
