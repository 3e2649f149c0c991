// Drawers by name, and everything a rule wants to know about what they name.

import { type Neighbours, targetsOf, type Targets } from '#core/drawer/neighbours.ts'
import { findReferences } from '#core/expr/references.ts'
import { slug } from '#core/name/slug.ts'
import { suggest } from '#core/text/suggest.ts'
import type { Button } from '#spec/button.ts'
import type { Drawer } from '#spec/drawer.ts'
import { fail, Failure } from '#spec/errors.ts'
import type { Store, StoredDrawer } from '#store/store.ts'

/** Throws NOT_FOUND with the name that was meant. */
export async function getDrawer(name: string, store: Store): Promise<StoredDrawer> {
  const found = await store.drawers.find(name)
  if (found) return found
  const near = suggest(slug(name), await store.drawers.names())
  throw fail('NOT_FOUND', `Cannot find drawer "${name}": no such drawer`, {
    hint: near ? `Did you mean "${near}"?` : 'buttons drawer list shows all drawers',
  })
}

/** The named buttons and drawers, for looking up without waiting. Unreadable ones count as absent. */
export async function loadTargets(targets: Targets, store: Store): Promise<Neighbours> {
  const loaded = emptyLoaded()
  await loadInto(loaded, targets, store)
  return neighbours(loaded)
}

/**
 * Everything that validation of a drawer asks for: what its steps name, the drawers behind those,
 * and the drawers whose webhooks it reads.
 */
export async function loadNeighbours(drawer: Drawer, store: Store): Promise<Neighbours> {
  const loaded = emptyLoaded()
  await loadInto(loaded, { ...targetsOf(drawer) }, store)
  await loadInto(loaded, { buttons: new Set(), drawers: webhooksIn(drawer) }, store)
  await loadDescendants(loaded, store)
  return neighbours(loaded)
}

interface Loaded {
  buttons: Map<string, Button | undefined>
  drawers: Map<string, Drawer | undefined>
}

function emptyLoaded(): Loaded {
  return { buttons: new Map(), drawers: new Map() }
}

function neighbours({ buttons, drawers }: Loaded): Neighbours {
  return { findButton: (name) => buttons.get(name), findDrawer: (name) => drawers.get(name) }
}

async function loadInto(loaded: Loaded, { buttons, drawers }: Targets, store: Store) {
  for (const name of buttons)
    if (name !== '' && !loaded.buttons.has(name))
      loaded.buttons.set(name, (await readable(() => store.buttons.find(name)))?.button)
  for (const name of drawers)
    if (name !== '' && !loaded.drawers.has(name))
      loaded.drawers.set(name, (await readable(() => store.drawers.find(name)))?.drawer)
}

async function readable<T>(read: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof Failure) return undefined
    throw error
  }
}

async function loadDescendants(loaded: Loaded, store: Store): Promise<void> {
  const seen = new Set<string>()
  for (;;) {
    const next = [...loaded.drawers].find(([name, drawer]) => drawer && !seen.has(name))
    if (!next?.[1]) return
    seen.add(next[0])
    await loadInto(loaded, { buttons: new Set(), drawers: targetsOf(next[1]).drawers }, store)
  }
}

// Roots of every expression anywhere in the drawer; reading one too many does no harm.
function webhooksIn(drawer: Drawer): Set<string> {
  const { references } = findReferences([drawer.steps ?? [], drawer.return ?? {}])
  const bare = findReferences(expressionFields(drawer.steps ?? []), { bare: true }).references
  const named = [...references, ...bare].filter(({ root }) => root === 'webhooks')
  return new Set(named.map(({ path }) => slug(String(path[0] ?? ''))))
}

type Steps = NonNullable<Drawer['steps']>

function expressionFields(steps: Steps): string[] {
  return steps.flatMap(({ over, from, pluck, at, cases = [], steps: body = [] }) => [
    ...[over, from, pluck, at].filter((text) => text !== undefined),
    ...cases.flatMap((branch) => [branch.when, ...expressionFields(branch.steps ?? [])]),
    ...expressionFields(body),
  ])
}
