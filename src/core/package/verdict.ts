// What is known about an installed package: which version it is, who vouches for it, and whether its
// files are still those that were installed.

import type { InstallState, LockEntry, PackageKind } from '#spec/package.ts'
import { compareText } from '../expr/textOrder.ts'
import { publisherId } from './publisher.ts'

/**
 * `other`: the folder holds another version than the lock says. `unmanaged`: no installer made it, so
 * nothing can be said about its files.
 */
export type FilesState = 'intact' | 'edited' | 'missing' | 'other' | 'unmanaged'

export interface Verdict {
  name: string
  kind: PackageKind
  installed_name: string
  version: string
  requested: string
  content_hash: string
  resolved_at: string
  source?: string
  files: FilesState
  /** Paths that were edited; absent where the installer noted only one hash for all. */
  changes?: { added: string[]; changed: string[]; removed: string[] }
  signature: 'valid' | 'invalid' | 'none'
  publisher?: { device_id: string; key: string }
  /** Nothing speaks against it: the files are as installed, and no signature is wrong. */
  ok: boolean
}

export interface Evidence {
  exists: boolean
  state: InstallState | undefined
  /** Of the folder as it is. */
  hash: string
  fileHashes: Readonly<Record<string, string>>
  /** Whether the signature in the lock is that of the key in the lock; undefined without one. */
  signed: boolean | undefined
}

export function makeVerdict(name: string, entry: LockEntry, evidence: Evidence): Verdict {
  const { kind, installed_name, version, requested, content_hash, resolved_at, source } = entry
  const files = judgeFiles(entry, evidence)
  const signature = evidence.signed === undefined ? 'none' : evidence.signed ? 'valid' : 'invalid'
  const recorded = files === 'edited' ? evidence.state?.files : undefined
  const key = entry.publisher_key
  return {
    name,
    kind,
    installed_name,
    version,
    requested,
    content_hash,
    resolved_at,
    ...(source !== undefined && { source }),
    files,
    ...(recorded && { changes: compareFiles(recorded, evidence.fileHashes) }),
    signature,
    ...(key !== undefined && { publisher: { device_id: publisherId(key), key } }),
    ok: files === 'intact' && signature !== 'invalid',
  }
}

function judgeFiles({ content_hash }: LockEntry, { exists, state, hash }: Evidence): FilesState {
  if (!exists) return 'missing'
  if (!state || state.installed_hash === '') return 'unmanaged'
  if (state.content_hash !== '' && state.content_hash !== content_hash) return 'other'
  return state.installed_hash === hash ? 'intact' : 'edited'
}

function compareFiles(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
) {
  const sorted = (paths: string[]) => paths.sort(compareText)
  const has = (files: object, path: string) => Object.hasOwn(files, path)
  return {
    added: sorted(Object.keys(now).filter((path) => !has(before, path))),
    changed: sorted(
      Object.keys(now).filter((path) => has(before, path) && before[path] !== now[path]),
    ),
    removed: sorted(Object.keys(before).filter((path) => !has(now, path))),
  }
}
