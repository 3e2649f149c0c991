import { expect, test } from 'bun:test'
import { lstatSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { openBunHost } from '#host/bun.ts'
import { emptyHome } from '../helpers/home.ts'

const { files } = openBunHost()

test('a device or a FIFO is not replaced by a file, directly or through a link', () => {
  const home = emptyHome()
  const fifo = join(home.root, 'fifo')
  const link = join(home.root, 'link')
  Bun.spawnSync(['mkfifo', fifo])
  symlinkSync(fifo, link)
  for (const path of [fifo, link]) expect(() => files.replace(path, 'x', 0o600)).toThrow(/EINVAL/)
  expect(statSync(fifo).isFIFO()).toBe(true)
  expect(home.list('.')).toEqual(['fifo', 'link', 'work'])
})

test('a file behind a link is replaced, the link stays, and so does the mode', () => {
  const home = emptyHome()
  const file = home.write('elsewhere/file', 'old', 0o640)
  const link = join(home.root, 'link')
  symlinkSync(file, link)
  files.replace(link, 'new', 0o600)
  expect(home.read('elsewhere/file')).toBe('new')
  expect(lstatSync(link).isSymbolicLink()).toBe(true)
  expect(statSync(file).mode & 0o777).toBe(0o640)
})
