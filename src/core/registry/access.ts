// What a key of a registry may do, and where (registry 14.2).

import { fail } from '#spec/errors.ts'
import { everyDesk, type RegistryKey, type RegistryRole, registryRoles } from '#spec/registry.ts'
import { checkPackageName } from '../package/name.ts'

export type Reach = Pick<RegistryKey, 'role' | 'desks'>

/** Each role includes those before it. */
export function mayActAs({ role }: Reach, wanted: RegistryRole): boolean {
  return registryRoles.indexOf(role) >= registryRoles.indexOf(wanted)
}

export function coversDesk({ desks }: Pick<Reach, 'desks'>, desk: string): boolean {
  return desks.includes(everyDesk) || desks.includes(desk)
}

/** Desks as a key has them: `*` alone, or each once. Throws VALIDATION_ERROR. */
export function readDesks(given: readonly string[]): string[] {
  if (given.length === 0 || given.includes(everyDesk)) return [everyDesk]
  for (const desk of given) checkDesk(desk)
  return [...new Set(given)].sort()
}

/** Throws VALIDATION_ERROR for anything but `@desk`. */
export function checkDesk(desk: string): void {
  try {
    checkPackageName(`${desk}/name`)
  } catch (cause) {
    throw fail('VALIDATION_ERROR', `Cannot use "${desk}" as desk: it has to look like @desk`, {
      cause,
    })
  }
}

/** The secret in an `Authorization` header; the word before it in any case. */
export function bearerOf(authorization: string | undefined): string | undefined {
  return /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1]
}
