// The embedded store: JSON files in the data directory.

import type { Host } from '#host/host.ts'
import { slug } from '#core/name/slug.ts'
import { limits } from '#spec/limits.ts'
import type { TargetKind } from '#spec/run.ts'
import type { ButtonStore, SettingsStore, Store } from '../store.ts'
import { openApps } from './apps.ts'
import { openBatteries } from './batteries.ts'
import { openButtons } from './buttons.ts'
import { openDrawers } from './drawers.ts'
import { openIdempotency } from './idempotency.ts'
import { guard } from '#core/text/storage.ts'
import { openLifecycle } from './lifecycle.ts'
import { findPlace } from './place.ts'
import { readPublicHost } from './publicHost.ts'
import { type FileRuns, openRuns } from './runs/runs.ts'
import { openSettings } from './settings.ts'
import { openSlots } from './slots.ts'

/** Opens the store of a caller's place. Throws VALIDATION_ERROR when there is none. */
export function openFileStore(host: Host): Store {
  const place = findPlace(host)
  const { dataDirectory } = place
  const buttons = openButtons(host, dataDirectory)
  const drawers = openDrawers(host, dataDirectory)
  const settings = openSettings(host, place)
  const lifecycle = openLifecycle(host, dataDirectory)
  const runs = openRuns({
    host,
    dataDirectory,
    keep: () => historyKeep(settings),
    loadIndex: lazily(async () =>
      (await import('../sqlite/runIndex.ts')).openRunIndex(host, dataDirectory),
    ),
  })
  return {
    place,
    buttons: { ...buttons, remove: removeWithHistory('button', buttons, runs) },
    drawers: { ...drawers, remove: removeWithHistory('drawer', drawers, runs) },
    apps: openApps(host, dataDirectory),
    runs,
    batteries: openBatteries(host, place),
    settings,
    lifecycle,
    slots: openSlots(host, dataDirectory),
    idempotency: openIdempotency(host, dataDirectory),
    publicHost: async () => readPublicHost(host, dataDirectory),
    openInbox: async (options) =>
      (await import('../sqlite/inbox/inbox.ts')).openInbox(host, dataDirectory, options),
    findInbox: async () =>
      (await import('../sqlite/inbox/view.ts')).findInboxView(host, dataDirectory),
    prepare: async () => prepare(host, dataDirectory),
    settle: async () => {
      for (const target of await runs.settle()) await lifecycle.noticeEdit(target)
    },
  }
}

// Settings nobody can read are no reason to lose a record.
async function historyKeep(settings: SettingsStore): Promise<number> {
  try {
    const { history_keep: keep = 0 } = await settings.read()
    return keep >= 1 ? Math.floor(keep) : limits.defaultHistoryKeep
  } catch {
    return limits.defaultHistoryKeep
  }
}

function lazily<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined
  return () => (loaded ??= load())
}

function removeWithHistory(
  kind: TargetKind,
  targets: Pick<ButtonStore, 'remove'>,
  runs: FileRuns,
): ButtonStore['remove'] {
  return async (name) => {
    const removed = await targets.remove(name)
    if (removed) runs.forget({ kind, name: slug(name) })
    return removed
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
