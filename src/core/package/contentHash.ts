// The hash of a set of files (registry 6.2): what a package is, whoever packed it. Not to be
// compared with the hash of its archive, which differs between compressors.

import { createHash } from 'node:crypto'
import type { FileMap } from '#spec/package.ts'
import { compareText } from '../expr/textOrder.ts'

/** Lower-case hex SHA-256 over path, length and bytes of every file, in the order of the paths. */
export function hashContent(files: FileMap): string {
  const hash = createHash('sha256')
  for (const name of [...files.keys()].sort(compareText)) {
    const data = files.get(name)!
    hash.update(`${name}\0${data.length}\0`).update(data)
  }
  return hash.digest('hex')
}
