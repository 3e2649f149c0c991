// `buttons remove`: a package goes from manifest, lock and disk, unless another one needs it. What it
// brought along stays (registry 9.3).

import type { BlockAction } from '#core/agents/managed.ts'
import { splitPackageName, unscoped } from '#core/package/name.ts'
import { deskOf, findRequirements, readSpecText } from '#core/package/spec.ts'
import { fail } from '#spec/errors.ts'
import type { Lock, LockEntry } from '#spec/package.ts'
import type { Outcome } from '#store/packages.ts'
import type { RegistryContext } from './context.ts'
import { placeOf } from './edits.ts'
import { logPackages } from './history.ts'
import { busy } from './install.ts'

export interface Removed {
  name: string
  removed: string[]
  /** Whose files stay where they are. */
  kept?: string[]
  agents_md?: BlockAction
}

/** The package a text names; a version behind it does not matter. Throws VALIDATION_ERROR. */
export function readRemoval(text: string): string {
  const at = text.lastIndexOf('@')
  const name = at > 0 ? text.slice(0, at) : text
  if (!text.startsWith('@'))
    throw fail(
      'VALIDATION_ERROR',
      `${unscoped(text).message}; buttons delete ${text} deletes a button`,
    )
  if (!splitPackageName(name)) throw unscoped(text)
  return name
}

/** Throws NOT_FOUND, VALIDATION_ERROR or STORAGE_ERROR. */
export async function removePackage(text: string, context: RegistryContext): Promise<Removed> {
  const name = readRemoval(text)
  const { packages } = context.store
  const change = await packages.begin(waitMs)
  if (!change) throw busy()
  let plan: RemovalPlan
  try {
    plan = await planRemoval(name, context)
    await change.commit(plan.outcome)
  } finally {
    change.release()
  }
  const { removed, kept, outcome } = plan
  const event = { action: 'remove', package_name: name, installed: removed } as const
  await logPackages(event, outcome.lock!, context)
  const agents_md = await context.refreshAgentList()
  return { name, removed, ...(kept.length > 0 && { kept }), ...(agents_md && { agents_md }) }
}

const waitMs = 30_000

export interface RemovalPlan {
  removed: string[]
  kept: string[]
  outcome: Outcome
}

/** Throws NOT_FOUND when the manifest does not have the package. */
export async function planRemoval(name: string, context: RegistryContext): Promise<RemovalPlan> {
  const { packages } = context.store
  const before = await packages.manifest()
  if (!before)
    throw fail('NOT_FOUND', `Cannot remove "${name}": nothing to remove, no buttons.json`)
  const { [name]: wanted, ...dependencies } = before.dependencies
  if (wanted === undefined)
    throw fail('NOT_FOUND', `Cannot remove "${name}": it is not a dependency`, {
      hint: 'buttons status shows all packages',
    })
  const manifest = { ...before, dependencies }
  const lock = await packages.lock()
  const entry = lock.dependencies[name]
  if (!entry) return { removed: [], kept: [], outcome: { manifest, lock } }
  if (await isRequired(name, lock, context))
    return { removed: [], kept: [name], outcome: { manifest, lock } }
  const { [name]: _, ...others } = lock.dependencies
  const freed = { manifest, lock: { ...lock, dependencies: others } }
  return planFolder(name, entry, freed, context)
}

/** Only what an installer made is deleted. */
async function planFolder(
  name: string,
  entry: LockEntry,
  freed: Outcome,
  { store }: RegistryContext,
): Promise<RemovalPlan> {
  const place = placeOf(entry)
  const look = await store.packages.look(place)
  if (!look.exists) return { removed: [], kept: [], outcome: freed }
  const foreign = !look.state || (look.state.package ?? name) !== name
  if (foreign) return { removed: [], kept: [name], outcome: freed }
  const remove = [{ ...place, expected: look.hash() }]
  return { removed: [name], kept: [], outcome: { ...freed, remove } }
}

/** Whether another installed package needs this one; a spec nobody can read needs nothing. */
async function isRequired(name: string, lock: Lock, { store }: RegistryContext): Promise<boolean> {
  for (const [other, entry] of Object.entries(lock.dependencies)) {
    if (other === name) continue
    const { spec } = await store.packages.look(placeOf(entry))
    if (spec !== undefined && requires(other, entry, spec, name)) return true
  }
  return false
}

function requires(other: string, { kind }: LockEntry, spec: string, name: string): boolean {
  try {
    return Object.hasOwn(findRequirements(readSpecText(kind, spec), deskOf(other)), name)
  } catch {
    return false
  }
}
