// settings.json: per-user defaults, in the global directory whatever project is active. The code that
// reads it is loaded when the file exists.

import type { Host } from '#host/host.ts'
import type { Place, SettingsStore } from '../store.ts'
import { isThere } from './exists.ts'
import { once } from './once.ts'

export function openSettings(host: Host, place: Place): SettingsStore {
  const load = once(async () => (await import('./settingsFile.ts')).openSettingsFile(host, place))
  const path = `${place.globalDirectory}/settings.json`
  return {
    read: async () => (isThere(host, path) ? (await load()).read() : {}),
    update: async (change) => (await load()).update(change),
  }
}
