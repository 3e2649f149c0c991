// Files that are used again: only when nobody else has them, and never over somebody else's.

import { expect, test } from 'bun:test'
import {
  chmodSync,
  closeSync,
  linkSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBunHost } from '#host/bun.ts'

const { files, locks } = openBunHost()
const linux = process.platform === 'linux'

function withFolder(act: (path: (name: string) => string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'buttons-reuse-'))
  try {
    act((name) => join(folder, name))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const write = (path: string, text: string) => writeFileSync(path, text, { mode: 0o600 })

test('a new name must be free', () =>
  withFolder((path) => {
    write(path('a'), 'first')
    write(path('b'), 'second')
    expect(files.renameNew(path('a'), path('b'))).toBe(false)
    expect(readFileSync(path('b'), 'utf8')).toBe('second')
    expect(files.renameNew(path('a'), path('c'))).toBe(true)
    expect(readdirSync(path('')).sort()).toEqual(['b', 'c'])
    expect(() => files.renameNew(path('none'), path('d'))).toThrow('ENOENT')
  }))

test.skipIf(!linux)('a file gets other content and another name, shorter or longer', () =>
  withFolder((path) => {
    write(path('a'), 'something long')
    const { ino } = statSync(path('a'))
    expect(files.reuse(path('a'), path('b'), 'short')).toBe('done')
    expect(readFileSync(path('b'), 'utf8')).toBe('short')
    expect(files.reuse(path('b'), path('c'), 'something longer than before')).toBe('done')
    expect(readFileSync(path('c'), 'utf8')).toBe('something longer than before')
    expect(files.reuse(path('c'), path('d'), '')).toBe('done')
    expect(statSync(path('d'))).toMatchObject({ ino, size: 0 })
    expect(readdirSync(path(''))).toEqual(['d'])
  }),
)

test.skipIf(!linux)('a name that is taken stays as it is, and the file can be used once more', () =>
  withFolder((path) => {
    write(path('a'), 'spare')
    write(path('b'), 'kept')
    expect(files.reuse(path('a'), path('b'), 'new')).toBe('taken')
    expect(readFileSync(path('b'), 'utf8')).toBe('kept')
    expect(files.reuse(path('a'), path('c'), 'new')).toBe('done')
  }),
)

test('what somebody reads, links, shares or has taken away is left alone', () =>
  withFolder((path) => {
    write(path('read'), 'old')
    const fd = openSync(path('read'), 'r')
    expect(files.reuse(path('read'), path('to'), 'new')).toBe('unfit')
    closeSync(fd)
    write(path('linked'), 'old')
    linkSync(path('linked'), path('backup'))
    expect(files.reuse(path('linked'), path('to'), 'new')).toBe('unfit')
    write(path('open'), 'old')
    chmodSync(path('open'), 0o644)
    expect(files.reuse(path('open'), path('to'), 'new')).toBe('unfit')
    expect(files.reuse(path('none'), path('to'), 'new')).toBe('unfit')
    for (const name of ['read', 'backup', 'open'])
      expect(readFileSync(path(name), 'utf8')).toBe('old')
    expect(readdirSync(path(''))).not.toContain('to')
  }))

test.skipIf(!linux)('a locked file knows whether somebody looks at it', () =>
  withFolder((path) => {
    const file = locks.create(path('a'))
    expect(file.isAlone()).toBe(true)
    const watch = locks.watch(path('a'))!
    expect(file.isAlone()).toBe(false)
    watch.close()
    expect(file.isAlone()).toBe(true)
    file.release()
  }),
)
