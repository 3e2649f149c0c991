// What is decided about updating the program itself: who looks after it, which file it is, and what
// its checksum must be.

import { fail } from '#spec/errors.ts'

export type Keeper = 'homebrew' | 'npm' | 'us'

/** Who put an executable where it is, by its path with every link resolved. */
export function keeperOf(path: string): Keeper {
  if (/\/Cellar\/|^\/opt\/homebrew\//.test(path) || path.includes('/opt/homebrew/'))
    return 'homebrew'
  return path.includes('/node_modules/') ? 'npm' : 'us'
}

const architectures: Readonly<Record<string, string>> = { amd64: 'x86_64', arm64: 'arm64' }

/** `buttons_1.5.0_linux_x86_64.tar.gz` */
export function assetName(version: string, { os, arch }: { os: string; arch: string }): string {
  return `buttons_${version}_${os}_${architectures[arch] ?? arch}.tar.gz`
}

export const checksumsName = 'checksums.txt'

/** The hash of a file in lines of `<sha256>  <file>`. Throws VALIDATION_ERROR without one. */
export function findChecksum(text: string, file: string): string {
  for (const line of text.split('\n')) {
    const [hash, name, ...more] = line.trim().split(/\s+/)
    if (name === file && more.length === 0 && /^[0-9a-fA-F]{64}$/.test(hash!))
      return hash!.toLowerCase()
  }
  throw fail('VALIDATION_ERROR', `Cannot verify "${file}": ${checksumsName} does not list it`)
}
