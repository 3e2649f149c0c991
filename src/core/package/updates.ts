// What there is to update: one row per package, decided from what is wanted, locked, on disk and
// published (registry 10.1), and what an update may do unasked (10.4).

import { floating, type IndexRow, type Lock, type LockEntry, type Manifest } from '#spec/package.ts'
import { editedReason, type PackageReport } from '#spec/updates.ts'
import { compareText } from '../expr/textOrder.ts'
import { compareVersions } from './version.ts'

export interface Wanted {
  name: string
  requested: string
  locked?: LockEntry
}

/** Every package a project has to do with, by name. */
export function listWanted({ dependencies }: Manifest, lock: Lock): Wanted[] {
  const names = new Set([...Object.keys(dependencies), ...Object.keys(lock.dependencies)])
  return [...names].sort(compareText).map((name) => {
    const locked = lock.dependencies[name]
    const requested = dependencies[name] ?? locked?.requested ?? floating
    return { name, requested, ...(locked && { locked }) }
  })
}

/** How a package looks on disk. */
export interface Look {
  missing: boolean
  edited: boolean
}

/** What the lock and the disk say; the registry is not asked. */
export function startRow({ name, requested, locked }: Wanted, look: Look): PackageReport {
  const pinned = requested !== floating
  const missing = look.missing && (locked !== undefined || pinned)
  return {
    name: locked?.installed_name ?? name.slice(name.lastIndexOf('/') + 1),
    kind: locked?.kind ?? 'button',
    package_name: name,
    requested,
    ...(pinned && { pinned }),
    ...(locked && { current_version: locked.version, current_hash: locked.content_hash }),
    ...(missing && { missing }),
    // What was never installed is an update, unless somebody wants one version only.
    update_available: !locked && !pinned,
    ...(look.edited && { skipped: true, skip_reason: editedReason }),
  }
}

/** The row with what the registry says about the newest version. */
export function completeRow(
  row: PackageReport,
  latest: IndexRow & { kind: 'button' | 'drawer' },
  current: IndexRow | undefined,
): PackageReport {
  const newer =
    row.current_version === undefined || compareVersions(row.current_version, latest.version) < 0
  return {
    ...row,
    kind: latest.kind,
    latest_version: latest.version,
    ...(latest.sha256 && { latest_hash: latest.sha256 }),
    ...(latest.content_hash && { latest_content_hash: latest.content_hash }),
    ...(current?.yanked && { yanked: true }),
    update_available: !row.pinned && newer,
  }
}

/** Whether an update has something to do for a row. */
export function needsUpdate(row: PackageReport): boolean {
  if (row.pinned || row.skipped || row.error !== undefined) return false
  return row.update_available || row.missing === true
}

export interface PassiveState {
  /** `buttons-auto-update` */
  packages: boolean
  /** `cli-auto-update` */
  binary: boolean
  /** The registry wants a newer program. */
  forced: boolean
  /** Since the last look for a newer program; undefined when there was none. */
  sinceCheckMs: number | undefined
}

export interface PassivePlan {
  packages: boolean
  binary: boolean
}

const checkPauseMs = 6 * 3600 * 1000

/** What may be updated unasked; undefined for nothing. The time is noted when `binary` is. */
export function planPassive(state: PassiveState): PassivePlan | undefined {
  const wantsBinary = state.binary || state.forced
  const recent = state.sinceCheckMs !== undefined && state.sinceCheckMs < checkPauseMs
  const binary = wantsBinary && (state.forced || !recent)
  return binary || state.packages ? { packages: state.packages, binary } : undefined
}
