// What is decided about registering a device: its name, its kind, and what its answer may show.

import { fail } from '#spec/errors.ts'
import type { JsonObject } from '../drawer/json.ts'

/** Throws VALIDATION_ERROR for a name that cannot be the first part of a host name. */
export function checkAgentSlug(slug: string): void {
  if (/^[a-z0-9][a-z0-9-]{0,62}$/.test(slug)) return
  throw fail(
    'VALIDATION_ERROR',
    `Cannot use "${slug}" as name of an agent: it must begin with a letter or digit and hold only ` +
      'a to z, 0 to 9 and "-", at most 63 of them',
  )
}

const systems: Readonly<Record<string, string>> = { win32: 'windows' }
const machines: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' }

/** `linux/amd64` */
export function hostKind({ os, arch }: { os: string; arch: string }): string {
  return `${systems[os] ?? os}/${machines[arch] ?? arch}`
}

/** An answer as anybody may see it. */
export function withoutSecrets(answer: JsonObject): JsonObject {
  const { wake_token: _, ...shown } = answer
  return { ...shown, tunnel_token: '' }
}
