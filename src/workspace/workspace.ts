// The engine that makes and changes buttons, as surfaces get it. Each act is loaded when it is used.

import type { ButtonDraft, ButtonPlan, CreateRequest } from '#spec/create.ts'
import type { CreatedApp, AppRequest } from './createApp.ts'
import type { CreatedButton } from './create.ts'
import type { DeletedButton } from './delete.ts'
import type { Imported } from './import/apply.ts'
import type { ImportContext, ImportSource } from './import/context.ts'
import type { SetFields } from './set.ts'

/** Plans change nothing and refuse what the act itself would refuse. */
export interface Workspace {
  planCreate(request: CreateRequest): Promise<ButtonPlan>
  create(request: CreateRequest): Promise<CreatedButton>
  planApp(request: AppRequest): Promise<{ name: string; source: string }>
  createApp(request: AppRequest): Promise<CreatedApp>
  /** The slug of a button that can be deleted. */
  planDelete(name: string): Promise<string>
  delete(name: string): Promise<DeletedButton>
  planSet(name: string, words: readonly string[]): Promise<SetFields>
  set(name: string, words: readonly string[]): Promise<SetFields>
  /** The buttons a source would become; for a URL it is fetched. */
  planImport(source: ImportSource): Promise<ButtonDraft[]>
  import(drafts: readonly ButtonDraft[]): Promise<Imported>
}

export function openWorkspace(context: ImportContext): Workspace {
  const creating = () => import('./create.ts')
  const apps = () => import('./createApp.ts')
  const deleting = () => import('./delete.ts')
  const setting = () => import('./set.ts')
  return {
    planCreate: async (request) => (await creating()).planCreate(request, context),
    create: async (request) => (await creating()).createButton(request, context),
    planApp: async (request) => (await apps()).planAppFolder(request, context),
    createApp: async (request) => (await apps()).createAppFolder(request, context),
    planDelete: async (name) => (await deleting()).findDeletable(name, context),
    delete: async (name) => (await deleting()).deleteButton(name, context),
    planSet: async (name, words) => (await setting()).planSet(name, words, context),
    set: async (name, words) => (await setting()).setFields(name, words, context),
    planImport: async (source) => planImport(source, context),
    import: async (drafts) => (await import('./import/apply.ts')).applyImport(drafts, context),
  }
}

async function planImport(source: ImportSource, context: ImportContext): Promise<ButtonDraft[]> {
  const { importSources } = await import('./import/sources.ts')
  // The table has a reader for each kind; the compiler cannot follow that the two agree.
  const read = importSources[source.kind] as (
    source: ImportSource,
    context: ImportContext,
  ) => Promise<ButtonDraft[]>
  return read(source, context)
}
