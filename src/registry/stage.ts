// From requests to folders that are ready to be moved in: resolve, fetch, check, judge. Nothing that
// anybody sees is changed here (registry 8.1, 8.2).

import { judgeFolder } from '#core/package/conflict.ts'
import { formatInstallState } from '#core/package/installState.ts'
import { compareSheets, makeSheet, type Sheet } from '#core/package/permissions.ts'
import {
  checkFolders,
  type LoadedPackage,
  modeOf,
  planPackage,
  type PlannedPackage,
} from '#core/package/plan.ts'
import { checkPublisher } from '#core/package/publisher.ts'
import { type Resolution, type Resolved, resolvePackages } from '#core/package/resolve.ts'
import { deskOf, readSpecText } from '#core/package/spec.ts'
import { formatSecond } from '#core/time/format.ts'
import { fail } from '#spec/errors.ts'
import { installStateName, type Lock, type LockEntry } from '#spec/package.ts'
import { editedReason } from '#spec/updates.ts'
import type { PackageLook, StagedFolder } from '#store/packages.ts'
import type { RegistryContext } from './context.ts'
import { placeOf } from './edits.ts'
import type { Supply } from './supply.ts'

export type Wish = Omit<Resolution<LoadedPackage>, 'index' | 'load'> & {
  /** Replace what is in the way. */
  force: boolean
  /** Whose publisher may be another than before. */
  acceptsNewPublisher(name: string): boolean
}

export interface Skipped {
  name: string
  reason: string
}

export interface Prepared {
  /** Everything resolved, in the order of installation, but for what was skipped. */
  packages: PlannedPackage[]
  /** Those whose folders have to be moved in. */
  folders: StagedFolder[]
  /** By package name; what was skipped keeps the entry it had. */
  entries: Record<string, LockEntry>
  skipped: Skipped[]
  sheets: Sheet[]
}

/** Throws NOT_FOUND, VALIDATION_ERROR, REGISTRY_ERROR or STORAGE_ERROR. */
export async function prepare(
  wish: Wish,
  supply: Supply,
  context: RegistryContext,
): Promise<Prepared> {
  const { index, load } = supply
  const resolved = await resolvePackages({ ...wish, index, load })
  const kept = resolved.flatMap(({ name }) => {
    const entry = wish.held.has(name) ? wish.lock.dependencies[name] : undefined
    return entry ? [[name, entry] as const] : []
  })
  const held = new Set(kept.map(([name]) => name))
  const packages = resolved
    .filter(({ name }) => !held.has(name))
    .map((one) => plan(one, wish, supply, context))
  checkFolders([...packages, ...kept.map(([name, entry]) => ({ name, ...placeOf(entry) }))])
  const looks = await Promise.all(packages.map((one) => context.store.packages.look(one)))
  const owners = ownersOf(wish.lock)
  for (const one of packages) await checkTwin(one, context)
  return {
    packages,
    folders: packages.flatMap((one, at) => stagedFolder(one, looks[at]!, owners, wish.force)),
    entries: Object.fromEntries([
      ...packages.map(({ name, entry }) => [name, entry] as const),
      ...kept,
    ]),
    skipped: kept.map(([name]) => ({ name, reason: editedReason })),
    sheets: packages.map((one, at) => sheetOf(one, looks[at]!)),
  }
}

function plan(
  resolved: Resolved<LoadedPackage>,
  { lock, acceptsNewPublisher }: Wish,
  { index, source }: Supply,
  { host, warn }: RegistryContext,
): PlannedPackage {
  const { name, version } = resolved
  const resolvedAt = formatSecond(host.clock.now())
  const { kind } = index.get(name, version)
  const planned = planPackage(resolved, kind, { resolvedAt, source, prior: lock.dependencies })
  if (!acceptsNewPublisher(name)) checkPublisher(planned, lock.dependencies[name]?.publisher_key)
  if (planned.folder !== name.slice(name.indexOf('/') + 1))
    warn(`"${name}" calls itself "${planned.spec.name}" and is installed under that name`)
  return planned
}

/** Which package the lock has in which folder. */
function ownersOf(lock: Lock): Map<string, string> {
  const places = Object.entries(lock.dependencies).map(([name, entry]) => {
    const { kind, folder } = placeOf(entry)
    return [`${kind}/${folder}`, name] as const
  })
  return new Map(places)
}

/** A button and a drawer may not share a name. */
async function checkTwin(one: PlannedPackage, { store }: RegistryContext): Promise<void> {
  const kind = one.kind === 'button' ? 'drawer' : 'button'
  const twin = await store.packages.look({ kind, folder: one.folder })
  if (twin.spec !== undefined)
    throw fail(
      'VALIDATION_ERROR',
      `Cannot install "${one.name}" as ${one.kind} "${one.folder}": a ${kind} of that name is there`,
    )
}

/** What has to be moved in, unless exactly that is there. */
function stagedFolder(
  planned: PlannedPackage,
  look: PackageLook,
  owners: ReadonlyMap<string, string>,
  force: boolean,
): StagedFolder[] {
  const { kind, folder, files, state } = planned
  const expected = look.exists ? look.hash() : undefined
  const verdict = judgeFolder({
    planned,
    found: expected === undefined ? undefined : { ...look, hash: expected },
    owner: owners.get(`${kind}/${folder}`),
    force,
  })
  if (verdict === 'keep') return []
  const staged = new Map<string, { data: Uint8Array | string; mode: number }>()
  for (const [path, data] of files) staged.set(path, { data, mode: modeOf(kind, path) })
  staged.set(installStateName, { data: formatInstallState(state), mode: 0o600 })
  return [{ kind, folder, expected, files: staged }]
}

/** What a package can do, compared with what lies in its folder. */
function sheetOf({ name, version, spec }: PlannedPackage, look: PackageLook): Sheet {
  const desk = deskOf(name)
  const sheet = makeSheet({ name, desk, version, spec })
  if (look.spec === undefined || !look.state) return sheet
  try {
    const installed = readSpecText(spec.kind, look.spec)
    const from = look.state.version ?? installed.version
    return compareSheets(sheet, makeSheet({ name, desk, version: from, spec: installed }))
  } catch {
    // What cannot be read tells nothing: the package counts as new.
    return sheet
  }
}
