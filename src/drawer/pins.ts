// What a run may press, as it was when the run began: whoever resumes it can tell what has changed.

import { targetsOf } from '#core/drawer/neighbours.ts'
import type { Drawer } from '#spec/drawer.ts'
import { Failure } from '#spec/errors.ts'
import type { Target } from '#spec/run.ts'
import type { StoredDrawer } from '#store/store.ts'
import type { Tree } from './tree.ts'

/** Hashes by `button/NAME` and `drawer/NAME`: the drawer itself and everything it reaches. */
export async function pinTargets(
  drawer: Drawer,
  tree: Tree,
  hash: (target: Target) => Promise<string>,
): Promise<Record<string, string>> {
  const pinned: Record<string, string> = {}
  const pin = async (kind: Target['kind'], name: string) => {
    const known = `${kind}/${name}` in pinned
    if (!known) pinned[`${kind}/${name}`] = await hash({ kind, name })
    return !known
  }
  const visit = async (one: Drawer) => {
    const { buttons, drawers } = targetsOf(one)
    for (const name of buttons) await pin('button', name)
    for (const name of drawers) {
      const stored = (await pin('drawer', name)) ? await find(name, tree) : undefined
      if (stored) await visit(stored.drawer)
    }
  }
  await pin('drawer', drawer.name)
  await visit(drawer)
  return pinned
}

// One that cannot be read is told by the step that needs it, if it comes to that.
async function find(name: string, { findDrawer }: Tree): Promise<StoredDrawer | undefined> {
  try {
    return await findDrawer(name)
  } catch (error) {
    if (error instanceof Failure) return undefined
    throw error
  }
}
