// Paths as people type them and as projects lie.

import { fail } from '#spec/errors.ts'
import type { Host } from '#host/host.ts'

/** The path from the root, for a path relative to the caller's directory. Throws VALIDATION_ERROR. */
export function absolute(host: Host, path: string): string {
  if (path.includes('\0')) throw fail('VALIDATION_ERROR', 'Cannot use the path: it contains a NUL')
  return path.startsWith('/') ? path : `${host.cwd === '/' ? '' : host.cwd}/${path}`
}

/** The last part of a path; of `.` or `..` that of the directory it means. */
export function baseName(host: Host, path: string): string {
  const parts = (host.files.resolveLinks(path) ?? path).split('/')
  return parts.findLast((part) => part !== '') ?? ''
}

export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/'
}

/** The directory at or above `from` that holds `.git`, whatever kind of entry that is. */
export function findRepository(host: Host, from: string): string | undefined {
  for (let directory = from; ; directory = parentOf(directory)) {
    if (exists(host, directory === '/' ? '/.git' : `${directory}/.git`)) return directory
    if (directory === '/') return undefined
  }
}

// A directory we may not look into is not known to be a repository.
function exists(host: Host, path: string): boolean {
  try {
    return host.files.linkStat(path) !== undefined
  } catch {
    return false
  }
}
