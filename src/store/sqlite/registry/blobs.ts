// Archives as files named after their hash: written whole before any row speaks of them, never
// changed, and removed only when no row does (registry 14.1).

import { guard } from '#core/text/storage.ts'
import { limits } from '#spec/limits.ts'
import type { Host } from '#host/host.ts'
import type { BlobStore } from '../../registry.ts'
import type { Tables } from './registry.ts'

export function openBlobs(
  host: Host,
  directory: string,
  { database, now, write }: Tables,
): BlobStore & { has(sha256: string): boolean } {
  const { files } = host
  const root = `${directory}/blobs`
  const folderOf = (sha256: string) => `${root}/${sha256.slice(0, 2)}`
  const pathOf = (sha256: string) => `${folderOf(sha256)}/${sha256}`
  const isUsed = database.prepare('SELECT 1 FROM packages WHERE sha256 = ? LIMIT 1')
  return {
    has: (sha256) => files.stat(pathOf(sha256)) !== undefined,
    put: async (sha256, bytes) =>
      guard('Cannot keep the archive', () => {
        const folder = folderOf(sha256)
        if (!files.stat(folder)) {
          files.makeDirectory(folder, 0o700)
          files.syncDirectory(root)
          files.syncDirectory(directory)
        }
        // Also when it is there: an old one that nobody uses might just be swept away.
        files.replace(pathOf(sha256), bytes, 0o600)
        files.syncDirectory(folder)
      }),
    find: async (sha256) =>
      guard('Cannot read the archive', () => {
        const path = pathOf(sha256)
        return files.stat(path) && Bun.file(path, { type: 'application/gzip' })
      }),
    // Under the lock of the database: whoever adds a version looks, under the same lock, whether its
    // archive is still there.
    sweep: () =>
      write(() => {
        const old = findOld(host, root, now())
        const unused = old.filter(({ name }) => isUsed.get(name) === null)
        for (const { path } of unused) files.remove(path)
        return unused.length
      }),
  }
}

// A younger one may belong to a publication that is under way, or be half written by one.
function findOld({ files }: Host, root: string, now: number): { name: string; path: string }[] {
  return files
    .list(root)
    .filter(({ kind }) => kind === 'directory')
    .flatMap(({ name: folder }) =>
      files
        .list(`${root}/${folder}`)
        .map(({ name }) => ({ name, path: `${root}/${folder}/${name}` })),
    )
    .filter(({ path }) => {
      const stat = files.stat(path)
      return stat?.kind === 'file' && now - Number(stat.mtimeNs / 1_000_000n) > limits.leftoverMs
    })
}
