// Whether a package may take the folder it wants: what lies there may be somebody's own work, another
// package, or an older version of itself (registry 8.2).

import { fail } from '#spec/errors.ts'
import type { InstallState } from '#spec/package.ts'
import type { PlannedPackage } from './plan.ts'

export interface Occupied {
  /** '' hash of nothing: a folder that holds no file is nobody's work. */
  hash: string
  state?: InstallState
  stateProblem?: string
}

export interface Claim {
  planned: Pick<PlannedPackage, 'name' | 'kind' | 'folder' | 'state'>
  /** The folder as it is; undefined when it is free. */
  found: Occupied | undefined
  /** Which package the lock says this folder belongs to. */
  owner: string | undefined
  force: boolean
}

/** `keep`: exactly this is there already. Throws VALIDATION_ERROR when it must not be replaced. */
export function judgeFolder(claim: Claim): 'place' | 'keep' {
  const { planned, found, force } = claim
  if (!found) return 'place'
  if (isThere(planned.state, found)) return 'keep'
  if (force || found.hash === emptyHash) return 'place'
  const why = findObstacle(claim, found)
  if (why === undefined) return 'place'
  throw fail(
    'VALIDATION_ERROR',
    `Cannot install "${planned.name}" as ${planned.kind} "${planned.folder}": ${why}`,
    { hint: 'Rename or remove that folder, or overwrite it with --force' },
  )
}

const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

function isThere(wanted: InstallState, { hash, state }: Occupied): boolean {
  return (
    hash === wanted.installed_hash &&
    state?.installed_hash === wanted.installed_hash &&
    state.content_hash === wanted.content_hash &&
    state.package === wanted.package &&
    state.version === wanted.version
  )
}

function findObstacle({ planned, owner }: Claim, found: Occupied): string | undefined {
  const { hash, state, stateProblem } = found
  if (stateProblem !== undefined)
    return `a folder of that name is there, and its install state cannot be read (${stateProblem})`
  // The same files, put there by hand or before there was a package.
  const same = [planned.state.installed_hash, planned.state.content_hash].includes(hash)
  if (!state) return same ? undefined : 'a folder of that name is there, and no package made it'
  const holder = state.package ?? owner
  if (holder !== undefined && holder !== planned.name) return `package "${holder}" is there`
  // Edits that the lock knows of were sorted out before: these are older than the lock.
  const edited = state.installed_hash !== '' && state.installed_hash !== hash
  const known = owner === planned.name
  return edited && !known && !same ? 'its files were changed since they were installed' : undefined
}
