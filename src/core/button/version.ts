// Files of newer programs: shown, but neither pressed nor rewritten (D20).

import { buttonSchemaVersion } from '#spec/button.ts'

/** Why a file is too new for this program, or undefined. */
export function describeNewer(schemaVersion: unknown): string | undefined {
  if (typeof schemaVersion !== 'number' || schemaVersion <= buttonSchemaVersion) return undefined
  return `its schema version ${schemaVersion} is newer than this program knows`
}
