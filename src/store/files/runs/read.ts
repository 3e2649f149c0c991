// Reading record files.

import { findStored, type StoredRun } from '#core/run/stored.ts'
import type { FileMark } from '#core/run/row.ts'
import type { TargetKind } from '#spec/run.ts'
import type { Host } from '#host/host.ts'

export interface ReadRecord {
  stored: StoredRun
  /** As the file was just before it was read: a later change shows as a difference. */
  mark: FileMark
}

/** The record in a file, or undefined when it is not there, not readable or not a record. */
export function findRecord(
  host: Host,
  dataDirectory: string,
  kind: TargetKind,
  name: string,
  file: string,
): ReadRecord | undefined {
  try {
    const path = `${dataDirectory}/${file}`
    const mark = host.files.stat(path)
    const text = mark && host.files.findText(path)
    const stored = text === undefined ? undefined : findStored(kind, name, file, text)
    return stored && { stored, mark: mark! }
  } catch {
    return undefined
  }
}
