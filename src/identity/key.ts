// Keys of devices: Ed25519 (RFC 8032) from a seed of 32 bytes. Everything that signs or checks a
// signature comes through here.

import * as ed25519 from '@noble/ed25519'
import { sha256Hex, sha512 } from '#core/package/digest.ts'
import type { Signer } from '#core/package/signing.ts'
import { fail } from '#spec/errors.ts'

ed25519.hashes.sha512 = sha512

const seedBytes = 32

/** Throws AGENT_KEY_ERROR for anything but base64 of 32 bytes. */
export function openSigner(seed: string): Signer {
  const secret = fromBase64(seed)
  if (secret?.length !== seedBytes)
    throw fail('AGENT_KEY_ERROR', 'Cannot use the device key: corrupt device key in agent.json', {
      hint: 'Delete agent.json and set the agent up again with a new token',
    })
  return {
    publicKey: ed25519.getPublicKey(secret).toBase64(),
    sign: (message) => ed25519.sign(encode(message), secret).toBase64(),
  }
}

export function newSeed(bytes: (count: number) => Uint8Array): string {
  return bytes(seedBytes).toBase64()
}

/** Lower-case hex SHA-256 of the raw public key. */
export function deviceIdOf(publicKey: string): string {
  return sha256Hex(fromBase64(publicKey) ?? '')
}

/** By the letter of RFC 8032; false for keys and signatures that are none. */
export function verify(publicKey: string, message: string, signature: string): boolean {
  const [key, signed] = [fromBase64(publicKey), fromBase64(signature)]
  if (key?.length !== 32 || signed?.length !== 64) return false
  try {
    return ed25519.verify(signed, encode(message), key, { zip215: false })
  } catch {
    return false
  }
}

/** Whether a text is base64 of a point of the curve that is no trap of low order. */
export function isPublicKey(text: string): boolean {
  const key = fromBase64(text)
  if (key?.length !== 32) return false
  try {
    return !ed25519.Point.fromBytes(key).isSmallOrder()
  } catch {
    return false
  }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** Strict: with padding, nothing else in it. */
function fromBase64(text: string): Uint8Array | undefined {
  const whole = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
  return whole.test(text) ? Uint8Array.fromBase64(text) : undefined
}
