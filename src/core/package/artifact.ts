// The files of a package out of its archive, under the rules for archives from strangers (registry
// 7.2). Everything is refused here, in memory, before anything is written.

import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import { installStateName } from '#spec/package.ts'
import { cleanPath } from './path.ts'
import { brokenTar } from './tar/broken.ts'
import { readTar, type TarEntry } from './tar/read.ts'

/** Files by path relative to the package's folder. Throws VALIDATION_ERROR. */
export function extractFiles(archive: Uint8Array): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  const wrappers = new Set<string>()
  let [count, total] = [0, 0]
  for (const entry of readTar(archive)) {
    const kept = findKept(entry)
    if (!kept) continue
    count++
    total += entry.data.length
    if (count > limits.artifactFiles)
      throw refuse(`too many files: an artifact holds at most ${limits.artifactFiles}`)
    if (total > limits.artifactUnpackedBytes)
      throw refuse(`too large uncompressed: at most ${limits.artifactUnpackedBytes} bytes`)
    wrappers.add(kept.wrapper)
    files.set(kept.path, entry.data)
  }
  if (wrappers.size > 1)
    throw brokenTar(`the artifact has more than one directory: ${[...wrappers].join(', ')}`)
  checkCollisions(files)
  return files
}

function refuse(why: string) {
  return fail('VALIDATION_ERROR', why)
}

interface Kept {
  wrapper: string
  path: string
}

function findKept({ name, regular }: TarEntry): Kept | undefined {
  if (!regular) return undefined
  const whole = cleanPath(name)
  const slash = whole.indexOf('/')
  if (slash < 0) return undefined
  const path = cleanPath(whole.slice(slash + 1))
  return isJunk(path) ? undefined : { wrapper: whole.slice(0, slash), path }
}

/** Files that are no part of a package: records, the installer's own, what a Mac leaves behind. */
export function isJunk(path: string): boolean {
  const base = path.slice(path.lastIndexOf('/') + 1)
  return (
    path === 'pressed' ||
    path.startsWith('pressed/') ||
    path === installStateName ||
    base === '.DS_Store' ||
    base.startsWith('._')
  )
}

/** On some disks two names are one file, or a file would have to be a directory, too. */
function checkCollisions(files: ReadonlyMap<string, unknown>): void {
  const folded = new Map<string, string>()
  for (const path of files.keys()) {
    const other = folded.get(fold(path))
    if (other !== undefined) throw brokenTar(`"${other}" and "${path}" are one name on some disks`)
    folded.set(fold(path), path)
  }
  for (const path of files.keys())
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const parent = folded.get(fold(path.slice(0, end)))
      if (parent !== undefined) throw brokenTar(`"${parent}" is a file and holds "${path}"`)
    }
}

function fold(path: string): string {
  return path.normalize('NFC').toLowerCase().normalize('NFC')
}
