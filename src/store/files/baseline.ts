// Remembers how a target's folder looked when its hash was last known, so that a press can tell with
// a few stat calls that nobody edited it by hand: neither its hash nor the types in its spec nor its
// instructions have to be looked at again then.

import { parseJson } from '#core/text/json.ts'
import type { Host } from '#host/host.ts'
import { fingerprintFolder } from './folderHash.ts'
import { isPlain } from './instructions.ts'

export interface Baseline {
  /** What was known of the folder, if it looks as it did. */
  find(): Known | undefined
  /** Makes the look of the moment this was opened the known one. */
  remember(): void
}

interface Known {
  fingerprint: string
  /** Nobody has written instructions. */
  plain?: boolean
}

/** Beside the records, since those are no part of what is compared. Apps have no such place. */
export function openBaseline(host: Host, directory: string): Baseline {
  const path = `${directory}/pressed/.baseline`
  const fingerprint = fingerprintFolder(host, directory)
  return {
    find: () => {
      const json = parseJson(host.files.findText(path) ?? '')
      const known = json.ok ? (json.value as Partial<Known> | null) : undefined
      return known?.fingerprint === fingerprint ? (known as Known) : undefined
    },
    remember: () => {
      // Never made here: a folder that was deleted meanwhile must not come back.
      if (host.files.stat(`${directory}/pressed`)?.kind !== 'directory') return
      const known: Known = { fingerprint, plain: isPlain(host, directory) }
      host.files.replace(path, JSON.stringify(known), 0o600)
    },
  }
}

/** Looks at a folder once per press: when it begins, for both who want to know. */
export interface Looks {
  /** What is known of the folder, if it looks as it did when it was last read and logged. */
  find(directory: string): Known | undefined
  /** Whether something is known; an answer of when the press began is given again, once. */
  wasKnown(directory: string): boolean
}

export function openLooks(host: Host): Looks {
  const seen = new Set<string>()
  const find = (directory: string) => {
    try {
      const known = openBaseline(host, directory).find()
      if (known) seen.add(directory)
      return known
    } catch {
      return undefined
    }
  }
  return {
    find,
    wasKnown: (directory) => seen.delete(directory) || find(directory) !== undefined,
  }
}
