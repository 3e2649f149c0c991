// One change of one drawer: planned on a copy, or done under the lock. Both go through the same
// function, so a plan refuses what the act itself would refuse.

import { sortKeys, type JsonObject } from '#core/drawer/json.ts'
import type { AuthorContext } from './context.ts'
import { getDrawer } from './find.ts'

/** `plan` changes nothing. */
export type Act = 'plan' | 'do'

export interface Edited<T> {
  /** Slug of the drawer. */
  name: string
  /** What was, or would be, done. */
  effect: T
  /** The whole file afterwards, keys sorted. */
  file: JsonObject
}

/** Throws NOT_FOUND, STORAGE_ERROR, and what `change` throws; the file is then as before. */
export async function editDrawer<T>(
  name: string,
  act: Act,
  context: AuthorContext,
  change: (file: JsonObject) => T,
): Promise<Edited<T>> {
  const { drawers } = context.store
  const found = await getDrawer(name, context.store)
  const slug = found.drawer.name
  if (act === 'plan') {
    const file = structuredClone(found.file)
    const effect = change(file)
    return { name: slug, effect, file: sortKeys(file) as JsonObject }
  }
  let effect: { value: T } | undefined
  const stored = await drawers.update(slug, (file) => void (effect = { value: change(file) }))
  await logChange('edit', slug, context)
  return { name: slug, effect: effect!.value, file: sortKeys(stored.file) as JsonObject }
}

/** The deed is done by then, so a log that cannot be written is a warning. */
export async function logChange(
  action: 'create' | 'edit' | 'delete',
  name: string,
  context: AuthorContext,
): Promise<void> {
  try {
    await context.store.lifecycle.logChange({ action, target: { kind: 'drawer', name } })
  } catch (error) {
    context.warn((error as Error).message)
  }
}
