// Keys, tokens and codes: random, told once, kept as hashes.

import { base64url } from '#core/identity/pkce.ts'
import { sha256Hex } from '#core/package/digest.ts'
import type { RegistryRole } from '#spec/registry.ts'
import type { Random } from '#host/host.ts'
import type { NewKey, RegistryStore } from '#store/registry.ts'

const prefixes: Readonly<Record<RegistryRole, string>> = {
  read: 'brk_',
  write: 'bpt_',
  admin: 'bak_',
}

export function newSecret(prefix: string, random: Random): { secret: string; hash: string } {
  const secret = prefix + base64url(random.bytes(32))
  return { secret, hash: sha256Hex(secret) }
}

/** Adds a key; the key itself is told here and never again. */
export async function mintKey(
  key: Omit<NewKey, 'id' | 'hash'>,
  store: RegistryStore,
  random: Random,
): Promise<{ id: string; key: string }> {
  const { secret, hash } = newSecret(prefixes[key.role], random)
  const id = random.bytes(6).toHex()
  await store.keys.add({ ...key, id, hash })
  return { id, key: secret }
}
