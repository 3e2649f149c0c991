// Who is asking, and whether they may (registry 14.2).

import { bearerOf, mayActAs, type Reach } from '#core/registry/access.ts'
import { sha256Hex } from '#core/package/digest.ts'
import { sameSecret } from '#core/webhook/auth/compare.ts'
import { fail } from '#spec/errors.ts'
import { everyDesk, type RegistryRole } from '#spec/registry.ts'
import type { Act, RegistryCall, ServerContext } from './context.ts'

export interface Caller extends Reach {
  /** '' where no key is asked for. */
  id: string
  owner_id: string
}

const anybody: Caller = { id: '', role: 'admin', desks: [everyDesk], owner_id: 'local' }

/** Throws UNAUTHORIZED without a good key, FORBIDDEN when it is none for this. */
export async function authorize(
  wanted: RegistryRole,
  call: RegistryCall,
  act: Act,
  context: ServerContext,
): Promise<Caller> {
  const { keys } = context.store
  const given = bearerOf(call.header('authorization'))
  const key = given === undefined ? undefined : await findKey(given, context)
  if (!key && (await isOpen(call, context))) return anybody
  if (!key)
    throw fail('UNAUTHORIZED', given === undefined ? 'A registry key is missing' : 'No such key')
  act.actor = actorOf(given!)
  if (!mayActAs(key, wanted))
    throw fail('FORBIDDEN', `This key has the role ${key.role}, which is not enough: ${wanted}`)
  await keys.touch(key.id)
  return key
}

export function actorOf(secret: string): string {
  return `key:${sha256Hex(secret).slice(0, 8)}`
}

/** The key with this secret, unless it was revoked. */
export async function findKey(secret: string, { store }: ServerContext) {
  const hash = sha256Hex(secret)
  const key = await store.keys.findByHash(hash)
  const good = key !== undefined && sameSecret(key.hash, hash) && key.revoked_at === undefined
  return good ? key : undefined
}

// Clients do not work without a key, so any will do. The first one that is made shuts the door, and
// it stays shut when the last one is revoked.
async function isOpen({ foreign }: RegistryCall, { settings, store }: ServerContext) {
  return settings.loopback && !foreign && !(await store.keys.any())
}
