// Reads a tar archive that lies in memory. Written here and not taken from a library: the bytes are
// capped and complete when they come, so there is nothing to stream, and every rule about hostile
// names and sizes is a line one can see. Unpacks nothing; see artifact.ts.

import { limits } from '#spec/limits.ts'
import { brokenTar } from './broken.ts'
import { blockSize, decodeUtf8, readHeader } from './header.ts'
import { type PaxRecords, readPax } from './pax.ts'

export interface TarEntry {
  /** Undefined when its bytes are no UTF-8. */
  name: string | undefined
  /** Whether it is a regular file; links, directories and devices are not. */
  regular: boolean
  /** A view of the archive's own bytes. */
  data: Uint8Array
}

/** The entries in their order, extended headers applied. Throws VALIDATION_ERROR. */
export function* readTar(archive: Uint8Array): Generator<TarEntry> {
  let [pax, longName]: [PaxRecords, string | undefined | null] = [{}, null]
  for (let at = 0; at < archive.length;) {
    if (archive.length - at < blockSize) throw brokenTar('the archive is cut off')
    const header = readHeader(archive.subarray(at, at + blockSize))
    if (!header) return
    const size = isExtension(header.type) ? header.size : (pax.size ?? header.size)
    const start = at + blockSize
    if (size > archive.length - start) throw brokenTar('the archive is cut off')
    const data = archive.subarray(start, start + size)
    at = start + Math.ceil(size / blockSize) * blockSize
    if (isExtension(header.type)) {
      if (size > limits.tarExtensionBytes) throw brokenTar('an extended header is too long')
      if (header.type === 'x') pax = readPax(data)
      if (header.type === 'L') longName = decodeUtf8(upToNul(data))
      continue
    }
    const name = pax.path !== undefined ? pax.path : longName === null ? header.name : longName
    yield { name: name ?? undefined, regular: isRegular(header.type, name ?? ''), data }
    ;[pax, longName] = [{}, null]
  }
}

/** Headers about the next entry: `x` its PAX records, `L` its name, `K` the target of its link. */
function isExtension(type: string): boolean {
  return type === 'x' || type === 'L' || type === 'K'
}

// In the oldest form a directory is a file whose name ends in a slash.
function isRegular(type: string, name: string): boolean {
  return type === '0' || (type === '\0' && !name.endsWith('/'))
}

function upToNul(data: Uint8Array): Uint8Array {
  const end = data.indexOf(0)
  return end < 0 ? data : data.subarray(0, end)
}
