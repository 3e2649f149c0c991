// Drawers, loaded when the first one is asked for: a press of a button has no use for them.

import type { Host } from '#host/host.ts'
import type { DrawerStore } from '../store.ts'

export function openDrawers(host: Host, dataDirectory: string): DrawerStore {
  let opened: Promise<DrawerStore> | undefined
  const drawers = () => (opened ??= open(host, dataDirectory))
  return {
    find: async (name) => (await drawers()).find(name),
    list: async () => (await drawers()).list(),
    names: async () => (await drawers()).names(),
    create: async (name, files) => (await drawers()).create(name, files),
    update: async (name, change) => (await drawers()).update(name, change),
    rename: async (from, to, change) => (await drawers()).rename(from, to, change),
    remove: async (name) => (await drawers()).remove(name),
    isButton: async (name) => (await drawers()).isButton(name),
  }
}

async function open(host: Host, dataDirectory: string): Promise<DrawerStore> {
  const { openDrawerFolders } = await import('./drawerFolders.ts')
  return openDrawerFolders(host, dataDirectory)
}
