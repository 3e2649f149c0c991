// What `status` and `update` answer (cli.md 6, registry 9.5).

import type { PackageKind } from './package.ts'

export interface BinaryReport {
  current: string
  latest?: string
  min_required?: string
  /** The registry wants a newer program than this one. */
  forced?: boolean
  update_available: boolean
  /** A package manager looks after the executable. */
  homebrew_managed?: boolean
  npm_managed?: boolean
  error?: string
}

export interface PackageReport {
  name: string
  kind?: PackageKind
  package_name: string
  requested?: string
  pinned?: boolean
  current_version?: string
  latest_version?: string
  /** Of the content. */
  current_hash?: string
  /** Of the archive: not to be compared with `current_hash`. */
  latest_hash?: string
  latest_content_hash?: string
  /** The installed version was taken back by its publisher. */
  yanked?: boolean
  /** Wanted or locked, but not on disk. */
  missing?: boolean
  update_available: boolean
  skipped?: boolean
  skip_reason?: string
  updated?: boolean
  error?: string
}

export interface UpdateReport {
  binary?: BinaryReport
  buttons: PackageReport[]
  update_available: boolean
}

export interface AppliedUpdates extends UpdateReport {
  updated_binary: boolean
  updated_buttons: string[]
}

/** Why an edited package is left alone. */
export const editedReason = 'local files changed since install'
