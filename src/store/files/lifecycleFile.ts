// history.json: an append-only log of what happened to buttons and packages (buttons.md 8).

import { fail } from '#spec/errors.ts'
import {
  type LifecycleEvent,
  lifecycleFileSchema,
  type LocalChange,
  type LocalTarget,
} from '#spec/lifecycle.ts'
import { guard } from '#core/text/storage.ts'
import { formatTime } from '#core/time/format.ts'
import type { Host } from '#host/host.ts'
import type { LifecycleStore } from '../store.ts'
import { openBaseline } from './baseline.ts'
import { hashFolder } from './folderHash.ts'
import { findJson, withDirectoryLock, writeJson } from './json.ts'

export function openLifecycleFile(host: Host, dataDirectory: string): LifecycleStore {
  const log: Log = { host, dataDirectory, path: `${dataDirectory}/history.json` }
  return {
    list: async () => readEvents(host, log.path),
    append: async (event) => append(log, () => event),
    logChange: async (change) => logChange(log, change),
    noticeEdit: async (target) => noticeEdit(log, target),
  }
}

interface Log {
  host: Host
  dataDirectory: string
  path: string
}

/** Adds the event made of what is there; nothing when there is none to add. */
function append(
  { host, path }: Log,
  make: (events: readonly LifecycleEvent[]) => LifecycleEvent | undefined,
): void {
  withDirectoryLock(host, path, () => {
    const events = readEvents(host, path)
    const event = make(events)
    if (!event) return
    const all = [...events, complete(event, host.clock.now())]
    writeJson(host, path, { schema_version: 1, events: all }, '\n')
  })
}

function directoryOf({ dataDirectory }: Log, { kind, name }: LocalTarget): string {
  return `${dataDirectory}/${kind}s/${name}`
}

function targetText({ kind, name }: LocalTarget): string {
  return `${kind}/${name}`
}

function logChange(log: Log, { action, target }: LocalChange): void {
  const origin = action === 'edit' ? ({ origin: 'command' } as const) : {}
  const event: LifecycleEvent = { action, target: targetText(target), ...origin }
  if (action === 'delete') return append(log, () => event)
  const directory = directoryOf(log, target)
  guard(`Cannot log what was done to "${target.name}"`, () => {
    // Taken before the hash: what is edited in between is seen by the next press.
    const baseline = openBaseline(log.host, directory)
    const folder_hash = hashFolder(log.host, directory)
    append(log, () => ({ ...event, folder_hash }))
    baseline.remember()
  })
}

/** Cheap as long as nothing changed: neither hashes nor reads history.json then. */
function noticeEdit(log: Log, target: LocalTarget): void {
  const directory = directoryOf(log, target)
  try {
    const baseline = openBaseline(log.host, directory)
    if (baseline.find()) return
    logEdit(log, target, hashFolder(log.host, directory))
    baseline.remember()
  } catch {
    // A press is over by now; an edit that cannot be logged is noticed again by the next one.
  }
}

/** An `edit` of origin `file`, unless the latest hash of the target is the same or there is none. */
function logEdit(log: Log, target: LocalTarget, folder_hash: string): void {
  const text = targetText(target)
  const isKnown = (events: readonly LifecycleEvent[]) => {
    const latest = events.findLast((event) => event.target === text && event.folder_hash)
    return latest === undefined || latest.folder_hash === folder_hash
  }
  append(log, (events) =>
    isKnown(events) ? undefined : { action: 'edit', target: text, folder_hash, origin: 'file' },
  )
}

function readEvents(host: Host, path: string): LifecycleEvent[] {
  const file = findJson(host, path, lifecycleFileSchema)
  if (file?.schema_version && file.schema_version !== 1)
    throw fail(
      'STORAGE_ERROR',
      `Cannot read "${path}": schema version ${file.schema_version} is unknown`,
    )
  return (file?.events ?? []) as unknown as LifecycleEvent[]
}

// Keys in the order of the contract; what is empty is left out.
function complete(event: LifecycleEvent, now: number): LifecycleEvent {
  if (!event.action) throw fail('VALIDATION_ERROR', 'Cannot log an event without an action')
  const dependencies = [...(event.dependencies ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1))
  return {
    action: event.action,
    occurred_at: event.occurred_at ?? formatTime(now),
    ...(event.package_name && { package_name: event.package_name }),
    ...(event.requested && { requested: event.requested }),
    ...(event.installed?.length && { installed: event.installed }),
    ...(dependencies.length > 0 && { dependencies }),
    ...(event.target && { target: event.target }),
    ...(event.folder_hash && { folder_hash: event.folder_hash }),
    ...(event.origin && { origin: event.origin }),
    ...(event.error && { error: event.error }),
  }
}
