// Administration of a registry on its own database, whether or not a host serves it just now
// (registry 14.9). Secrets are shown by the act that makes them, and by nothing else.

import { checkDesk, readDesks } from '#core/registry/access.ts'
import { checkPackageName } from '#core/package/name.ts'
import { formatTime } from '#core/time/format.ts'
import { fail } from '#spec/errors.ts'
import {
  type RegistryDevice,
  type RegistryKey,
  type RegistryRole,
  registryRoles,
} from '#spec/registry.ts'
import type { Host } from '#host/host.ts'
import type { RegistryStore } from '#store/registry.ts'
import { mintKey, newSecret } from './secrets.ts'

export interface KeyRequest {
  role: string
  /** None: every desk. */
  desks: readonly string[]
  label: string
  /** Undefined: whoever runs this registry. */
  owner: string | undefined
}

export interface NewKeyShown {
  id: string
  key: string
  role: RegistryRole
  desks: string[]
  label: string
}

export interface TokenRequest {
  owner: string
  desk: string | undefined
  ttlMs: number
}

/** Throws VALIDATION_ERROR for what cannot be, NOT_FOUND for what is not there, STORAGE_ERROR. */
export interface RegistryDesk {
  createKey(request: KeyRequest): Promise<NewKeyShown>
  listKeys(): Promise<RegistryKey[]>
  revokeKey(id: string): Promise<RegistryKey>
  createToken(request: TokenRequest): Promise<{ token: string; expires_at: string }>
  listDevices(): Promise<RegistryDevice[]>
  revokeDevice(deviceId: string): Promise<RegistryDevice>
  /** `text` is like `@desk/name@3`. */
  yank(text: string, yanked: boolean): Promise<{ name: string; version: string; yanked: boolean }>
  close(): Promise<void>
}

const localOwner = 'local'

export function openRegistryDesk(
  store: RegistryStore,
  { clock, random }: Pick<Host, 'clock' | 'random'>,
): RegistryDesk {
  return {
    createKey: async ({ role: given, desks: named, label, owner }) => {
      const role = readRole(given)
      const desks = readDesks(named)
      const owner_id = readOwner(owner ?? localOwner)
      checkText('label', label)
      const { id, key } = await mintKey({ role, desks, label, owner_id }, store, random)
      return { id, key, role, desks, label }
    },
    listKeys: () => store.keys.list(),
    revokeKey: async (id) => {
      const key = await store.keys.revoke(id)
      if (key) return key
      throw fail('NOT_FOUND', `Cannot revoke "${id}": no such key`, {
        hint: 'buttons registry key list',
      })
    },
    createToken: async ({ owner, desk, ttlMs }) => {
      if (desk !== undefined) checkDesk(desk)
      if (ttlMs <= 0)
        throw fail('VALIDATION_ERROR', 'Cannot create a token: --ttl must be positive')
      const { secret, hash } = newSecret('ben_', random)
      const expiresMs = clock.now() + ttlMs
      await store.devices.addToken(hash, { owner_id: readOwner(owner), namespace: desk, expiresMs })
      return { token: secret, expires_at: formatTime(expiresMs) }
    },
    listDevices: () => store.devices.list(),
    revokeDevice: async (deviceId) => {
      const device = await store.devices.revoke(deviceId)
      if (!device)
        throw fail('NOT_FOUND', `Cannot revoke "${deviceId}": no such device`, {
          hint: 'buttons registry device list',
        })
      const { pubkey: _, ...shown } = device
      return shown
    },
    yank: async (text, yanked) => {
      const { name, version } = readRelease(text)
      if (await store.releases.setYanked(name, version, yanked))
        return { name, version: String(version), yanked }
      throw fail('NOT_FOUND', `Cannot yank "${text}": no such version`)
    },
    close: store.close,
  }
}

function readRole(text: string): RegistryRole {
  const role = registryRoles.find((one) => one === text)
  if (role) return role
  const words = registryRoles.join(', ')
  throw fail('VALIDATION_ERROR', `Cannot use "${text}" as role: it must be one of ${words}`)
}

function readOwner(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._@-]{0,127}$/.test(text)) return text
  throw fail(
    'VALIDATION_ERROR',
    `Cannot use "${text}" as owner: it must be up to 128 letters, digits, ".", "_", "@" and "-"`,
  )
}

const labelCharacters = 200

function checkText(what: string, text: string): void {
  if (text.length <= labelCharacters && !/\p{Cc}/u.test(text)) return
  const rule = `it must be at most ${labelCharacters} characters, without line breaks`
  throw fail('VALIDATION_ERROR', `Cannot use this ${what}: ${rule}`)
}

function readRelease(text: string): { name: string; version: number } {
  const at = text.lastIndexOf('@')
  const version = text.slice(at + 1)
  if (at > 0 && /^[1-9][0-9]{0,8}$/.test(version)) {
    const name = text.slice(0, at)
    checkPackageName(name)
    return { name, version: Number(version) }
  }
  throw fail('VALIDATION_ERROR', `Cannot yank "${text}": name one version, like @desk/name@3`)
}
