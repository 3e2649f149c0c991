// Which installed packages somebody changed by hand. They are left alone, and their change is logged
// once.

import { isEdited } from '#core/package/installState.ts'
import { folderOf } from '#core/package/spec.ts'
import { fail } from '#spec/errors.ts'
import type { Lock, LockEntry } from '#spec/package.ts'
import type { PackageLook, PackagePlace } from '#store/packages.ts'
import type { RegistryContext } from './context.ts'

/** Where the lock says a package lies. Throws VALIDATION_ERROR for a name that makes no folder. */
export function placeOf({ kind, installed_name }: LockEntry): PackagePlace {
  return { kind, folder: folderOf(installed_name) }
}

/** Throws VALIDATION_ERROR when the install state cannot be read. */
export function isLookEdited(look: PackageLook, entry: LockEntry): boolean {
  if (look.stateProblem !== undefined)
    throw fail(
      'VALIDATION_ERROR',
      `Cannot read the install state of "${look.directory}": ${look.stateProblem}`,
    )
  return look.exists && isEdited(look.state, entry.content_hash, look.hash)
}

/** The names of edited packages; one whose state cannot be read is none of them. */
export async function findEdited(lock: Lock, context: RegistryContext): Promise<Set<string>> {
  const edited = new Set<string>()
  for (const [name, entry] of Object.entries(lock.dependencies)) {
    const look = await context.store.packages.look(placeOf(entry))
    if (look.stateProblem !== undefined || !isLookEdited(look, entry)) continue
    edited.add(name)
    await logEdit(placeOf(entry), look, context)
  }
  return edited
}

/** An `edit` of origin `file`, unless the latest event about the folder has the same hash. */
export async function logEdit(
  { kind, folder }: PackagePlace,
  look: PackageLook,
  { store }: RegistryContext,
): Promise<void> {
  try {
    const target = `${kind}/${folder}`
    const folder_hash = look.hash()
    const events = await store.lifecycle.list()
    const latest = events.findLast((event) => event.target === target && event.folder_hash)
    if (latest?.folder_hash === folder_hash) return
    await store.lifecycle.append({ action: 'edit', target, folder_hash, origin: 'file' })
  } catch {
    // It is noticed again by the next command that looks.
  }
}
