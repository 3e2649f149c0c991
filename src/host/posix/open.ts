// Chooses the system calls of this machine: libc on Linux, node:fs elsewhere.

import { openLibc } from './libc.ts'
import type { Posix } from './posix.ts'

export function openPosix(): Posix {
  if (process.platform === 'linux') {
    try {
      return openLibc(process.arch === 'arm64' ? 'aarch64' : 'x86_64')
    } catch {
      // A libc without these calls: node:fs serves as well, a little slower.
    }
  }
  return (require('./node.ts') as typeof import('./node.ts')).openNodePosix()
}
