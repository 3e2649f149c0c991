// What all signatures of bodies have in common: several secrets, an HMAC over bytes as they came,
// and timestamps that must not be far off.

import { createHmac } from 'node:crypto'
import type { TriggerAuth } from '#spec/webhook.ts'
import { sameSecret } from './compare.ts'
import { type Verdict, invalid, passed } from './kind.ts'

const encoder = new TextEncoder()

/** All secrets of a trigger; a rotation lists several. */
export function secretsOf({ secret, secrets }: TriggerAuth): string[] {
  return [...(secret ? [secret] : []), ...(secrets ?? [])].filter((one) => one !== '')
}

/** Texts and bytes in a row. */
export function joinBytes(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  const bytes = parts.map((part) => (typeof part === 'string' ? encoder.encode(part) : part))
  const joined = new Uint8Array(bytes.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of bytes) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

export function signBytes(
  algorithm: string,
  key: string | Uint8Array,
  signed: Uint8Array,
): Uint8Array {
  return createHmac(algorithm, key).update(signed).digest()
}

/** Whether any of the signatures is one of the expected; every pair is compared. */
export function anyMatches(
  given: readonly (Uint8Array | undefined)[],
  expected: readonly Uint8Array[],
): boolean {
  let found = false
  for (const one of given)
    for (const other of expected) if (one && sameSecret(one, other)) found = true
  return found
}

const defaultToleranceSeconds = 300

/** Whether a text is a timestamp in seconds near enough; what comes from the future is as bad. */
export function checkAge(
  seconds: string,
  { tolerance_seconds }: TriggerAuth,
  nowMs: number,
): Verdict {
  const tolerance = tolerance_seconds ?? defaultToleranceSeconds
  if (Math.abs(nowMs / 1000 - Number(seconds)) <= tolerance) return passed
  return { ok: false, status: 401, code: 'AUTH_EXPIRED', detail: 'timestamp too far off' }
}

export function isTimestamp(text: string): boolean {
  return /^\d{1,15}$/.test(text)
}

export const wrongSignature = () => invalid('wrong signature')
