// From a button.json whose types are known to be right to a Button: nulls gone, defaults in place.

import type { ArgDef, Button } from '#spec/button.ts'
import type { ButtonFile } from '#spec/buttonFile.ts'
import { limits } from '#spec/limits.ts'

const unsetTime = '0001-01-01T00:00:00Z'

/** `folder` is the button's identity (D19). */
export function toButton(file: ButtonFile, folder: string): Button {
  const button: Button = {
    ...(withoutNulls(file) as Partial<Button>),
    schema_version: file.schema_version || 1,
    name: folder,
    runtime: file.runtime ?? '',
    env: file.env ?? {},
    timeout_seconds:
      (file.timeout_seconds ?? 0) > 0 ? file.timeout_seconds! : limits.defaultTimeoutSeconds,
    mcp_enabled: file.mcp_enabled ?? false,
    created_at: file.created_at ?? unsetTime,
    updated_at: file.updated_at ?? unsetTime,
  }
  if (file.args) button.args = file.args.map(toArgDef)
  if (Array.isArray(file.requires))
    button.requires = Object.fromEntries(file.requires.map((name) => [name, 'latest']))
  return button
}

function toArgDef(def: object): ArgDef {
  const known = withoutNulls(def)
  return { ...known, required: known['required'] ?? false } as unknown as ArgDef
}

function withoutNulls(object: object): Record<string, unknown> {
  // Without a prototype, so that every name is only a name.
  const kept: Record<string, unknown> = Object.create(null)
  for (const [key, value] of Object.entries(object))
    if (value !== null && value !== undefined) kept[key] = value
  return kept
}
