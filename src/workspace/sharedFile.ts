// Changes text files that people own beside us: everything that is not ours is kept byte for byte,
// and nothing outside the project is ever written, whatever links lie in it.

import { fail } from '#spec/errors.ts'
import { guard } from '#core/text/storage.ts'
import type { Host } from '#host/host.ts'
import { parentOf } from './paths.ts'

export interface SharedFile {
  path: string
  /** Links may lead anywhere below this directory. */
  root: string
  /** Of a new file; an existing one keeps its own. */
  mode: number
}

/**
 * Writes what `edit` makes of the text (undefined when there is no file) unless it is the same.
 * Throws STORAGE_ERROR, or VALIDATION_ERROR for a file that is not ours to write.
 */
export function editSharedFile<T extends { text: string }>(
  host: Host,
  file: SharedFile,
  edit: (text: string | undefined) => T,
): T {
  const { path, mode } = file
  checkInside(host, file)
  const before = readText(host, path)
  const edited = edit(before)
  if (edited.text !== before) {
    guard(`Cannot write "${path}"`, () => {
      host.files.makeDirectory(parentOf(path), 0o750)
      host.files.replace(path, edited.text, mode)
    })
  }
  return edited
}

/** Fails when a link on the way, or the file itself as a link, leads out of the project. */
function checkInside(host: Host, { path, root }: SharedFile): void {
  const refuse = (why: string) => fail('VALIDATION_ERROR', `Cannot update "${path}": ${why}`)
  const inside = host.files.resolveLinks(root) ?? root
  const target = guard(`Cannot look at "${path}"`, () => resolveExisting(host, path))
  if (target === undefined) throw refuse('it is a link to nowhere')
  if (!`${target}/`.startsWith(inside === '/' ? '/' : `${inside}/`))
    throw refuse(`it leads out of the project, to "${target}"`)
}

/** The real path of what is there: the file, else the nearest folder above it. */
function resolveExisting(host: Host, path: string): string | undefined {
  if (host.files.linkStat(path)) return host.files.resolveLinks(path)
  return resolveExisting(host, parentOf(path))
}

/** Text that cannot be decoded could not be written back as it was. */
function readText(host: Host, path: string): string | undefined {
  const bytes = guard(`Cannot read "${path}"`, () => host.files.find(path))
  if (bytes === undefined) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw fail('VALIDATION_ERROR', `Cannot update "${path}": it is not UTF-8 text`)
  }
}
