// Remembers how a target's folder looked when its hash was last known, so that a press can tell with
// a few stat calls that nobody edited it by hand: neither its hash nor the types in its spec have to
// be looked at again then.

import { parseJson } from '#core/text/json.ts'
import type { Host } from '#host/host.ts'
import { fingerprintFolder } from './folderHash.ts'

export interface Baseline {
  /** Whether the folder looks as it did. */
  matches(): boolean
  /** Makes the look of the moment this was opened the known one. */
  remember(): void
}

/** Beside the records, since those are no part of what is compared. Apps have no such place. */
export function openBaseline(host: Host, directory: string): Baseline {
  const path = `${directory}/pressed/.baseline`
  const fingerprint = fingerprintFolder(host, directory)
  return {
    matches: () => {
      const json = parseJson(host.files.findText(path) ?? '')
      return (
        json.ok && (json.value as { fingerprint?: unknown } | null)?.fingerprint === fingerprint
      )
    },
    remember: () => {
      // Never made here: a folder that was deleted meanwhile must not come back.
      if (host.files.stat(`${directory}/pressed`)?.kind !== 'directory') return
      host.files.replace(path, JSON.stringify({ fingerprint }), 0o600)
    },
  }
}

/** Looks at a folder once per press: when it begins, for both who want to know. */
export interface Looks {
  /** Whether the folder looks as it did when it was last read and logged. */
  isKnown(directory: string): boolean
  /** As `isKnown`; an answer that was true when the press began is given again, once. */
  wasKnown(directory: string): boolean
}

export function openLooks(host: Host): Looks {
  const known = new Set<string>()
  const isKnown = (directory: string) => {
    try {
      const matches = openBaseline(host, directory).matches()
      if (matches) known.add(directory)
      return matches
    } catch {
      return false
    }
  }
  return { isKnown, wasKnown: (directory) => known.delete(directory) || isKnown(directory) }
}
