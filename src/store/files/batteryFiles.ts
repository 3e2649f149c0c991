// batteries.json as it is read and changed: secrets by key (buttons.md 12).

import * as v from 'valibot'
import type { Host } from '#host/host.ts'
import type { Battery, BatteryScope, BatteryStore, Place } from '../store.ts'
import { findJson, withDirectoryLock, writeJson } from './json.ts'

const batteriesFileSchema = v.looseObject({
  schema_version: v.nullish(v.number()),
  batteries: v.nullish(v.record(v.string(), v.string())),
})

export function openBatteryFiles(host: Host, place: Place): BatteryStore {
  const paths: Record<BatteryScope, string> = {
    global: `${place.globalDirectory}/batteries.json`,
    local: `${place.dataDirectory}/batteries.json`,
  }
  const read = (scope: BatteryScope) =>
    findJson(host, paths[scope], batteriesFileSchema)?.batteries ?? {}
  const readLocal = () => (place.projectLocal ? read('local') : {})
  return {
    hasLocal: place.projectLocal,
    list: async () => [...listed(read('global'), 'global'), ...listed(readLocal(), 'local')],
    effective: async () => ({ ...read('global'), ...readLocal() }),
    set: async (key, value, scope) =>
      change(host, paths[scope], (batteries) => {
        batteries[key] = value
        return true
      }),
    remove: async (key, scope) => {
      let removed = false
      change(host, paths[scope], (batteries) => {
        removed = Object.hasOwn(batteries, key)
        delete batteries[key]
        return removed
      })
      return removed
    },
  }
}

function listed(batteries: Record<string, string>, scope: BatteryScope): Battery[] {
  return Object.keys(batteries)
    .sort()
    .map((key) => ({ key, value: batteries[key]!, scope }))
}

function change(
  host: Host,
  path: string,
  act: (batteries: Record<string, string>) => boolean,
): void {
  withDirectoryLock(host, path, () => {
    const file = findJson(host, path, batteriesFileSchema) ?? {}
    const batteries = { ...file.batteries }
    if (!act(batteries)) return
    const sorted = Object.fromEntries(
      Object.entries(batteries).sort(([a], [b]) => (a < b ? -1 : 1)),
    )
    writeJson(host, path, { ...file, schema_version: 1, batteries: sorted })
  })
}
