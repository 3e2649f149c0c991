// The script of `create --file`: its bytes as they are, and the runtime they ask for.

import { inferRuntime } from '#core/button/runtime.ts'
import { firstLine } from '#core/import/draft.ts'
import { storageReason } from '#core/text/storage.ts'
import type { DraftSource } from '#spec/create.ts'
import { fail, Failure } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { Host } from '#host/host.ts'
import { absolute } from './paths.ts'

/** Throws VALIDATION_ERROR for what is missing, a directory or unreadable. */
export function readScript(host: Host, path: string): DraftSource {
  const content = readBytes(host, path, absolute(host, path))
  return { kind: 'code', runtime: inferRuntime(path, firstLine(content)), content }
}

function readBytes(host: Host, shown: string, path: string): Uint8Array {
  const refuse = (why: string, cause?: unknown) =>
    fail('VALIDATION_ERROR', `Cannot read file "${shown}": ${why}`, { cause })
  try {
    const stat = host.files.stat(path)
    if (!stat) throw refuse('no such file')
    if (stat.kind === 'directory') throw refuse('it is a directory')
    if (stat.size > limits.scriptBytes) throw refuse('it is too large')
    // A file is as large as it is; a pipe or a device may never end.
    const most = stat.kind === 'file' ? limits.scriptBytes : limits.jsonFileBytes
    const content = host.files.find(path, most) ?? new Uint8Array()
    if (stat.kind === 'other' && content.length === 0)
      throw refuse('nothing has been written to it yet')
    return content
  } catch (error) {
    if (error instanceof Failure) throw error
    throw refuse(storageReason(error), error)
  }
}
