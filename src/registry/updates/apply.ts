// `buttons update` for packages: every row that has something newer is resolved by itself, so that
// one bad package keeps no other back, and all of them are put in place in one transaction.

import { asksForMore, type Sheet } from '#core/package/permissions.ts'
import { needsUpdate } from '#core/package/updates.ts'
import { fail } from '#spec/errors.ts'
import type { Lock, Requests } from '#spec/package.ts'
import type { PackageReport } from '#spec/updates.ts'
import type { PackageChange, StagedFolder } from '#store/packages.ts'
import type { RegistryContext } from '../context.ts'
import { findEdited } from '../edits.ts'
import { logPackages } from '../history.ts'
import { busy, type InstallOptions } from '../install.ts'
import { type Prepared, prepare } from '../stage.ts'
import type { Supply } from '../supply.ts'
import type { Checked } from './check.ts'

export interface UpdateOptions extends Pick<InstallOptions, 'agree' | 'acceptNewPublisher'> {
  /** How long to wait for somebody else who changes packages. */
  waitMs: number
}

export interface AppliedPackages {
  rows: PackageReport[]
  /** Installed names. */
  updated: string[]
  sheets: Sheet[]
}

/** Failures stand in their rows. Throws for a lock that cannot be read. */
export async function applyPackages(
  { rows, supply }: Checked,
  options: UpdateOptions,
  context: RegistryContext,
): Promise<AppliedPackages> {
  const due = rows.filter(needsUpdate)
  if (due.length === 0 || !supply) return { rows, updated: [], sheets: [] }
  const begun = await context.store.packages.begin(options.waitMs)
  if (!begun) throw busy()
  try {
    const batch = await prepareAll(due, supply, options, context)
    const results = await finish(batch, begun, options, context)
    const changed = rows.map((row) => results.get(row) ?? row)
    const updated = changed.filter((row) => row.updated).map(({ name }) => name)
    return { rows: changed, updated, sheets: batch.sheets }
  } finally {
    begun.release()
  }
}

interface Batch {
  ready: PackageReport[]
  failed: Map<PackageReport, Error>
  folders: Map<string, StagedFolder>
  lock: Lock
  sheets: Sheet[]
}

async function prepareAll(
  due: readonly PackageReport[],
  supply: Supply,
  { acceptNewPublisher }: UpdateOptions,
  context: RegistryContext,
): Promise<Batch> {
  const { packages } = context.store
  const policies = (await packages.manifest())?.dependencies ?? {}
  const lock = await packages.lock()
  const held = await findEdited(lock, context)
  const batch: Batch = { ready: [], failed: new Map(), folders: new Map(), lock, sheets: [] }
  const acceptsNewPublisher = () => acceptNewPublisher
  const owners = new Map<string, string>()
  for (const row of due) {
    try {
      const roots: Requests = { [row.package_name]: row.requested! }
      const wish = { roots, policies, lock: batch.lock, held, acceptsNewPublisher }
      const order = { ...wish, refresh: true, partial: true, force: false }
      merge(await prepare(order, supply, context), batch, owners)
      batch.ready.push(row)
    } catch (error) {
      batch.failed.set(row, error as Error)
    }
  }
  return batch
}

/** Adds what a row needs. A package that several rows bring is put in place once. */
function merge(prepared: Prepared, batch: Batch, owners: Map<string, string>): void {
  const { packages, folders, entries, sheets } = prepared
  for (const { name, version, folder } of packages) {
    const wanted = `${name}@${version}`
    const other = owners.get(folder)
    if (other !== undefined && other !== wanted)
      throw fail('VALIDATION_ERROR', `Cannot install "${wanted}" as "${folder}": so is "${other}"`)
  }
  for (const { name, version, folder } of packages) owners.set(folder, `${name}@${version}`)
  for (const staged of folders) batch.folders.set(`${staged.kind}/${staged.folder}`, staged)
  batch.lock = { ...batch.lock, dependencies: { ...batch.lock.dependencies, ...entries } }
  const known = new Set(batch.sheets.map((sheet) => sheet.package))
  batch.sheets.push(...sheets.filter((sheet) => !known.has(sheet.package)))
}

async function finish(
  batch: Batch,
  begun: PackageChange,
  { agree }: UpdateOptions,
  context: RegistryContext,
): Promise<Map<PackageReport, PackageReport>> {
  const { ready, failed, folders, lock, sheets } = batch
  const more = sheets.filter(asksForMore)
  if (ready.length > 0 && (!agree || more.length === 0 || (await agree(more)))) {
    try {
      for (const folder of folders.values()) begun.stage(folder)
      await begun.commit({ lock })
      await logPackages(
        { action: 'update', installed: ready.map(({ name }) => name) },
        lock,
        context,
      )
    } catch (error) {
      for (const row of ready.splice(0)) failed.set(row, error as Error)
    }
  } else ready.length = 0
  return new Map([
    ...ready.map((row) => [row, settle(row)] as const),
    ...[...failed].map(([row, { message }]) => [row, { ...row, error: message }] as const),
  ])
}

function settle({ missing: _, ...row }: PackageReport): PackageReport {
  return { ...row, updated: true, update_available: false }
}
