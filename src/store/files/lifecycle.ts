// history.json: an append-only log of what happened to buttons and packages (buttons.md 8).

import { fail } from '#spec/errors.ts'
import { type LifecycleEvent, lifecycleFileSchema } from '#spec/lifecycle.ts'
import { formatTime } from '#core/time/format.ts'
import type { Host } from '#host/host.ts'
import type { LifecycleStore } from '../store.ts'
import { findJson, withDirectoryLock, writeJson } from './json.ts'

export function openLifecycle(host: Host, dataDirectory: string): LifecycleStore {
  const path = `${dataDirectory}/history.json`
  return {
    list: async () => readEvents(host, path),
    append: async (event) =>
      withDirectoryLock(host, path, () => {
        const events = [...readEvents(host, path), complete(event, host.clock.now())]
        writeJson(host, path, { schema_version: 1, events }, '\n')
      }),
  }
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
