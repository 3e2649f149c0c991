// What is signed: by publishers for packages, by devices for requests and for their registration.
// The signatures themselves are made and checked in identity/.

import { fail } from '#spec/errors.ts'

/** The message by which a publisher vouches for a version. */
export function packageMessage(name: string, version: string, contentHash: string): string {
  return ['buttons-package', `${name}@${version}`, contentHash].join('\n')
}

export interface Registration {
  slug: string
  /** '' without one. */
  tunnelId: string
  nonce: string
}

/** The message of a registration (registry 11.3). Throws VALIDATION_ERROR for control characters. */
export function registrationMessage({ slug, tunnelId, nonce }: Registration): string {
  return lines(['buttons-agent-register', slug, tunnelId, nonce])
}

export interface BoundRegistration extends Registration {
  /** Base URL of the registry. */
  origin: string
  deviceId: string
  /** '' without them. */
  agentId: string
  principal: string
}

/** The message that also says to whom it speaks (registry 13.4). */
export function boundRegistrationMessage(registration: BoundRegistration): string {
  const { origin, deviceId, slug, tunnelId, nonce, agentId, principal } = registration
  const parts = [origin, deviceId, slug, tunnelId, nonce, agentId, principal]
  return lines(['buttons-agent-register/2', ...parts])
}

export interface RequestProof {
  method: string
  /** As sent. */
  path: string
  /** Lower-case hex SHA-256 of the body, of nothing when there is none. */
  bodyHash: string
  timestamp: number
  nonce: string
}

/** The message by which a device vouches for a request (registry 13.3). */
export function requestMessage({ method, path, bodyHash, timestamp, nonce }: RequestProof): string {
  return lines(['buttons-request', method, path, bodyHash, String(timestamp), nonce])
}

// A line break inside a part would let one message stand for another.
function lines(parts: readonly string[]): string {
  const bad = parts.find((part) => /\p{Cc}/u.test(part))
  if (bad !== undefined)
    throw fail('VALIDATION_ERROR', `Cannot sign ${JSON.stringify(bad)}: it has control characters`)
  return parts.join('\n')
}

/** Who signs on this machine, made in identity/ and handed to whoever needs it. */
export interface Signer {
  /** Base64 of the 32 bytes. */
  publicKey: string
  /** Base64 of the signature of a text. */
  sign(message: string): string
}

/** What identity/ does for others. */
export interface Identity {
  /** The key of this device; undefined when it has none. Throws AGENT_KEY_ERROR for a broken one. */
  signer(): Promise<Signer | undefined>
  /** The same, with a key that is made and kept when there was none. Throws AGENT_KEY_ERROR. */
  ensureSigner(): Promise<Signer>
  /** Headers by which this device vouches for a request; none while it is not registered. */
  prove(request: { method: string; path: string; body: Uint8Array | string }): Promise<Headings>
  /** Whether a signature is that of a text under a key; false for whatever is no key. */
  verify(publicKey: string, message: string, signature: string): Promise<boolean>
}

export type Headings = Record<string, string>
