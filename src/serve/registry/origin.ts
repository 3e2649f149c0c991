// Which registry this host hands packages out for, if any, and that it is not this host itself
// (serve.md 9.12).

import { findRegistryBase, findRegistryKey, trimSlashes } from '#core/package/source.ts'
import { publicBase } from '#core/package/wire.ts'
import { parseAddress } from '#core/http/address.ts'
import { hostnameOf, isLoopback } from '#core/serve/loopback.ts'
import { fail } from '#spec/errors.ts'
import type { ProxySource } from '#registry/proxy/context.ts'
import type { Hosting } from '../hosting.ts'

type Asked = Pick<Hosting, 'settings' | 'env' | 'store' | 'machine'>

/** Its address; '' when there is none. Throws VALIDATION_ERROR for what is no address. */
export async function findOrigin({ settings, env, store }: Asked): Promise<string> {
  const { registry, 'registry-origin': given } = settings
  // An address in the environment is for the commands of a machine, not for its own registry.
  if (registry && !given) return ''
  const base = given
    ? trimSlashes(given)
    : (findRegistryBase(env, await store.batteries.effective()) ?? '')
  const url = base === '' ? undefined : URL.parse(base)
  if (url === undefined || (url !== null && /^https?:$/.test(url.protocol))) return base
  // What stands in the environment for other commands is no reason for this one to fail.
  if (!given) return ''
  throw fail('VALIDATION_ERROR', `Cannot use "${given}" as --registry-origin: it is no web address`)
}

/** With the keys as they are now. */
export async function readSource(base: string, { env, store }: Asked): Promise<ProxySource> {
  const batteries = await store.batteries.effective()
  const writeKey = findRegistryKey('REGISTRY_WRITE_KEY', env, batteries) ?? ''
  return { base, writeKey, readKey: findRegistryKey('REGISTRY_KEY', env, batteries) ?? writeKey }
}

/** Throws VALIDATION_ERROR for an origin that leads back here. */
export async function refuseOwn(base: string, asked: Asked): Promise<void> {
  const { socket, host, port } = asked.settings
  if (socket !== undefined || port === 0 || portOf(base) !== port) return
  const own = host || '127.0.0.1'
  const name = hostnameOf(new URL(base).host)
  if (own !== name && !(await leadHereBoth(name, own, asked))) return
  throw fail('VALIDATION_ERROR', `Cannot use "${publicBase(base)}" as origin: that is this host`, {
    hint: 'Give the address of another registry with --registry-origin',
  })
}

function portOf(base: string): number {
  const { port, protocol } = new URL(base)
  return port === '' ? { 'http:': 80, 'https:': 443 }[protocol]! : Number(port)
}

async function leadHereBoth(name: string, own: string, { machine }: Asked): Promise<boolean> {
  const everywhere = own === '0.0.0.0' || own === '::'
  const origin = await addressesOf(name, machine)
  const listened = await addressesOf(everywhere ? machine.platform.hostname : own, machine)
  const places = listened.map(plainAddress)
  return origin.some((one) => (everywhere && isLoopback(one)) || places.includes(plainAddress(one)))
}

/** In one spelling: an IPv4 address may be written as one of IPv6. */
function plainAddress(address: string): string {
  const bytes = parseAddress(address)?.bytes ?? []
  const mapped = bytes.length === 16 && bytes.slice(0, 10).every((byte) => byte === 0)
  if (mapped && bytes[10] === 255 && bytes[11] === 255) return bytes.slice(12).join('.')
  return bytes.join('.')
}

// What does not resolve leads nowhere; requests will say so.
async function addressesOf(name: string, { network }: Asked['machine']): Promise<string[]> {
  try {
    return await network.lookup(name)
  } catch {
    return []
  }
}
