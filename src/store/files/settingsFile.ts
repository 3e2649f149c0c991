// settings.json as it is read and changed.

import { type Settings, settingsFileSchema } from '#spec/settings.ts'
import type { Host } from '#host/host.ts'
import type { Place, SettingsStore } from '../store.ts'
import { findJson, withDirectoryLock, writeJson } from './json.ts'

export function openSettingsFile(host: Host, place: Place): SettingsStore {
  const path = `${place.globalDirectory}/settings.json`
  return {
    read: async () => withoutNulls(findJson(host, path, settingsFileSchema)?.defaults ?? {}),
    update: async (change) =>
      withDirectoryLock(host, path, () => {
        const file = findJson(host, path, settingsFileSchema) ?? {}
        const settings = withoutNulls(file.defaults ?? {})
        change(settings)
        writeJson(host, path, { ...file, schema_version: 1, defaults: settings })
      }),
  }
}

function withoutNulls(defaults: object): Settings {
  const entries = Object.entries(defaults).filter(([, value]) => value !== null)
  return Object.fromEntries(entries) as Settings
}
