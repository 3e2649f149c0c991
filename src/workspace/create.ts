// `buttons create`: checks a request in the order of buttons.md 5.2, plans the button, makes it.

import { planButton } from '#core/button/draft.ts'
import { chooseSource, readTexts, type Source } from '#core/button/request.ts'
import { newName } from '#core/name/slug.ts'
import type { ButtonDraft, ButtonPlan, CreateRequest, DraftSource } from '#spec/create.ts'
import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import type { BlockAction } from '#core/agents/managed.ts'
import { refreshAgentList } from './agentList.ts'
import type { WorkspaceContext } from './context.ts'
import { addIgnoredLine } from './gitignore.ts'
import { type PlacedButton, placeButton } from './place.ts'
import { readScript } from './script.ts'

export interface CreatedButton extends PlacedButton {
  /** A line was added to .gitignore. */
  ignored: boolean
  /** What was done to the repository's AGENTS.md. */
  agentList?: BlockAction
}

/** Makes a button. Throws VALIDATION_ERROR for the request, STORAGE_ERROR for the disk. */
export async function createButton(
  request: CreateRequest,
  context: WorkspaceContext,
): Promise<CreatedButton> {
  const created = await placeButton(await planCreate(request, context), context)
  const ignored = request.ignore === true && ignoreFolder(created.button.name, context)
  const agentList = await refreshAgentList(context)
  return { ...created, ignored, ...(agentList && { agentList }) }
}

/** Everything that would be written, without writing it. */
export async function planCreate(
  request: CreateRequest,
  context: WorkspaceContext,
): Promise<ButtonPlan> {
  const parts = readTexts(request)
  const name = await freeName(request.name, context)
  const source = readSource(chooseSource(request, parts), context)
  await refuseExisting(name, context)
  const draft: ButtonDraft = {
    name,
    ...(request.description && { description: request.description }),
    ...(request.prompt && { prompt: request.prompt }),
    args: parts.args,
    timeoutSeconds: await chooseTimeout(request, context),
    source,
  }
  return planButton(draft, context.host.clock.now())
}

/** The slug of a new button's name, which no drawer and no app has (D12). */
export async function freeName(name: string, context: WorkspaceContext): Promise<string> {
  const chosen = newName(name, 'button', context.reserved)
  const other = await context.store.buttons.findHomonym(chosen)
  if (!other) return chosen
  const kind = other === 'app' ? 'an app' : 'a drawer'
  throw fail('VALIDATION_ERROR', `Cannot create "${chosen}": it already exists as ${kind}`)
}

/** Folders count, also those whose spec nobody can read. */
export async function refuseExisting(name: string, { store }: WorkspaceContext): Promise<void> {
  if (!(await store.buttons.names()).includes(name)) return
  throw fail('VALIDATION_ERROR', `Cannot create "${name}": a button of that name exists`, {
    hint: `buttons set ${name} changes it, buttons delete ${name} removes it`,
  })
}

function readSource(source: Source, { host }: WorkspaceContext): DraftSource {
  return source.kind === 'file' ? readScript(host, source.path) : source
}

/** A settings file nobody can read is no reason against a new button. */
async function chooseTimeout(
  { name, timeoutSeconds }: CreateRequest,
  { store }: WorkspaceContext,
): Promise<number> {
  if (timeoutSeconds !== undefined) {
    if (timeoutSeconds > 0) return timeoutSeconds
    throw fail('VALIDATION_ERROR', `Cannot create "${name}": the timeout must be above 0 seconds`)
  }
  const settings = await store.settings.read().catch(() => undefined)
  const stored = settings?.timeout_seconds ?? 0
  return Number.isInteger(stored) && stored > 0 ? stored : limits.defaultTimeoutSeconds
}

function ignoreFolder(name: string, { host, store, warn }: WorkspaceContext): boolean {
  try {
    return addIgnoredLine(host, store.place.dataDirectory, `buttons/${name}/`)
  } catch (error) {
    warn((error as Error).message)
    return false
  }
}
