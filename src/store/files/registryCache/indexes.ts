// The last index of an origin: one file with a line about it and its bytes. The time of the file is
// when the origin last confirmed it, so that an unchanged index need not be written again.

import { parseJson } from '#core/text/json.ts'
import { isObject } from '#core/drawer/json.ts'
import { storageReason } from '#core/text/storage.ts'
import { limits } from '#spec/limits.ts'
import type { Host } from '#host/host.ts'
import { sha256Hex } from '../../sha256.ts'
import type { KeptIndex } from '../../registryCache.ts'

const headBytes = 4096

/** Undefined when there is none, or one that was damaged. */
export function findIndex({ files }: Host, path: string): KeptIndex | undefined {
  try {
    const stat = files.stat(path)
    const bytes = files.find(path, limits.indexBytes + headBytes)
    if (!stat || !bytes) return undefined
    const end = bytes.indexOf(0x0a)
    const head = parseJson(new TextDecoder().decode(bytes.subarray(0, end)))
    if (end < 0 || !head.ok || !isObject(head.value)) return undefined
    const { etag, sha256 } = head.value
    const body = bytes.subarray(end + 1)
    if (typeof etag !== 'string' || sha256 !== sha256Hex(body)) return undefined
    const checkedMs = Number(stat.mtimeNs / 1_000_000n)
    return { etag, text: new TextDecoder().decode(body), checkedMs }
  } catch {
    return undefined
  }
}

export function keepIndex(
  { files, clock }: Host,
  path: string,
  { etag, text }: Omit<KeptIndex, 'checkedMs'>,
  warn: (message: string) => void,
): void {
  try {
    files.makeDirectory(path.slice(0, path.lastIndexOf('/')), 0o700)
    const head = JSON.stringify({ etag, sha256: sha256Hex(text) })
    files.replace(path, `${head}\n${text}`, 0o600)
    files.touch(path, clock.now())
  } catch (error) {
    warn(`Cannot keep the index of the origin: ${storageReason(error)}`)
  }
}

export function confirmIndex({ files, clock }: Host, path: string): void {
  try {
    files.touch(path, clock.now())
  } catch {
    // It was removed, or belongs to somebody else now: after a restart it counts as older.
  }
}
