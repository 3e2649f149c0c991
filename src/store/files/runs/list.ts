// Which record files there are, and whose.

import { historyFolder } from '#core/run/folder.ts'
import type { TargetKind } from '#spec/run.ts'
import type { Host } from '#host/host.ts'
import { isRecordName } from './stems.ts'

/** The record files of a target, relative to the data directory, unsorted. */
export function listRecords(
  host: Host,
  dataDirectory: string,
  kind: TargetKind,
  name: string,
): string[] {
  const folder = historyFolder(kind, name)
  return host.files
    .list(`${dataDirectory}/${folder}`)
    .filter((entry) => entry.kind === 'file' && isRecordName(entry.name))
    .map((entry) => `${folder}/${entry.name}`)
}

/** The folders of all targets of a kind, by name; links are not followed. */
export function listTargets(host: Host, dataDirectory: string, kind: TargetKind): string[] {
  return host.files
    .list(`${dataDirectory}/${kind}s`)
    .filter((entry) => entry.kind === 'directory' && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
}
