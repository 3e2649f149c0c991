// Requests to webhooks for tests: signed ones from the published vectors, and others made here.

import type { SignedRequest, Verdict } from '#core/webhook/auth/kind.ts'
import type { SecretSources } from '#core/webhook/auth/resolve.ts'
import { verifyAuth } from '#core/webhook/auth/verify.ts'
import type { TriggerAuth } from '#spec/webhook.ts'
import published from '../vectors/webhooks.json'

export interface SignedCall {
  name?: string
  auth: TriggerAuth
  /** Seconds since the epoch. */
  now?: number
  headers?: Record<string, string | undefined>
  body?: string
  sources?: Partial<SecretSources>
}

export const vectors: readonly Required<Omit<SignedCall, 'sources'>>[] = published

const noSecrets: SecretSources = { env: () => undefined, battery: () => undefined }

/** What the host would say to a call. */
export function verdictOn(call: SignedCall): Verdict {
  const { auth, now = 1_700_000_000, headers = {}, body = '', sources } = call
  const request: SignedRequest = {
    header: (name) => headers[name.toLowerCase()],
    body: new TextEncoder().encode(body),
    nowMs: now * 1000,
  }
  return verifyAuth(auth, request, { ...noSecrets, ...sources })
}

/** `ok`, or the code of the refusal. */
export function codeOf(call: SignedCall): string {
  const verdict = verdictOn(call)
  return verdict.ok ? 'ok' : verdict.code
}

/** A JWT over claims, signed with HMAC; `header` replaces the usual one. */
export function makeJwt(
  claims: unknown,
  secret: string,
  hash: 'sha256' | 'sha384' | 'sha512' = 'sha256',
  header: unknown = { alg: `HS${hash.slice(3)}`, typ: 'JWT' },
): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${encode(header)}.${encode(claims)}`
  return `${signed}.${new Bun.CryptoHasher(hash, secret).update(signed).digest('base64url')}`
}
