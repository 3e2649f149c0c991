// Packages on disk and on the wire: manifest, lock, install state, the rows of an index, and what
// the commands about packages answer. Schemas check JSON types only; core/package judges values.

import * as v from 'valibot'

export const packageKinds = ['button', 'drawer'] as const
export type PackageKind = (typeof packageKinds)[number]

/** The request that means "the newest version there is". Every other request is a number. */
export const floating = 'latest'

/** The version written into buttons.json and buttons-lock.json, and the only one understood. */
export const packageFileVersion = 1

export const manifestFileSchema = v.looseObject({
  schema_version: v.nullish(v.number()),
  dependencies: v.nullish(v.record(v.string(), v.string())),
})

export const lockEntrySchema = v.looseObject({
  kind: v.picklist(packageKinds),
  requested: v.string(),
  version: v.string(),
  content_hash: v.pipe(v.string(), v.nonEmpty()),
  installed_name: v.pipe(v.string(), v.nonEmpty()),
  resolved_at: v.pipe(v.string(), v.nonEmpty()),
  source: v.optional(v.string()),
  publisher_key: v.optional(v.string()),
  signature: v.optional(v.string()),
})

export const lockFileSchema = v.looseObject({
  schema_version: v.nullish(v.number()),
  dependencies: v.nullish(v.record(v.string(), lockEntrySchema)),
})

export const installStateSchema = v.looseObject({
  content_hash: v.optional(v.string(), ''),
  installed_hash: v.optional(v.string(), ''),
  package: v.optional(v.string()),
  version: v.optional(v.string()),
  files: v.optional(v.record(v.string(), v.string())),
})

export const indexRowSchema = v.looseObject({
  name: v.string(),
  kind: v.nullish(v.string()),
  version: v.string(),
  tags: v.nullish(v.array(v.string())),
  sha256: v.nullish(v.string()),
  content_hash: v.nullish(v.string()),
  yanked: v.nullish(v.boolean()),
  publisher_key: v.nullish(v.string()),
  signature: v.nullish(v.string()),
})

/** Requests by package name: what a project wants, or what a package requires. */
export type Requests = Record<string, string>

export interface Manifest {
  dependencies: Requests
  /** Top-level keys nobody here knows, as they stand in the file. */
  others: Record<string, unknown>
}

/** One resolved package. Keys nobody here knows are kept in it. */
export interface LockEntry {
  kind: PackageKind
  requested: string
  version: string
  /** Of the files as published. */
  content_hash: string
  installed_name: string
  resolved_at: string
  source?: string
  /** Base64 of the publisher's public key, pinned when a signed version was first installed. */
  publisher_key?: string
  /** The publisher's signature of this version. */
  signature?: string
}

export interface Lock {
  dependencies: Record<string, LockEntry>
  others: Record<string, unknown>
}

/** What the installer wrote into a package's folder; '' where an older one wrote nothing. */
export interface InstallState {
  content_hash: string
  installed_hash: string
  package?: string
  version?: string
  /** SHA-256 of each file as installed, by path. */
  files?: Record<string, string>
}

/** One published version, as a registry lists it. */
export interface IndexRow {
  name: string
  kind: string
  version: string
  tags: string[]
  /** Of the archive; '' when the registry does not say. */
  sha256: string
  content_hash: string
  yanked: boolean
  publisher_key: string
  signature: string
}

/** The files of a package by path relative to its folder. */
export type FileMap = ReadonlyMap<string, Uint8Array>

/** The file that an installer leaves in a folder, and by which it knows the folder as its own. */
export const installStateName = '.buttons-install-state.json'

/** The file with the normal form of a flow drawer. */
export const flowDefinitionName = 'flow-definition.json'

export const specNames = {
  button: 'button.json',
  drawer: 'drawer.json',
} as const satisfies Record<PackageKind, string>
