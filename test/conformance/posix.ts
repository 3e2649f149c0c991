// What every implementation of Posix must do; run against each in test/host/posix.test.ts.

import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OpenMode, Posix } from '#host/posix/posix.ts'

export function posixConformance(name: string, open: () => Posix): void {
  describe(name, () => {
    const posix = open()
    let folder = ''
    const path = (file: string) => join(folder, file)
    beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'buttons-posix-'))))
    afterEach(() => rmSync(folder, { recursive: true }))

    const write = (file: string, text: string, how: OpenMode = 'create') => {
      const fd = posix.open(path(file), how, 0o600)
      posix.write(fd, new TextEncoder().encode(text))
      posix.close(fd)
    }
    const read = (file: string) => {
      const buffer = new Uint8Array(100)
      const fd = posix.open(path(file), 'read', 0)
      const count = posix.read(fd, buffer)
      posix.close(fd)
      return new TextDecoder().decode(buffer.subarray(0, count))
    }
    const codeOf = (act: () => unknown) => {
      try {
        act()
      } catch (error) {
        return (error as { code?: string }).code
      }
      return 'nothing was thrown'
    }

    test('what was written is read', () => {
      write('a', 'some ünicode')
      expect(read('a')).toBe('some ünicode')
      write('a', ' more', 'append')
      expect(read('a')).toBe('some ünicode more')
      expect(posix.stat(path('a'), true)).toMatchObject({ kind: 'file', size: 18, mode: 0o600 })
    })

    test('nothing can be at a path that is too long', () => {
      for (const length of [300, 5000])
        expect(posix.stat(path('x'.repeat(length)), true)).toBeUndefined()
      expect(codeOf(() => posix.open(path('x'.repeat(5000)), 'read', 0))).toBe('ENAMETOOLONG')
    })

    test('errors carry the name of the system', () => {
      write('a', 'x')
      posix.makeDirectory(path('d'), 0o700)
      const cases: [() => unknown, string][] = [
        [() => posix.open(path('none'), 'read', 0), 'ENOENT'],
        [() => posix.open(path('a'), 'create', 0o600), 'EEXIST'],
        [() => posix.open(path('a/b'), 'read', 0), 'ENOTDIR'],
        [() => posix.open(path('x'.repeat(300)), 'read', 0), 'ENAMETOOLONG'],
        [() => posix.open(path('d'), 'append', 0o600), 'EISDIR'],
        [() => posix.read(posix.open(path('d'), 'directory', 0), new Uint8Array(9)), 'EISDIR'],
        [() => posix.rename(path('none'), path('b')), 'ENOENT'],
        [() => posix.link(path('a'), path('d')), 'EEXIST'],
        [() => posix.unlink(path('none')), 'ENOENT'],
        [() => posix.makeDirectory(path('none/d'), 0o700), 'ENOENT'],
        [() => posix.list(path('a')), 'ENOTDIR'],
        [() => posix.read(9999, new Uint8Array(9)), 'EBADF'],
        [() => posix.write(9999, new Uint8Array(9)), 'EBADF'],
        [() => posix.lock(9999, false), 'EBADF'],
      ]
      for (const [act, code] of cases)
        expect([String(act), codeOf(act)]).toEqual([String(act), code])
    })

    test('what is missing has no status, and an empty listing', () => {
      write('a', '')
      expect(posix.stat(path('none'), true)).toBeUndefined()
      expect(posix.stat(path('a/b'), true)).toBeUndefined()
      expect(posix.list(path('none'))).toEqual([])
    })

    test('a status tells kinds, modes and nanoseconds', () => {
      writeFileSync(path('a'), 'abc')
      chmodSync(path('a'), 0o640)
      symlinkSync('a', path('link'))
      symlinkSync('nowhere', path('broken'))
      const real = statSync(path('a'), { bigint: true })
      expect(posix.stat(path('link'), true)).toEqual({
        kind: 'file',
        size: 3,
        mode: 0o640,
        mtimeNs: real.mtimeNs,
        inode: real.ino,
      })
      expect(posix.stat(path('link'), false)?.kind).toBe('link')
      expect(posix.stat(path('broken'), true)).toBeUndefined()
      expect(posix.stat('/dev/null', true)?.kind).toBe('other')
    })

    test('a listing names every entry with its kind, whatever its name', () => {
      const names = ['a', 'ü', 'with blank', '-dash', 'x'.repeat(255)]
      for (const file of names) write(file, '')
      posix.makeDirectory(path('folder'), 0o700)
      symlinkSync('a', path('link'))
      const kinds = Object.fromEntries(posix.list(folder).map(({ name, kind }) => [name, kind]))
      const files = Object.fromEntries(names.map((file) => [file, 'file' as const]))
      expect(kinds).toEqual({ ...files, folder: 'directory', link: 'link' })
      expect(readdirSync(folder)).toHaveLength(names.length + 2)
    })

    test('an existing directory is no error, an existing file is left alone', () => {
      posix.makeDirectory(path('d'), 0o700)
      posix.makeDirectory(path('d'), 0o700)
      write('a', 'x')
      posix.makeDirectory(path('a'), 0o700)
      expect(posix.stat(path('a'), true)?.kind).toBe('file')
    })

    test('a FIFO in place of a file does not block', () => {
      Bun.spawnSync(['mkfifo', path('fifo')])
      const fd = posix.open(path('fifo'), 'read', 0)
      expect(posix.read(fd, new Uint8Array(9))).toBe(0)
      posix.close(fd)
    })

    test('a pipe gives what was put in, then nothing yet, then its end', () => {
      const buffer = new Uint8Array(9)
      const { readEnd, writeEnd } = posix.pipe()
      expect(posix.readReady(readEnd, buffer)).toBeUndefined()
      posix.write(writeEnd, new Uint8Array([1, 2, 3]))
      expect(posix.readReady(readEnd, buffer)).toBe(3)
      expect(posix.readReady(readEnd, buffer)).toBeUndefined()
      posix.close(writeEnd)
      expect(posix.readReady(readEnd, buffer)).toBe(0)
      posix.close(readEnd)
    })

    test('a full pipe cannot be written until somebody reads', () => {
      const { readEnd, writeEnd } = posix.pipe()
      const piece = new Uint8Array(4096)
      let written = 0
      while (posix.canWrite(writeEnd)) written += posix.write(writeEnd, piece)
      expect(written).toBeGreaterThanOrEqual(piece.length)
      posix.read(readEnd, piece)
      expect(posix.canWrite(writeEnd)).toBe(true)
      posix.close(readEnd)
      posix.close(writeEnd)
    })

    test('no descriptor is inherited', () => {
      const { readEnd, writeEnd } = posix.pipe()
      const file = posix.open(path('lock'), 'lock', 0o600)
      const list = 'for fd in "$@"; do test -e /proc/self/fd/$fd && echo "$fd"; done; true'
      const fds = [readEnd, writeEnd, file].map(String)
      const child = Bun.spawnSync(['/bin/sh', '-c', list, 'sh', ...fds])
      expect(child.stdout.toString()).toBe('')
      for (const fd of [readEnd, writeEnd, file]) posix.close(fd)
    })

    test('a lock is exclusive, also inside one process, until it is closed', () => {
      const [first, second] = [0, 1].map(() => posix.open(path('lock'), 'lock', 0o600))
      expect(posix.lock(first!, false)).toBe(true)
      expect(posix.lock(second!, false)).toBe(false)
      posix.close(first!)
      expect(posix.lock(second!, false)).toBe(true)
      posix.close(second!)
    })

    test('a directory can be locked by its own descriptor', () => {
      const [first, second] = [0, 1].map(() => posix.open(folder, 'directory', 0))
      expect(posix.lock(first!, true)).toBe(true)
      expect(posix.lock(second!, false)).toBe(false)
      posix.close(first!)
      posix.close(second!)
    })

    test('a path with a NUL byte is refused', () => {
      expect(codeOf(() => posix.open('/tmp/a\0b', 'read', 0))).toBeOneOf([
        'EINVAL',
        'ERR_INVALID_ARG_VALUE',
      ])
    })
  })
}
