// The engine for packages, as surfaces get it. Each act is loaded when it is used.

import type { Verdict } from '#core/package/verdict.ts'
import type { PackageKind } from '#spec/package.ts'
import type { UpdateReport } from '#spec/updates.ts'
import type { RegistryContext } from './context.ts'
import type { Added, AddOptions, Installed, InstalledTag, InstallOptions } from './install.ts'
import type { Published, PublishOptions } from './publish.ts'
import type { Removed } from './remove.ts'
import type { Applied } from './updates/updates.ts'
import type { UpdateOptions } from './updates/apply.ts'

export interface PublishPlan {
  name: string
  kind: PackageKind
  version: string
  files: string[]
}

/** Plans change nothing and ask no registry. */
export interface Registry {
  /** Undefined when somebody did not agree. */
  add(text: string, options: AddOptions): Promise<Added | undefined>
  install(options: InstallOptions): Promise<Installed | undefined>
  installTag(tag: string, options: InstallOptions): Promise<InstalledTag | undefined>
  planRemove(text: string): Promise<{ name: string; removed: string[]; kept: string[] }>
  remove(text: string): Promise<Removed>
  /** What would be published; the registry may lead to a higher version. */
  planPublish(name: string): Promise<PublishPlan>
  /** Throws VALIDATION_ERROR when there is no registry or no key to publish with. */
  checkWritable(): Promise<void>
  publish(name: string, options: PublishOptions): Promise<Published>
  /** What is installed under a name, from whom, and whether it was edited. Throws NOT_FOUND. */
  verify(name: string): Promise<Verdict>
  /** What there is to update. */
  check(): Promise<UpdateReport>
  update(options: UpdateOptions): Promise<Applied>
  /** Updates that nobody asked for, as far as the settings allow. Never throws. */
  updatePassively(): Promise<void>
}

export function openRegistry(context: RegistryContext): Registry {
  const installing = () => import('./install.ts')
  const removing = () => import('./remove.ts')
  const publishing = () => import('./publish.ts')
  const updating = () => import('./updates/updates.ts')
  return {
    add: async (text, options) => (await installing()).addPackage(text, options, context),
    install: async (options) => (await installing()).installManifest(options, context),
    installTag: async (tag, options) => (await installing()).installTag(tag, options, context),
    planRemove: async (text) => {
      const { planRemoval, readRemoval } = await removing()
      const name = readRemoval(text)
      const { removed, kept } = await planRemoval(name, context)
      return { name, removed, kept }
    },
    remove: async (text) => (await removing()).removePackage(text, context),
    planPublish: async (name) => {
      const { version, spec, files } = await (await publishing()).openLocal(name, context)
      return { name, kind: spec.kind, version, files: [...files.keys()].sort() }
    },
    checkWritable: async () => {
      await (await import('./source.ts')).getWriteSource(context)
    },
    publish: async (name, options) => (await publishing()).publishPackage(name, options, context),
    verify: async (name) => (await import('./verify.ts')).verifyPackage(name, context),
    check: async () => (await updating()).checkUpdates(context),
    update: async (options) =>
      (await updating()).applyUpdates({ binary: true, packages: true }, options, context),
    updatePassively: async () => (await import('./passive/update.ts')).updatePassively(context),
  }
}
