// Apps, loaded when the first one is asked for.

import type { Host } from '#host/host.ts'
import type { AppStore } from '../store.ts'
import { once } from './once.ts'

export function openApps(host: Host, dataDirectory: string): AppStore {
  const load = once(async () =>
    (await import('./appFolders.ts')).openAppFolders(host, dataDirectory),
  )
  return {
    has: async (name) => (await load()).has(name),
    create: async (name, fill) => (await load()).create(name, fill),
  }
}
