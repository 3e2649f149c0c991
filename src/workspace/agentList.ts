// Keeps the list of buttons in a repository's AGENTS.md in step with the buttons there are.

import { formatButtonList, type ListedButton } from '#core/agents/buttonList.ts'
import { type BlockAction, putList } from '#core/agents/managed.ts'
import type { WorkspaceContext } from './context.ts'
import { findRepository, parentOf } from './paths.ts'
import { editSharedFile, type SharedFile } from './sharedFile.ts'

const attempts = 3

/**
 * Refreshes the list of a project inside a repository and tells what was done to the file; nothing
 * elsewhere. A failure is a warning: what was asked for is done by then.
 */
export async function refreshAgentList(
  context: WorkspaceContext,
): Promise<BlockAction | undefined> {
  const file = findListFile(context)
  if (!file) return undefined
  try {
    return await writeList(file, context)
  } catch (error) {
    context.warn((error as Error).message)
    return undefined
  }
}

function findListFile({ host, store }: WorkspaceContext): SharedFile | undefined {
  const { place } = store
  if (!place.projectLocal) return undefined
  const project = parentOf(place.dataDirectory)
  const root = findRepository(host, project)
  if (root === undefined) return undefined
  return { path: `${project === '/' ? '' : project}/AGENTS.md`, root, mode: 0o644 }
}

// Another command may make a button while we write. Whoever writes last looks once more, so that
// the last list written is a true one; no lock has to be held while buttons are counted.
async function writeList(file: SharedFile, context: WorkspaceContext): Promise<BlockAction> {
  let first: BlockAction | undefined
  for (let attempt = 0; ; attempt++) {
    const body = formatButtonList(await rankable(context))
    const { action } = editSharedFile(context.host, file, (text) => putList(text, body))
    first ??= action
    const settled = formatButtonList(await rankable(context)) === body
    if (settled || attempt === attempts) return first
  }
}

async function rankable({ store }: WorkspaceContext): Promise<ListedButton[]> {
  const { buttons } = await store.buttons.list()
  return Promise.all(
    buttons.map(async ({ button }) => ({
      name: button.name,
      description: button.description ?? '',
      presses: await store.runs.count({ kind: 'button', name: button.name }),
    })),
  )
}
