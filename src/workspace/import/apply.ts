// Makes the buttons of an import, each by the rules of `create`; one that fails does not stop the rest.

import type { BlockAction } from '#core/agents/managed.ts'
import { planButton } from '#core/button/draft.ts'
import { slug } from '#core/name/slug.ts'
import type { ButtonDraft } from '#spec/create.ts'
import { refreshAgentList } from '../agentList.ts'
import type { WorkspaceContext } from '../context.ts'
import { freeName, refuseExisting } from '../create.ts'
import { placeButton } from '../place.ts'

export interface Imported {
  /** Slugs, in the order of the drafts. */
  created: string[]
  /** Why, by name. */
  errors: Record<string, string>
  agentList?: BlockAction
}

/** Never throws for a single button. */
export async function applyImport(
  drafts: readonly ButtonDraft[],
  context: WorkspaceContext,
): Promise<Imported> {
  const created: string[] = []
  const errors: [string, string][] = []
  for (const draft of drafts) {
    try {
      created.push(await createOne(draft, context))
    } catch (error) {
      errors.push([slug(draft.name) || draft.name, (error as Error).message])
    }
  }
  const agentList = created.length > 0 ? await refreshAgentList(context) : undefined
  return { created, errors: Object.fromEntries(errors), ...(agentList && { agentList }) }
}

async function createOne(draft: ButtonDraft, context: WorkspaceContext): Promise<string> {
  const name = await freeName(draft.name, context)
  await refuseExisting(name, context)
  await placeButton(planButton({ ...draft, name }, context.host.clock.now()), context)
  return name
}
