// The embedded store: JSON files in the data directory.

import type { Host } from '#host/host.ts'
import { slug } from '#core/name/slug.ts'
import { limits } from '#spec/limits.ts'
import type { TargetKind } from '#spec/run.ts'
import type { JournalStore } from '../journal.ts'
import type { ButtonStore, SettingsStore, Store, TunnelStore } from '../store.ts'
import { openActive } from './active/active.ts'
import { openApps } from './apps.ts'
import { openLooks } from './baseline.ts'
import { openBatteries } from './batteries.ts'
import { openButtons } from './buttons.ts'
import { openDevice } from './device.ts'
import { openDrawers } from './drawers.ts'
import { openIdempotency } from './idempotency.ts'
import { guard } from '#core/text/storage.ts'
import { openLifecycle } from './lifecycle.ts'
import { openPackages, recoverPackages } from './packages.ts'
import type { PackageFiles } from './packages/files.ts'
import { absolutePath, findPlace } from './place.ts'
import { once } from './once.ts'
import type { Retention } from './runs/prune.ts'
import { type FileRuns, openRuns } from './runs/runs.ts'
import { openSettings } from './settings.ts'
import { openSlots } from './slots.ts'

/** Opens the store of a caller's place. Throws VALIDATION_ERROR when there is none. */
export function openFileStore(host: Host): Store {
  const place = findPlace(host)
  const { dataDirectory } = place
  const looks = openLooks(host)
  const buttons = openButtons(host, dataDirectory, looks)
  const settings = openSettings(host, place)
  const lifecycle = openLifecycle(host, dataDirectory, looks)
  const loadIndex = once(async () =>
    (await import('../sqlite/runIndex.ts')).openRunIndex(host, dataDirectory),
  )
  const retention = () => readRetention(settings)
  const runs = openRuns({ host, dataDirectory, retention, loadIndex })
  const packages: PackageFiles = {
    host,
    dataDirectory,
    lifecycle,
    forget: ({ kind, folder }) => runs.forget({ kind, name: folder }),
  }
  const active = openActive(host, dataDirectory, (runId) => runs.find(runId))
  const rest = once(() => openRest(host, dataDirectory, runs, packages))
  return {
    place,
    buttons: { ...buttons, remove: removeWithHistory('button', buttons, runs) },
    get drawers() {
      return rest().drawers
    },
    get apps() {
      return rest().apps
    },
    get packages() {
      return rest().packages
    },
    get device() {
      return rest().device
    },
    get slots() {
      return rest().slots
    },
    get idempotency() {
      return rest().idempotency
    },
    get tunnel() {
      return rest().tunnel
    },
    runs: {
      ...runs,
      record: async (target, claim, run, spilled) => {
        const file = await runs.record(target, claim, run, spilled)
        active.recorded(run.run_id, file)
        return file
      },
    },
    active,
    get journal() {
      return rest().journal
    },
    hashDefinition: async (target) =>
      (await import('./definition.ts')).hashDefinition(host, dataDirectory, target),
    batteries: openBatteries(host, place),
    settings,
    lifecycle,
    publicHost: async () => (await import('./publicHost.ts')).readPublicHost(host, dataDirectory),
    specMarks: async () => (await marks()).listSpecMarks(host, dataDirectory),
    specLooker: async () => {
      const { findSpecMark } = await marks()
      return (target) => findSpecMark(host, dataDirectory, target)
    },
    tryTakeSchedule: async (facts) =>
      (await import('./schedule.ts')).tryTakeSchedule(host, dataDirectory, facts),
    openInbox: async (options) => {
      const { hasBegun } = await import('./active/begun.ts')
      const { openInbox } = await import('../sqlite/inbox/inbox.ts')
      return openInbox(host, dataDirectory, options, (runId) =>
        hasBegun(host, dataDirectory, runId),
      )
    },
    findInbox: async () =>
      (await import('../sqlite/inbox/view.ts')).findInboxView(host, dataDirectory),
    openRegistryCache: async (options) =>
      (await import('./registryCache/cache.ts')).openRegistryCache(host, dataDirectory, options),
    openRegistry: async (directory, make) =>
      (await import('../sqlite/registry/registry.ts')).openRegistryStore(
        host,
        directory === undefined ? `${dataDirectory}/registry` : absolutePath(host.cwd, directory),
        make,
      ),
    collect: async (dry) => {
      const { collectFiles } = await import('./collect/collect.ts')
      const rooms = { host, dataDirectory, retention: await retention(), loadIndex }
      return collectFiles({ ...rooms, active: await active.list() }, dry)
    },
    prepare: async () => {
      prepare(host, dataDirectory)
      await recoverPackages(packages)
    },
    keepSpares: async () => {
      const { keepSpares } = await import('./spares.ts')
      return keepSpares(host, dataDirectory, { active, runs })
    },
    settle: async () => {
      for (const target of await runs.settle()) await lifecycle.noticeEdit(target)
    },
  }
}

// Only runs of drawers keep one.
function lazyJournals(host: Host, dataDirectory: string): JournalStore {
  const load = once(async () =>
    (await import('./journal/journal.ts')).openJournals(host, dataDirectory),
  )
  return {
    open: async (run, durability) => (await load()).open(run, durability),
    read: async (runId) => (await load()).read(runId),
  }
}

type Rest = Pick<
  Store,
  'drawers' | 'apps' | 'packages' | 'device' | 'slots' | 'idempotency' | 'tunnel' | 'journal'
>

// What a plain press never asks for: opening it would cost every press a little.
function openRest(host: Host, dataDirectory: string, runs: FileRuns, packages: PackageFiles): Rest {
  const drawers = openDrawers(host, dataDirectory)
  return {
    drawers: { ...drawers, remove: removeWithHistory('drawer', drawers, runs) },
    apps: openApps(host, dataDirectory),
    packages: openPackages(packages),
    device: openDevice(host, dataDirectory),
    slots: openSlots(host, dataDirectory),
    idempotency: openIdempotency(host, dataDirectory),
    tunnel: lazyTunnel(host, dataDirectory),
    journal: lazyJournals(host, dataDirectory),
  }
}

// Hardly any command asks for it.
function lazyTunnel(host: Host, dataDirectory: string): TunnelStore {
  const load = once(async () => (await import('./tunnel.ts')).openTunnelFile(host, dataDirectory))
  return {
    read: async () => (await load()).read(),
    isSet: async () => (await load()).isSet(),
    write: async (config) => (await load()).write(config),
    remove: async () => (await load()).remove(),
  }
}

const marks = once(() => import('./specMarks.ts'))

// Settings nobody can read are no reason to lose a record.
async function readRetention(settings: SettingsStore): Promise<Retention> {
  try {
    const all = await settings.read()
    const { history_keep: given = 0 } = all
    const keep = given >= 1 ? Math.floor(given) : limits.defaultHistoryKeep
    if (all.history_max_age === undefined && all.history_max_bytes === undefined) return { keep }
    return { keep, ...(await import('#core/run/retention.ts')).limitsOf(all) }
  } catch {
    return { keep: limits.defaultHistoryKeep }
  }
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
    guard(`Cannot create "${path}"`, () => {
      // A data directory that may only be read is still worth listing.
      if (host.files.stat(path)?.kind !== 'directory') host.files.makeDirectory(path, 0o700)
    })
  }
}
