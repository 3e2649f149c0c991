// Which buttons and drawers git leaves out: one line each in the .gitignore of the data directory.

import { newName, slug } from '#core/name/slug.ts'
import type { Host } from '#host/host.ts'
import type { Store } from '#store/store.ts'
import { addExplainedLine, addIgnoredLine, readPatterns, removeIgnoredLine } from './gitignore.ts'

export interface LinePlan {
  line: string
  /** The file does not say so yet. */
  changes: boolean
}

export interface Ignoring {
  /** All patterns, in the order of the file. Throws STORAGE_ERROR. */
  list(): Promise<string[]>
  /** What ignoring `NAME`, `button/NAME` or `drawer/NAME` means. Throws VALIDATION_ERROR for its name. */
  planAdd(target: string): Promise<LinePlan>
  /** The same for no longer ignoring it. */
  planRemove(target: string): Promise<LinePlan>
  /** False when the line was there. Throws STORAGE_ERROR. */
  add(line: string): Promise<boolean>
  /** False when the line was not there. Throws STORAGE_ERROR. */
  remove(line: string): Promise<boolean>
  /** Keeps a file with secrets out of git. False when it was kept out before. */
  protect(file: string): Promise<boolean>
}

/** `reserved` are the names that only something that exists already may have. */
export function openIgnoring(host: Host, store: Store, reserved: ReadonlySet<string>): Ignoring {
  const { dataDirectory } = store.place
  const list = () => readPatterns(host, dataDirectory)
  return {
    list: async () => list(),
    planAdd: async (target) => {
      const line = ignoreLine(target, (path) =>
        host.files.stat(`${dataDirectory}/${path}`) === undefined ? reserved : new Set(),
      )
      return { line, changes: !list().includes(line) }
    },
    planRemove: async (target) => {
      const line = ignoreLine(target, () => new Set())
      return { line, changes: list().includes(line) }
    },
    add: async (line) => addIgnoredLine(host, dataDirectory, line),
    remove: async (line) => removeIgnoredLine(host, dataDirectory, line),
    protect: async (file) =>
      addExplainedLine(host, dataDirectory, file, 'Secrets stay on this machine'),
  }
}

const folders: Readonly<Record<string, { noun: string; folder: string }>> = {
  'button/': { noun: 'button', folder: 'buttons' },
  'drawer/': { noun: 'drawer', folder: 'drawers' },
}

// What has a reserved name already, from before it was reserved, stays usable.
function ignoreLine(target: string, reservedFor: (path: string) => ReadonlySet<string>): string {
  const prefix = Object.keys(folders).find((start) => target.startsWith(start)) ?? ''
  const { noun, folder } = folders[prefix || 'button/']!
  const name = target.slice(prefix.length)
  return `${folder}/${newName(name, noun, reservedFor(`${folder}/${slug(name)}`))}/`
}
