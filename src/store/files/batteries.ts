// Batteries: one file for the user and one for the project. The code that reads and changes them is
// loaded when there is a file to read, since every press asks and most homes have none.

import type { Host } from '#host/host.ts'
import type { BatteryStore, Place } from '../store.ts'
import { isThere } from './exists.ts'
import { once } from './once.ts'

export function openBatteries(host: Host, place: Place): BatteryStore {
  const load = once(async () => (await import('./batteryFiles.ts')).openBatteryFiles(host, place))
  const directories = [place.globalDirectory, ...(place.projectLocal ? [place.dataDirectory] : [])]
  const hasAny = () => {
    for (const directory of directories)
      if (isThere(host, `${directory}/batteries.json`)) return true
    return false
  }
  return {
    hasLocal: place.projectLocal,
    list: async () => (await load()).list(),
    effective: async () => (hasAny() ? (await load()).effective() : {}),
    set: async (key, value, scope) => (await load()).set(key, value, scope),
    remove: async (key, scope) => (await load()).remove(key, scope),
  }
}
