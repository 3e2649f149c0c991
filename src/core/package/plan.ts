// What a resolved package will be on disk: its folder, its files with their modes, what the installer
// leaves beside them, and its line in the lock (registry 2.5, 8.1).

import { fail } from '#spec/errors.ts'
import {
  type FileMap,
  type InstallState,
  type LockEntry,
  type PackageKind,
  specNames,
} from '#spec/package.ts'
import { isUnfinished } from '../name/temporary.ts'
import { hashContent } from './contentHash.ts'
import { sha256Hex } from './digest.ts'
import { checkFlowDefinition } from './flow.ts'
import { unknownKeys } from './lock.ts'
import { checkBundlePath } from './path.ts'
import type { Resolved } from './resolve.ts'
import { folderOf, type PackageSpec, stampInstalled } from './spec.ts'

export interface LoadedPackage {
  spec: PackageSpec
  files: FileMap
  /** Of the files as published. */
  contentHash: string
  /** What the registry says about who published it; '' when it says nothing. */
  publisherKey: string
  signature: string
}

export interface PlannedPackage {
  name: string
  kind: PackageKind
  version: string
  folder: string
  files: FileMap
  state: InstallState
  entry: LockEntry
  spec: PackageSpec
}

export interface PlanContext {
  /** `2026-07-01T12:00:00Z` */
  resolvedAt: string
  /** Base URL of the registry. */
  source: string
  /** What the lock said before. */
  prior: Readonly<Record<string, LockEntry>>
}

/** Throws VALIDATION_ERROR for what must not be installed. */
export function planPackage(
  resolved: Resolved<LoadedPackage>,
  kind: PackageKind,
  context: PlanContext,
): PlannedPackage {
  const { name, version, loaded } = resolved
  const { contentHash } = loaded
  const before = context.prior[name]
  checkUnchanged(name, version, contentHash, before)
  const spec = { ...loaded.spec, kind }
  checkFlowDefinition(spec, version, loaded.files)
  const files = new Map(loaded.files)
  for (const path of files.keys()) checkBundlePath(path)
  const stamped = stampInstalled(spec, { package: name, version, contentHash })
  files.set(specNames[kind], new TextEncoder().encode(stamped))
  return {
    name,
    kind,
    version,
    folder: folderOf(spec.name),
    files,
    state: stateOf(name, version, contentHash, files),
    entry: entryOf(resolved, kind, context),
    spec,
  }
}

/** What a version holds never changes; a registry that says otherwise is not believed. */
function checkUnchanged(
  name: string,
  version: string,
  contentHash: string,
  before: LockEntry | undefined,
): void {
  if (before?.version !== version || !/^[0-9a-f]{64}$/.test(before.content_hash)) return
  if (before.content_hash !== contentHash)
    throw fail(
      'VALIDATION_ERROR',
      `Cannot install "${name}@${version}": its content is not what buttons-lock.json recorded ` +
        '(content hash mismatch); published versions are immutable',
    )
}

function stateOf(name: string, version: string, contentHash: string, files: FileMap): InstallState {
  // As a look at the folder would have it, which leaves out what looks unfinished.
  const counted = new Map([...files].filter(([path]) => !isUnfinished(baseOf(path))))
  const hashes = [...counted].map(([path, data]) => [path, sha256Hex(data)])
  return {
    content_hash: contentHash,
    installed_hash: hashContent(counted),
    package: name,
    version,
    files: Object.fromEntries(hashes) as Record<string, string>,
  }
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function entryOf(
  { name, requested, version, loaded }: Resolved<LoadedPackage>,
  kind: PackageKind,
  { resolvedAt, source, prior }: PlanContext,
): LockEntry {
  const { contentHash, publisherKey, signature, spec } = loaded
  return {
    kind,
    requested,
    version,
    content_hash: contentHash,
    installed_name: spec.name,
    resolved_at: resolvedAt,
    source,
    ...(publisherKey !== '' && { publisher_key: publisherKey, signature }),
    ...unknownKeys(prior[name]),
  }
}

/** Throws VALIDATION_ERROR when two packages want one folder, be it as button and as drawer. */
export function checkFolders(packages: readonly { name: string; folder: string }[]): void {
  const owners = new Map<string, string>()
  for (const { name, folder } of packages) {
    const other = owners.get(folder)
    if (other !== undefined)
      throw fail(
        'VALIDATION_ERROR',
        `dependencies ${other} and ${name} both install as "${folder}"`,
      )
    owners.set(folder, name)
  }
}

/** The mode of an installed file; what the archive says does not count. */
export function modeOf(kind: PackageKind, path: string): number {
  const program = kind === 'button' ? path.startsWith('main.') : !path.endsWith('.json')
  return program ? 0o700 : 0o600
}
