// `buttons status`: what there is to update, package by package. Asks the registry once, and only when
// some row needs an answer; what goes wrong for one row stands in that row.

import { completeRow, listWanted, type Look, startRow, type Wanted } from '#core/package/updates.ts'
import type { PackageIndex } from '#core/package/rows.ts'
import type { PackageReport } from '#spec/updates.ts'
import type { PackageLook } from '#store/packages.ts'
import type { RegistryContext } from '../context.ts'
import { isLookEdited, logEdit, placeOf } from '../edits.ts'
import { getReadSource } from '../source.ts'
import { openSupply, type Supply } from '../supply.ts'

export interface Checked {
  rows: PackageReport[]
  /** The registry, when it was asked and answered. */
  supply: Supply | undefined
}

/** Throws VALIDATION_ERROR or STORAGE_ERROR for a manifest or lock that cannot be read. */
export async function checkPackages(context: RegistryContext): Promise<Checked> {
  const { packages } = context.store
  const manifest = await packages.manifest()
  if (!manifest) return { rows: [], supply: undefined }
  const wanted = listWanted(manifest, await packages.lock())
  const rows = await Promise.all(wanted.map((one) => lookAtRow(one, context)))
  const open = rows.filter((row) => !row.skipped && row.error === undefined)
  if (open.length === 0) return { rows, supply: undefined }
  const supply = await trySupply(context)
  const complete = (row: PackageReport) => (open.includes(row) ? ask(row, supply) : row)
  return {
    rows: rows.map(complete),
    supply: supply instanceof Error ? undefined : supply,
  }
}

async function lookAtRow(wanted: Wanted, context: RegistryContext): Promise<PackageReport> {
  if (!wanted.locked) return startRow(wanted, { missing: true, edited: false })
  try {
    const look = await context.store.packages.look(placeOf(wanted.locked))
    const seen = describe(look, wanted)
    if (seen.edited) await logEdit(placeOf(wanted.locked), look, context)
    return startRow(wanted, seen)
  } catch (error) {
    const row = startRow(wanted, { missing: false, edited: false })
    return { ...row, error: (error as Error).message }
  }
}

function describe(look: PackageLook, { locked }: Wanted): Look {
  return { missing: look.spec === undefined, edited: isLookEdited(look, locked!) }
}

async function trySupply(context: RegistryContext): Promise<Supply | Error> {
  try {
    return await openSupply(await getReadSource(context), context)
  } catch (error) {
    return error as Error
  }
}

function ask(row: PackageReport, supply: Supply | Error): PackageReport {
  try {
    if (supply instanceof Error) throw supply
    const latest = supply.index.get(row.package_name)
    return completeRow(row, latest, findCurrent(row, supply.index))
  } catch (error) {
    return { ...row, error: (error as Error).message }
  }
}

function findCurrent({ package_name, current_version }: PackageReport, index: PackageIndex) {
  try {
    return current_version === undefined ? undefined : index.get(package_name, current_version)
  } catch {
    return undefined
  }
}
