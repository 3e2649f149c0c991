// What a new drawer looks like, and what every change of one stamps.

import { type DrawerKind, drawerSchemaVersion, untouchedDrawerNotes } from '#spec/drawer.ts'
import { formatTime } from '../time/format.ts'
import type { JsonObject } from './json.ts'

/** The content of a new drawer.json. */
export function newDrawerFile(
  name: string,
  kind: DrawerKind,
  description: string,
  nowMs: number,
): JsonObject {
  const now = formatTime(nowMs)
  return {
    schema_version: drawerSchemaVersion,
    name,
    drawer_kind: kind,
    ...(description !== '' && { description }),
    version: '1',
    ...(kind === 'flow'
      ? { flow: { initial_stage: '', manager: { agent: '' }, stages: [] } }
      : { steps: [] }),
    created_at: now,
    updated_at: now,
  }
}

/** The content of a new AGENT.md. */
export function newDrawerNotes(name: string, description: string): string {
  const intro = description === '' ? '' : `${description}\n\n`
  return `# ${name}\n\n${intro}## Notes\n\n${untouchedDrawerNotes}: what it is for, when to run it, what to check._\n`
}

const unsetTime = '0001-01-01T00:00:00Z'

/** Marks a file as changed now; what must always be there is filled in. */
export function stamp(file: JsonObject, name: string, nowMs: number): void {
  const now = formatTime(nowMs)
  file['name'] ??= name
  if (isUnset(file['created_at'])) file['created_at'] = now
  file['updated_at'] = now
}

function isUnset(time: unknown): boolean {
  return typeof time !== 'string' || time === '' || time === unsetTime
}
