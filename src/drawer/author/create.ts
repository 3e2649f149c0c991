// Drawers as wholes: made, renamed, removed.

import { renameReferences } from '#core/drawer/edit.ts'
import { formatSorted, type JsonObject, sortKeys } from '#core/drawer/json.ts'
import { newDrawerFile, newDrawerNotes } from '#core/drawer/scaffold.ts'
import { newName, slug } from '#core/name/slug.ts'
import { type DrawerKind, drawerKinds } from '#spec/drawer.ts'
import { fail } from '#spec/errors.ts'
import type { AuthorContext } from './context.ts'
import { type Act, logChange } from './edit.ts'
import { getDrawer } from './find.ts'

export interface NewDrawer {
  name: string
  kind?: string | undefined
  description?: string | undefined
}

/** Gives the whole file. Throws VALIDATION_ERROR. */
export async function createDrawer(
  request: NewDrawer,
  act: Act,
  context: AuthorContext,
): Promise<JsonObject> {
  const { host, store } = context
  const kind = readKind(request.kind)
  const description = oneLine(request.description ?? '')
  const name = await freeName(request.name, context)
  const file = newDrawerFile(name, kind, description, host.clock.now())
  if (act === 'plan') return sortKeys(file) as JsonObject
  const stored = await store.drawers.create(name, [
    { path: 'drawer.json', content: formatSorted(file), mode: 0o600 },
    { path: 'AGENT.md', content: newDrawerNotes(name, description), mode: 0o600 },
  ])
  await logChange('create', name, context)
  return sortKeys(stored.file) as JsonObject
}

function readKind(word = 'action'): DrawerKind {
  const kind = drawerKinds.find((one) => one === word)
  if (kind) return kind
  throw fail(
    'VALIDATION_ERROR',
    `Cannot create a drawer of kind "${word}": it must be ${drawerKinds.join(' or ')}`,
  )
}

function oneLine(description: string): string {
  if (!/[\r\n]/.test(description)) return description
  throw fail('VALIDATION_ERROR', 'Cannot use a description with line breaks: it is one line')
}

/** The slug of a new name that nothing has: drawers, buttons, folders without a spec. */
async function freeName(name: string, { store, reserved }: AuthorContext): Promise<string> {
  const chosen = newName(name, 'drawer', reserved)
  if (await store.drawers.isButton(chosen))
    throw fail('VALIDATION_ERROR', `Cannot use "${chosen}": it already exists as a button`)
  if ((await store.drawers.names()).includes(chosen))
    throw fail('VALIDATION_ERROR', `Cannot use "${chosen}": a drawer of that name already exists`, {
      hint: `buttons drawer ${chosen} shows it`,
    })
  return chosen
}

export interface RenamedDrawer {
  from: string
  to: string
  /** Drawers that named the old one and now name the new one. */
  rewritten: string[]
}

/** Throws NOT_FOUND or VALIDATION_ERROR. */
export async function renameDrawer(
  name: string,
  newNameText: string,
  act: Act,
  context: AuthorContext,
): Promise<RenamedDrawer> {
  const { store } = context
  const from = (await getDrawer(name, store)).drawer.name
  const to = await freeName(newNameText, context)
  const change = (file: JsonObject) => renameReferences(file, from, to)
  if (act === 'plan') {
    const { drawers } = await store.drawers.list()
    const rewritten = drawers.filter(({ drawer, file }) => drawer.name !== from && change(file))
    return { from, to, rewritten: rewritten.map(({ drawer }) => drawer.name) }
  }
  const { rewritten } = await store.drawers.rename(from, to, change)
  await logChange('delete', from, context)
  await logChange('create', to, context)
  for (const other of rewritten) await logChange('edit', other, context)
  return { from, to, rewritten }
}

/** Also removes one whose file nobody can read. Throws NOT_FOUND; gives the slug. */
export async function removeDrawer(
  name: string,
  act: Act,
  context: AuthorContext,
): Promise<string> {
  const { store } = context
  const wanted = slug(name)
  const there = (await store.drawers.names()).includes(wanted)
  if (!there) await getDrawer(name, store)
  if (act === 'plan') return wanted
  if (!(await store.drawers.remove(wanted)))
    throw fail('NOT_FOUND', `Cannot remove drawer "${name}": no such drawer`)
  await logChange('delete', wanted, context)
  return wanted
}
