// The note that says a change of packages is under way. While it lies there, the old state is what
// counts: whoever finds it after a crash puts everything back (registry 8.3).

import * as v from 'valibot'
import { guard } from '#core/text/storage.ts'
import type { Host } from '#host/host.ts'
import { findJson } from '../json.ts'
import { journalPath } from './path.ts'

const journalSchema = v.looseObject({
  /** The folder below the data directory that holds what comes and what goes. */
  staging: v.pipe(v.string(), v.regex(/^\.staging-[0-9a-f]+$/)),
  moves: v.array(
    v.looseObject({
      /** Below the data directory: `buttons/hello`. */
      path: v.pipe(v.string(), v.regex(/^(?:buttons|drawers)\/[a-z0-9-]+$/)),
      /** Whether something was there before. */
      had: v.boolean(),
      /** Whether something is put there; else it is only taken away. */
      comes: v.boolean(),
    }),
  ),
  /** The texts of manifest and lock as they were; null for a file that was not there. */
  files: v.record(v.string(), v.nullable(v.string())),
})

export type Journal = v.InferOutput<typeof journalSchema>

/** Throws STORAGE_ERROR for one that cannot be read. */
export function findJournal(host: Host, dataDirectory: string): Journal | undefined {
  return findJson(host, journalPath(dataDirectory), journalSchema)
}

/** On disk when this returns. */
export function writeJournal(host: Host, dataDirectory: string, journal: Journal): void {
  guard('Cannot begin the change', () => {
    host.files.replace(journalPath(dataDirectory), JSON.stringify(journal, null, 2), 0o600)
    host.files.syncDirectory(dataDirectory)
  })
}

/** What was done counts from here on. */
export function dropJournal(host: Host, dataDirectory: string): void {
  guard('Cannot finish the change', () => {
    for (const part of ['buttons', 'drawers']) host.files.syncDirectory(`${dataDirectory}/${part}`)
    host.files.remove(journalPath(dataDirectory))
    host.files.syncDirectory(dataDirectory)
  })
}
