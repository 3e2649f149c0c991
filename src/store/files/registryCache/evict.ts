// Makes room among the archives: those that nobody asked for the longest time go first.

import type { Host } from '#host/host.ts'

/** Some more than needed goes at once, so that the folder is not looked through for every archive. */
const kept = 0.9

interface Found {
  path: string
  size: number
  mtimeNs: bigint
}

/** Removes what is too much, but never `newest`; the bytes that are left. */
export function evict(directory: string, maxBytes: number, newest: string, host: Host): number {
  const found = findAll(directory, host)
  let total = found.reduce((sum, { size }) => sum + size, 0)
  if (total <= maxBytes) return total
  const byAge = found.sort((a, b) => (a.mtimeNs < b.mtimeNs ? -1 : 1))
  for (const { path, size } of byAge) {
    if (total <= maxBytes * kept) break
    if (path === newest) continue
    host.files.remove(path)
    total -= size
  }
  return total
}

function findAll(directory: string, { files }: Host): Found[] {
  return files
    .list(directory)
    .filter(({ kind }) => kind === 'directory')
    .flatMap(({ name }) =>
      files.list(`${directory}/${name}`).map((entry) => `${name}/${entry.name}`),
    )
    .flatMap((name) => {
      const path = `${directory}/${name}`
      const stat = files.linkStat(path)
      // Another process may have been quicker.
      return stat?.kind === 'file' ? [{ path, size: stat.size, mtimeNs: stat.mtimeNs }] : []
    })
}
