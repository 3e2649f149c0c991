// Whether a run whose process is gone had come to do anything.

import { findActive } from '#core/run/active.ts'
import type { Host } from '#host/host.ts'
import { activeFolder } from './hold.ts'

/** Its steps are under way from the start for a drawer, and for a button once its script is. */
export function hasBegun({ files }: Host, dataDirectory: string, runId: string): boolean {
  const text = files.findText(`${activeFolder(dataDirectory)}/${runId}`)
  const entry = text === undefined ? undefined : findActive(text)
  return entry !== undefined && (entry.target.startsWith('drawer/') || entry.groups.length > 0)
}
