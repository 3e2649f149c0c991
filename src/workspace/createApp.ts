// `buttons create NAME --app SOURCE`: a folder to be served, from a git repository or a local folder.

import { appInstructions, planApp } from '#core/button/app.ts'
import { newName } from '#core/name/slug.ts'
import { guard, storageReason } from '#core/text/storage.ts'
import { fail } from '#spec/errors.ts'
import type { Host } from '#host/host.ts'
import { cloneRepository, isGitSource } from './clone.ts'
import type { WorkspaceContext } from './context.ts'
import { logChange } from './lifecycle.ts'
import { absolute } from './paths.ts'

export interface AppRequest {
  name: string
  /** Git URL or local folder; empty makes a folder with nothing but the spec. */
  source: string
  description?: string
  signal?: AbortSignal
}

export interface CreatedApp {
  /** The button.json as written. */
  file: Record<string, unknown>
  directory: string
}

/** Throws VALIDATION_ERROR, ALREADY_EXISTS, CLONE_FAILED or COPY_FAILED; nothing remains then. */
export async function createAppFolder(
  request: AppRequest,
  context: WorkspaceContext,
): Promise<CreatedApp> {
  const { name } = await planAppFolder(request, context)
  const { host, store } = context
  const draft = { name, ...(request.description && { description: request.description }) }
  let file: Record<string, unknown> = {}
  const directory = await store.apps.create(name, async (aside) => {
    await fetchSource(request, aside, context)
    const plan = planApp(draft, host.files.findText(`${aside}/button.json`), host.clock.now())
    guard(`Cannot create app "${name}"`, () => {
      host.files.replace(`${aside}/button.json`, plan.text, 0o600)
      writeInstructions(host, aside, appInstructions(draft))
    })
    file = plan.file
  })
  await logChange({ action: 'create', target: { kind: 'app', name } }, context)
  return { file, directory }
}

/** The checks alone. */
export async function planAppFolder(request: AppRequest, context: WorkspaceContext) {
  const { store } = context
  const name = newName(request.name, 'app', context.reserved)
  const refuse = (why: string) => fail('VALIDATION_ERROR', `Cannot create "${name}": ${why}`)
  if ((await store.buttons.findHomonym(name)) === 'drawer')
    throw refuse('it already exists as a drawer')
  if ((await store.buttons.names()).includes(name)) throw refuse('it already exists as a button')
  if (await store.apps.has(name))
    throw fail('ALREADY_EXISTS', `Cannot create app "${name}": an app of that name exists`)
  if (request.source.startsWith('-')) throw refuse(`"${request.source}" is an option, not a source`)
  return { name, source: request.source }
}

async function fetchSource(
  { source, signal }: AppRequest,
  aside: string,
  context: WorkspaceContext,
): Promise<void> {
  const { host } = context
  if (source === '') return
  if (!isGitSource(source)) return copyFolder(source, absolute(host, source), aside, context)
  // Cloned beside and copied like any folder: what git checks out may hold links that lead anywhere.
  const clone = `${aside}/.buttons-clone`
  await cloneRepository(host, source, clone, signal)
  copyFolder(source, clone, aside, context, (path) => path === `${clone}/.git`)
  host.files.removeTree(clone)
}

function copyFolder(
  shown: string,
  from: string,
  to: string,
  { host, store }: WorkspaceContext,
  leftOut: (path: string) => boolean = () => false,
): void {
  const refuse = (why: string, cause?: unknown) =>
    fail('COPY_FAILED', `Cannot copy "${shown}": ${why}`, { cause })
  const stat = findStat(host, from)
  if (stat?.kind !== 'directory') throw refuse(stat ? 'it is not a folder' : 'no such folder')
  // A project's own data directory, where the copy is being made, is no part of its app.
  const own = host.files.resolveLinks(store.place.dataDirectory)
  const root = host.files.resolveLinks(from)
  const isOwn = (path: string) => root + path.slice(from.length) === own
  try {
    host.files.copyTree(from, to, (path) => leftOut(path) || isOwn(path))
  } catch (error) {
    throw refuse(storageReason(error), error)
  }
}

function findStat(host: Host, path: string) {
  try {
    return host.files.stat(path)
  } catch {
    return undefined
  }
}

/** Notes that came with the source stay (D10). */
function writeInstructions(host: Host, directory: string, text: string): void {
  const has = (name: string) => host.files.linkStat(`${directory}/${name}`) !== undefined
  if (!has('AGENT.md') && !has('AGENTS.md'))
    host.files.replace(`${directory}/AGENT.md`, text, 0o600)
}
