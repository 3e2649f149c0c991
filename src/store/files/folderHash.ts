// What a target's folder holds, in two depths: a hash of every byte (buttons.md 3.8), and a
// fingerprint of names, sizes and times that costs a few stat calls.

import { compareText } from '#core/expr/textOrder.ts'
import { isUnfinished } from '#core/name/temporary.ts'
import type { Host } from '#host/host.ts'

/** SHA-256 over path, length and bytes of every regular file, but for records and install state. */
export function hashFolder(host: Host, directory: string): string {
  const hash = new Bun.CryptoHasher('sha256')
  for (const path of listFiles(host, directory)) {
    const full = `${directory}/${path}`
    const bytes = host.files.find(full, Number.MAX_SAFE_INTEGER) ?? new Uint8Array()
    hash.update(`${path}\0${bytes.length}\0`)
    hash.update(bytes)
  }
  return hash.digest('hex')
}

/** A short text that changes whenever one of the hashed files is written, added or removed. */
export function fingerprintFolder(host: Host, directory: string): string {
  let looks = ''
  for (const path of collectFiles(host, directory).sort()) {
    const stat = host.files.linkStat(`${directory}/${path}`)
    looks += `${path}\0${stat?.size}\0${stat?.mtimeNs}\0${stat?.inode}\0`
  }
  return Bun.hash(looks).toString(16)
}

/** SHA-256 of each of these files, by path. */
export function hashFiles(host: Host, directory: string): Record<string, string> {
  const hashes = listFiles(host, directory).map((path) => {
    const bytes = host.files.find(`${directory}/${path}`, Number.MAX_SAFE_INTEGER)
    return [path, Bun.CryptoHasher.hash('sha256', bytes ?? '', 'hex')]
  })
  return Object.fromEntries(hashes) as Record<string, string>
}

/** Relative paths in the order of their bytes. */
function listFiles(host: Host, directory: string): string[] {
  return collectFiles(host, directory).sort(compareText)
}

function collectFiles(host: Host, directory: string): string[] {
  const paths: string[] = []
  const collect = (below: string) => {
    for (const { name, kind } of host.files.list(`${directory}/${below}`)) {
      const path = below + name
      if (kind === 'directory' && path !== 'pressed') collect(`${path}/`)
      else if (kind === 'file' && counts(path, name)) paths.push(path)
    }
  }
  collect('')
  return paths
}

// What the installer, a Mac and killed commands leave behind is no content.
function counts(path: string, name: string): boolean {
  if (path === '.buttons-install-state.json' || name === '.DS_Store') return false
  return !name.startsWith('._') && !isUnfinished(name)
}
