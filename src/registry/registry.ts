// The engine for packages, as surfaces get it. Each act is loaded when it is used.

import type { RegistryContext } from './context.ts'
import type { Added, AddOptions, Installed, InstalledTag, InstallOptions } from './install.ts'
import type { Removed } from './remove.ts'

/** Plans change nothing and ask no registry. */
export interface Registry {
  /** Undefined when somebody did not agree. */
  add(text: string, options: AddOptions): Promise<Added | undefined>
  install(options: InstallOptions): Promise<Installed | undefined>
  installTag(tag: string, options: InstallOptions): Promise<InstalledTag | undefined>
  planRemove(text: string): Promise<{ name: string; removed: string[]; kept: string[] }>
  remove(text: string): Promise<Removed>
}

export function openRegistry(context: RegistryContext): Registry {
  const installing = () => import('./install.ts')
  const removing = () => import('./remove.ts')
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
  }
}
