// Remembering for a registry of ours: versions with their archives, keys, tokens, devices, agents.
// It is the only copy, so a write has reached the disk when its promise resolves. Several processes
// may use one registry at once. Everything throws STORAGE_ERROR.

import type {
  PublishedEvent,
  RegistryDevice,
  RegistryKey,
  RegistryRole,
  Release,
} from '#spec/registry.ts'

export interface RegistryStore {
  /** Where it lies. */
  readonly directory: string
  readonly releases: ReleaseStore
  readonly blobs: BlobStore
  readonly keys: KeyStore
  readonly devices: RegistryDeviceStore
  readonly agents: RegisteredAgentStore
  readonly nonces: NonceStore
  readonly codes: CodeStore
  readonly wakes: WakeStore
  close(): Promise<void>
}

export interface ReleaseStore {
  /**
   * Adds a version whose archive is in `blobs`, with the events that tell of it: all or nothing.
   * `no-blob`: the archive has gone meanwhile; put it there again.
   */
  add(release: Release, tell: (agents: readonly Wakeable[]) => NewWake[]): Promise<Added>
  find(name: string, version: number): Promise<Release | undefined>
  /** The greatest version of a name; undefined when there is none. */
  findLatest(name: string): Promise<number | undefined>
  findKind(name: string): Promise<Release['kind'] | undefined>
  /** Every version with its mark; in no particular order. */
  list(): Promise<(Release & { yanked: boolean })[]>
  /** Changes with everything that changes the list, and is never the same for two registries. */
  mark(): Promise<string>
  /** False when there is no such version. */
  setYanked(name: string, version: number, yanked: boolean): Promise<boolean>
}

export type Added = 'added' | 'exists' | 'other-kind' | 'no-blob'

/** Archives by the SHA-256 of their bytes. */
export interface BlobStore {
  put(sha256: string, bytes: Uint8Array): Promise<void>
  find(sha256: string): Promise<Blob | undefined>
  /** Removes what no version refers to and nobody is just about to; how many files went. */
  sweep(): Promise<number>
}

export interface NewKey {
  id: string
  /** Hex SHA-256 of the key. */
  hash: string
  role: RegistryRole
  desks: string[]
  label: string
  owner_id: string
}

export interface KeyStore {
  add(key: NewKey): Promise<void>
  /** Also one that was revoked. */
  findByHash(hash: string): Promise<(RegistryKey & { hash: string }) | undefined>
  list(): Promise<RegistryKey[]>
  /** Whether there ever was a key, revoked ones included. */
  any(): Promise<boolean>
  revoke(id: string): Promise<RegistryKey | undefined>
  /** Notes that a key was used; at most once a minute and key. Never throws. */
  touch(id: string): Promise<void>
}

export interface EnrollToken {
  owner_id: string
  namespace: string | undefined
  expiresMs: number
  /** The device that used it. */
  device_id: string | undefined
}

export interface Device extends RegistryDevice {
  pubkey: string
}

export interface RegistryDeviceStore {
  addToken(hash: string, token: Omit<EnrollToken, 'device_id'>): Promise<void>
  findToken(hash: string): Promise<EnrollToken | undefined>
  /** Adds a device and spends the token; false when somebody else was first with either. */
  enroll(tokenHash: string, device: Omit<Device, 'enrolled_at'>): Promise<boolean>
  find(deviceId: string): Promise<Device | undefined>
  list(): Promise<RegistryDevice[]>
  revoke(deviceId: string): Promise<Device | undefined>
  seen(deviceId: string): Promise<void>
  /** Notes a request of a device by its nonce; false when it has used that before. */
  noteRequest(deviceId: string, nonce: string, keptMs: number): Promise<boolean>
}

export interface RegisteredAgent {
  slug: string
  device_id: string
  owner_id: string
  tunnel_id: string
  agent_id: string
  principal: string
  wake_url: string
  wake_token: string
}

/** An agent that may hear of a publication. */
export interface Wakeable {
  slug: string
  owner_id: string
  namespace: string | undefined
  /** Desks of the owner's live keys. */
  desks: string[]
}

export interface RegisteredAgentStore {
  find(slug: string): Promise<RegisteredAgent | undefined>
  /**
   * Keeps an agent unless another live device holds its name. The wake token of a known agent stays;
   * `created`: it is new, or has changed hands.
   */
  save(agent: RegisteredAgent): Promise<'created' | 'updated' | 'taken'>
  /** Its receiver refuses us: nothing more is sent there until it registers again. */
  markFailing(slug: string): Promise<void>
}

/** One-time challenges. */
export interface NonceStore {
  add(hash: string, expiresMs: number): Promise<void>
  /** False when it is unknown, used or too old. */
  spend(hash: string): Promise<boolean>
}

export interface AuthCode {
  challenge: string
  owner_id: string
  desks: string[]
  label: string
  expiresMs: number
}

/** Codes of logins. */
export interface CodeStore {
  add(hash: string, code: AuthCode): Promise<void>
  /** Whatever follows, the code cannot be used again. Undefined when unknown, used or too old. */
  spend(hash: string): Promise<AuthCode | undefined>
}

export interface NewWake {
  slug: string
  event: PublishedEvent
}

export interface Wake extends NewWake {
  id: number
  attempts: number
  url: string
  token: string
}

export interface WakeStore {
  /** Takes what is due, for so long; whoever dies meanwhile leaves it to the next one. */
  claim(leaseMs: number, most: number): Promise<Wake[]>
  done(id: number): Promise<void>
  retry(id: number, afterMs: number): Promise<void>
  /** Milliseconds until something is due; undefined when nothing waits. */
  nextInMs(): Promise<number | undefined>
}
