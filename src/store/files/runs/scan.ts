// Lists runs by reading every record: what answers when there is no index to ask.

import { targetKinds } from '#core/run/folder.ts'
import { compareStored, type StoredRun } from '#core/run/stored.ts'
import type { TargetKind } from '#spec/run.ts'
import type { Host } from '#host/host.ts'
import type { StoredRunQuery } from '../../store.ts'
import { listRecords, listTargets } from './list.ts'
import { findRecord } from './read.ts'

/** Newest first. */
export function scan(host: Host, dataDirectory: string, query: StoredRunQuery): StoredRun[] {
  const found = targetsOf(host, dataDirectory, query).flatMap(({ kind, name }) =>
    listRecords(host, dataDirectory, kind, name).flatMap(
      (file) => findRecord(host, dataDirectory, kind, name, file)?.stored ?? [],
    ),
  )
  return found
    .filter((stored) => isWanted(stored, query))
    .sort(compareStored)
    .slice(0, query.limit)
}

function isWanted(stored: StoredRun, query: StoredRunQuery): boolean {
  const { run, file } = stored
  const { failedOnly, status, sinceMs, before } = query
  const startedMs = Date.parse(run.started_at)
  if (failedOnly && run.status === 'ok') return false
  if (status !== undefined && run.status !== status) return false
  if (sinceMs !== undefined && startedMs < sinceMs) return false
  if (!before || startedMs < before.startedMs) return true
  return startedMs === before.startedMs && file < before.key
}

function targetsOf(
  host: Host,
  dataDirectory: string,
  { target, kinds = targetKinds }: StoredRunQuery,
): { kind: TargetKind; name: string }[] {
  if (target) return [target]
  return kinds.flatMap((kind) =>
    listTargets(host, dataDirectory, kind).map((name) => ({ kind, name })),
  )
}
