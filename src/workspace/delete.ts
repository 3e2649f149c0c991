// `buttons delete`: a button goes with its history, its cached answers and its line in AGENTS.md.

import type { BlockAction } from '#core/agents/managed.ts'
import { slug } from '#core/name/slug.ts'
import { suggest } from '#core/text/suggest.ts'
import { fail } from '#spec/errors.ts'
import { refreshAgentList } from './agentList.ts'
import type { WorkspaceContext } from './context.ts'
import { logChange } from './lifecycle.ts'

export interface DeletedButton {
  name: string
  agentList?: BlockAction
}

/** The slug of a button that is there, be its spec readable or not. Throws NOT_FOUND. */
export async function findDeletable(name: string, { store }: WorkspaceContext): Promise<string> {
  const names = await store.buttons.names()
  const wanted = slug(name)
  if (wanted === '')
    throw fail('VALIDATION_ERROR', `Cannot delete "${name}": it has no letter or digit`)
  if (names.includes(wanted)) return wanted
  const near = suggest(wanted, names)
  throw fail('NOT_FOUND', `Cannot delete "${name}": no such button`, {
    hint: near ? `Did you mean "${near}"?` : 'buttons list shows all buttons',
  })
}

/** Throws NOT_FOUND, or STORAGE_ERROR when the folder cannot be removed. */
export async function deleteButton(
  name: string,
  context: WorkspaceContext,
): Promise<DeletedButton> {
  const found = await findDeletable(name, context)
  if (!(await context.store.buttons.remove(found)))
    throw fail('NOT_FOUND', `Cannot delete "${name}": no such button`)
  await logChange({ action: 'delete', target: { kind: 'button', name: found } }, context)
  await forgetAnswers(found, context)
  const agentList = await refreshAgentList(context)
  return { name: found, ...(agentList && { agentList }) }
}

/** Cached answers are complete and may hold secrets: they go with the button (D59). */
async function forgetAnswers(name: string, { store, warn }: WorkspaceContext): Promise<void> {
  try {
    await store.idempotency.removeOf(name)
  } catch (error) {
    warn((error as Error).message)
  }
}
