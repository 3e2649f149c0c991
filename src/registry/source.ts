// Where packages come from: the registry's address and keys, out of the environment or batteries
// (registry 3). Nothing is asked over the network before these are known.

import { findRegistryBase, findRegistryKey, noRegistry } from '#core/package/source.ts'
import { fail } from '#spec/errors.ts'
import type { RegistryContext } from './context.ts'

export interface Source {
  /** Without a slash at its end. */
  base: string
  key: string
}

/** To read with. Throws VALIDATION_ERROR when the address or the key is not set. */
export async function getReadSource(context: Sourced): Promise<Source> {
  const base = await getBase(context)
  const key =
    (await findKey('REGISTRY_KEY', context)) ?? (await findKey('REGISTRY_WRITE_KEY', context))
  if (key !== undefined) return { base, key }
  throw fail('VALIDATION_ERROR', 'registry key not set', {
    hint: 'buttons batteries set REGISTRY_KEY KEY, or BUTTONS_BAT_REGISTRY_KEY',
  })
}

/** To publish with. Throws VALIDATION_ERROR when the address or the key is not set. */
export async function getWriteSource(context: Sourced): Promise<Source> {
  const base = await getBase(context)
  const key = await findKey('REGISTRY_WRITE_KEY', context)
  if (key !== undefined) return { base, key }
  throw fail('VALIDATION_ERROR', 'registry write key not set', {
    hint: 'buttons login, or buttons batteries set REGISTRY_WRITE_KEY KEY',
  })
}

export type Sourced = Pick<RegistryContext, 'host' | 'store'>

async function getBase(context: Sourced): Promise<string> {
  const base = await findBase(context)
  if (base !== undefined) return base
  throw fail('VALIDATION_ERROR', noRegistry.message, { hint: noRegistry.hint })
}

/** The address, when there is one. */
export async function findBase({ host, store }: Sourced): Promise<string | undefined> {
  return findRegistryBase(host.env, await store.batteries.effective())
}

/** A key by the name of its battery; the environment wins. */
export async function findKey(name: string, { host, store }: Sourced): Promise<string | undefined> {
  return findRegistryKey(name, host.env, await store.batteries.effective())
}
