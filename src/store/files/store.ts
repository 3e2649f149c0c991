// The embedded store: JSON files in the data directory.

import type { Host } from '#host/host.ts'
import type { Store } from '../store.ts'
import { openBatteries } from './batteries.ts'
import { openButtons } from './buttons.ts'
import { guard } from './json.ts'
import { openLifecycle } from './lifecycle.ts'
import { findPlace } from './place.ts'
import { openRuns } from './runs.ts'
import { openSettings } from './settings.ts'

/** Opens the store of a caller's place. Throws VALIDATION_ERROR when there is none. */
export function openFileStore(host: Host): Store {
  const place = findPlace(host)
  const { dataDirectory } = place
  return {
    place,
    buttons: openButtons(host, dataDirectory),
    runs: openRuns(host, dataDirectory),
    batteries: openBatteries(host, place),
    settings: openSettings(host, place),
    lifecycle: openLifecycle(host, dataDirectory),
    prepare: async () => prepare(host, dataDirectory),
    settle: async () => undefined,
  }
}

function prepare(host: Host, dataDirectory: string): void {
  for (const directory of ['buttons', 'drawers']) {
    const path = `${dataDirectory}/${directory}`
    // A data directory that may only be read is still worth listing.
    if (host.files.stat(path)?.kind === 'directory') continue
    guard(`Cannot create "${path}"`, () => host.files.makeDirectory(path, 0o700))
  }
}
