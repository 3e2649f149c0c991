// Whether a run whose process is gone had come to do anything.

import { findActive } from '#core/run/active.ts'
import type { Host } from '#host/host.ts'
import { activeFolder } from './hold.ts'

/** For a drawer from the start, for a button once its script runs or its request was sent. */
export function hasBegun({ files }: Host, dataDirectory: string, runId: string): boolean {
  const text = files.findText(`${activeFolder(dataDirectory)}/${runId}`)
  const entry = text === undefined ? undefined : findActive(text)
  if (!entry) return false
  return entry.target.startsWith('drawer/') || entry.groups.length > 0 || entry.sent === true
}
