// What a registry of ours keeps and tells: keys, devices, published versions. Times are texts on the
// way out; secrets appear once, in the answer that makes them.

import type { PackageKind } from './package.ts'

export const registryRoles = ['read', 'write', 'admin'] as const
/** Each may do what those before it may. */
export type RegistryRole = (typeof registryRoles)[number]

/** In place of a list of desks: all there are and will be. */
export const everyDesk = '*'

export interface RegistryKey {
  id: string
  role: RegistryRole
  /** `["*"]`, or desks with their `@`. */
  desks: string[]
  label: string
  owner_id: string
  created_at: string
  last_used_at?: string
  revoked_at?: string
}

export interface RegistryDevice {
  device_id: string
  owner_id: string
  /** The one desk it belongs to; absent: any. */
  namespace?: string
  host_kind: string
  /** Under which name it is reached, once it is registered. */
  slug?: string
  enrolled_at: string
  last_seen_at?: string
  revoked_at?: string
}

/** One published version. Never changes, but for `yanked`. */
export interface Release {
  name: string
  kind: PackageKind
  version: number
  description: string
  tags: string[]
  /** Of the archive. */
  sha256: string
  content_hash: string
  size: number
  files: number
  flow: boolean
  /** '' unless it is a flow. */
  flow_definition_sha256: string
  requires: Record<string, string>
  requires_batteries: string[]
  /** Base64 of the key that signed it, and its signature; '' without. */
  publisher_key: string
  signature: string
  /** Id of the registry key it was sent with; '' without one. */
  published_by: string
  published_at: string
}

/** What wakes an agent (registry 10.6). */
export interface PublishedEvent {
  type: 'button.version_published'
  desk: string
  button: { name: string; version: string; kind: PackageKind }
  published_at: string
}
