// Which button or drawer a trigger command means. A button wins; a drawer of that name is meant when
// there is no such button.

import { slug } from '#core/name/slug.ts'
import { suggest } from '#core/text/suggest.ts'
import { fail } from '#spec/errors.ts'
import type { Target } from '#spec/run.ts'
import type { Store } from '#store/store.ts'

export interface TriggerOwner {
  target: Target
  /** The file as it stands. */
  file: Readonly<Record<string, unknown>>
}

/** Throws NOT_FOUND, or what the store says of an unreadable file. */
export async function getOwner(name: string, what: string, store: Store): Promise<TriggerOwner> {
  const stored = await store.buttons.find(name)
  if (stored)
    return { target: { kind: 'button', name: stored.button.name }, file: { ...stored.button } }
  const drawer = await store.drawers.find(name)
  if (drawer) return { target: { kind: 'drawer', name: drawer.drawer.name }, file: drawer.file }
  const near = suggest(slug(name), await store.buttons.names())
  throw fail('NOT_FOUND', `${what} of "${name}": no such button`, {
    hint: near ? `Did you mean "${near}"?` : 'buttons list shows all buttons',
  })
}
