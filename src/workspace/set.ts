// `buttons set`: several fields of a button changed at once, all of them or none.

import { applyAssignments, parseAssignments } from '#core/button/set.ts'
import { slug } from '#core/name/slug.ts'
import { formatTime } from '#core/time/format.ts'
import { suggest } from '#core/text/suggest.ts'
import { fail } from '#spec/errors.ts'
import { refreshAgentList } from './agentList.ts'
import type { WorkspaceContext } from './context.ts'
import { logChange } from './lifecycle.ts'

export interface SetFields {
  button: string
  /** The paths that were set, as typed. */
  paths: string[]
}

/** Checks `KEY=VALUE` words against a button. Throws NOT_FOUND or VALIDATION_ERROR. */
export async function planSet(
  name: string,
  words: readonly string[],
  { store }: WorkspaceContext,
): Promise<SetFields> {
  const assignments = parseAssignments(words)
  const stored = await store.buttons.find(name)
  if (!stored) throw await unknownButton(name, store)
  applyAssignments(stored.button.name, { ...stored.button }, assignments)
  return { button: stored.button.name, paths: assignments.map(({ path }) => path) }
}

/** Makes the changes in one write. Throws NOT_FOUND, VALIDATION_ERROR or STORAGE_ERROR. */
export async function setFields(
  name: string,
  words: readonly string[],
  context: WorkspaceContext,
): Promise<SetFields> {
  const plan = await planSet(name, words, context)
  const assignments = parseAssignments(words)
  await context.store.buttons.update(plan.button, (file) => ({
    ...applyAssignments(plan.button, file, assignments),
    updated_at: formatTime(context.host.clock.now()),
  }))
  await logChange({ action: 'edit', target: { kind: 'button', name: plan.button } }, context)
  // The list shows descriptions.
  if (plan.paths.includes('description')) await refreshAgentList(context)
  return plan
}

async function unknownButton(name: string, store: WorkspaceContext['store']) {
  const near = suggest(slug(name), await store.buttons.names())
  return fail('NOT_FOUND', `Cannot change "${name}": no such button`, {
    hint: near ? `Did you mean "${near}"?` : 'buttons list shows all buttons',
  })
}
