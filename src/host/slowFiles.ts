// The rare acts on files that need node:fs: whole trees, modes, links, parts of long files.

import * as fs from 'node:fs'
import { HostError } from './host.ts'
import { attempt } from './posix/node.ts'

export function removeTree(path: string): void {
  attempt('remove', path, () => fs.rmSync(path, { recursive: true, force: true }))
}

export function copyTree(from: string, to: string, skip: (path: string) => boolean): void {
  const inside = attempt('resolve', from, () => fs.realpathSync(from))
  copyEntries(from, to, inside, skip)
}

function copyEntries(
  from: string,
  to: string,
  inside: string,
  skip: (path: string) => boolean,
): void {
  for (const entry of attempt('list', from, () => fs.readdirSync(from, { withFileTypes: true }))) {
    const [source, target] = [`${from}/${entry.name}`, `${to}/${entry.name}`]
    if (skip(source)) continue
    if (entry.isDirectory()) {
      attempt('mkdir', target, () => fs.mkdirSync(target, { mode: 0o700 }))
      copyEntries(source, target, inside, skip)
    } else if (entry.isSymbolicLink()) copyLink(source, target, inside)
    else if (entry.isFile()) copyFile(source, target)
    else throw new HostError('EINVAL', 'copy what is neither file nor directory', source)
  }
}

function copyFile(source: string, target: string): void {
  attempt('copy', source, () => {
    fs.copyFileSync(source, target, fs.constants.COPYFILE_EXCL)
    fs.chmodSync(target, fs.statSync(source).mode & 0o100 ? 0o700 : 0o600)
  })
}

// A link that leads out of the tree would mean something else, or somebody else's file, in the copy.
function copyLink(source: string, target: string, inside: string): void {
  const text = attempt('read link', source, () => fs.readlinkSync(source))
  const leadsTo = resolveLinks(source)
  if (text.startsWith('/') || leadsTo === undefined || !leadsTo.startsWith(`${inside}/`))
    throw new HostError('EINVAL', 'copy a link that leads out of its folder', source)
  attempt('link', target, () => fs.symlinkSync(text, target))
}

export function setMode(path: string, mode: number): void {
  attempt('chmod', path, () => fs.chmodSync(path, mode))
}

export function touch(path: string, ms: number): void {
  attempt('touch', path, () => fs.utimesSync(path, ms / 1000, ms / 1000))
}

export function resolveLinks(path: string): string | undefined {
  try {
    return attempt('resolve', path, () => fs.realpathSync(path))
  } catch (error) {
    if ((error as HostError).code === 'ENOENT') return undefined
    throw error
  }
}

export function findPart(path: string, offset: number, maxBytes: number): Uint8Array | undefined {
  try {
    return attempt('read', path, () => readPart(path, offset, maxBytes))
  } catch (error) {
    if ((error as HostError).code === 'ENOENT') return undefined
    throw error
  }
}

function readPart(path: string, offset: number, maxBytes: number): Uint8Array {
  const fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
  try {
    const buffer = new Uint8Array(maxBytes)
    return buffer.subarray(0, fs.readSync(fd, buffer, 0, maxBytes, offset))
  } finally {
    fs.closeSync(fd)
  }
}

export function freeBytes(path: string): number {
  const { bavail, bsize } = attempt('statfs', path, () => fs.statfsSync(path))
  return bavail * bsize
}

export async function flush(path: string): Promise<void> {
  try {
    const file = await fs.promises.open(path, 'r')
    try {
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    throw new HostError((error as NodeJS.ErrnoException).code ?? 'EIO', 'flush', path)
  }
}
