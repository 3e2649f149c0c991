// `buttons add` and `buttons install`: what is wanted is resolved, staged, agreed to, and put in place
// in one transaction together with manifest and lock.

import type { BlockAction } from '#core/agents/managed.ts'
import { checkManifest, emptyManifest } from '#core/package/manifest.ts'
import { parsePackageRequest, type PackageRequest } from '#core/package/name.ts'
import { asksForMore, type Sheet } from '#core/package/permissions.ts'
import { missingBatteries } from '#core/press/requires.ts'
import { fail } from '#spec/errors.ts'
import type { LifecycleEvent } from '#spec/lifecycle.ts'
import { floating, type Lock, type Manifest } from '#spec/package.ts'
import type { PackageChange } from '#store/packages.ts'
import type { RegistryContext } from './context.ts'
import { findEdited } from './edits.ts'
import { loggingFailure, logPackages } from './history.ts'
import { getReadSource, type Source } from './source.ts'
import { type Prepared, prepare, type Skipped } from './stage.ts'
import { openSupply, type Supply } from './supply.ts'

export interface InstallOptions {
  /** Overwrite edited and foreign folders. */
  force: boolean
  acceptNewPublisher: boolean
  /** Asked with what the packages can do, before anything is changed; false ends it there. */
  agree?(sheets: readonly Sheet[]): Promise<boolean>
}

export interface AddOptions extends InstallOptions {
  /** Bring other floating packages up to date, too. */
  refresh: boolean
}

export interface Installed {
  installed: string[]
  skipped: Skipped[]
  missing_batteries: string[]
  permissions: Sheet[]
}

export interface Added extends Installed, PackageRequest {
  agents_md?: BlockAction
}

export interface InstalledTag extends Installed {
  tag: string
  added: string[]
}

/** Undefined when somebody did not agree. Throws what `getReadSource` and `prepare` throw. */
export async function addPackage(
  text: string,
  options: AddOptions,
  context: RegistryContext,
): Promise<Added | undefined> {
  const { name, requested } = parsePackageRequest(text)
  const source = await getReadSource(context)
  const done = await change(source, context, async (work) => {
    const before = (await context.store.packages.manifest()) ?? emptyManifest
    const dependencies = { ...before.dependencies, [name]: requested }
    const event = { action: 'add', package_name: name, requested } as const
    const { refresh } = options
    // Nobody who trusts the new publisher of one package trusts those of the others with it.
    const order = { ...options, refresh, event, only: name, ...work }
    return install({ ...before, dependencies }, order, context)
  })
  if (!done) return undefined
  const agents_md = await context.refreshAgentList()
  return { name, requested, ...done, ...(agents_md && { agents_md }) }
}

/** Installs what the manifest wants, as the lock has it. */
export async function installManifest(
  options: InstallOptions,
  context: RegistryContext,
): Promise<Installed | undefined> {
  const source = await getReadSource(context)
  return change(source, context, async (work) => {
    const manifest = await context.store.packages.manifest()
    if (!manifest) throw noManifest()
    const event = { action: 'install' } as const
    return install(manifest, { ...options, refresh: false, event, ...work }, context)
  })
}

export function noManifest() {
  return fail('NOT_FOUND', 'no .buttons/buttons.json found: nothing is wanted yet', {
    hint: 'buttons add @desk/name',
  })
}

/** Adds every package whose newest version carries a tag, and installs. */
export async function installTag(
  tag: string,
  options: InstallOptions,
  context: RegistryContext,
): Promise<InstalledTag | undefined> {
  const source = await getReadSource(context)
  let added: string[] = []
  const done = await change(source, context, async (work) => {
    const supply = await work.supply()
    const tagged = supply.index.latest().filter(({ tags }) => tags.includes(tag))
    if (tagged.length === 0)
      throw fail('NOT_FOUND', `Cannot install "tag:${tag}": no package has that tag`)
    const before = (await context.store.packages.manifest()) ?? emptyManifest
    added = tagged
      .map(({ name }) => name)
      .filter((name) => before.dependencies[name] === undefined)
      .sort()
    const fresh = Object.fromEntries(added.map((name) => [name, floating]))
    const manifest = { ...before, dependencies: { ...fresh, ...before.dependencies } }
    const event = { action: 'install', package_name: `tag:${tag}`, requested: floating } as const
    return install(manifest, { ...options, refresh: false, event, ...work }, context)
  })
  return done && { tag, added, ...done }
}

export interface Work {
  change: PackageChange
  lock: Lock
  /** The registry, once it is needed. */
  supply(): Promise<Supply>
}

export const busy = () =>
  fail('VALIDATION_ERROR', 'Cannot change packages: another command is changing them', {
    hint: 'Wait until it has ended',
  })

const waitMs = 30_000

/** Runs one change; nobody else changes packages meanwhile. */
async function change<T>(
  source: Source,
  context: RegistryContext,
  act: (work: Work) => Promise<T>,
): Promise<T> {
  const begun = await context.store.packages.begin(waitMs)
  if (!begun) throw busy()
  try {
    const lock = await context.store.packages.lock()
    let supply: Promise<Supply> | undefined
    const open = () => (supply ??= openSupply(source, context))
    return await act({ change: begun, lock, supply: open })
  } finally {
    begun.release()
  }
}

interface Order extends AddOptions, Work {
  /** The one package whose publisher may be new; without it that of each may. */
  only?: string
  event: LifecycleEvent
}

async function install(
  manifest: Manifest,
  order: Order,
  context: RegistryContext,
): Promise<Installed | undefined> {
  checkManifest(manifest)
  const { change: begun, lock, event, force, refresh } = order
  const { dependencies: roots } = manifest
  const prepared = await loggingFailure(event, context, async () => {
    const edited = await findEdited(lock, context)
    const held = force ? new Set<string>() : edited
    const wish = { roots, policies: roots, lock, refresh, held, partial: false, force }
    const acceptsNewPublisher = (name: string) =>
      order.acceptNewPublisher && (order.only === undefined || order.only === name)
    return prepare({ ...wish, acceptsNewPublisher }, await order.supply(), context)
  })
  if (!(await isAgreed(prepared.sheets, order))) return undefined
  for (const folder of prepared.folders) begun.stage(folder)
  const next = { ...lock, dependencies: prepared.entries }
  await begun.commit({ manifest, lock: next })
  const installed = prepared.packages.map(({ spec }) => spec.name)
  await logPackages({ ...event, installed }, next, context)
  return describe(prepared, installed, context)
}

/** Nobody is asked about what can do no more than before. */
async function isAgreed(sheets: readonly Sheet[], { agree }: InstallOptions): Promise<boolean> {
  const more = sheets.filter(asksForMore)
  return agree === undefined || more.length === 0 || agree(more)
}

async function describe(
  { skipped, sheets }: Prepared,
  installed: string[],
  context: RegistryContext,
): Promise<Installed> {
  const batteries = await context.store.batteries.effective()
  const wanted = sheets.flatMap((sheet) => sheet.batteries)
  const missing = missingBatteries({ requires_batteries: wanted }, batteries, context.host.env)
  return {
    installed,
    skipped,
    missing_batteries: [...new Set(missing)].sort(),
    permissions: sheets,
  }
}
