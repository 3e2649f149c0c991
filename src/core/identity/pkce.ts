// Proof keys for logging in through a browser (RFC 7636, method S256), and the address that is opened.

import { sha256 } from '../package/digest.ts'

/** 43 characters of a verifier's own alphabet. */
export function challengeOf(verifier: string): string {
  return base64url(sha256(verifier))
}

export function base64url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: 'base64url', omitPadding: true })
}

export interface Authorization {
  challenge: string
  label: string
  port: number
  state: string
}

/** Keys in alphabetical order. */
export function authorizationUrl(desk: string, authorization: Authorization): string {
  const { challenge, label, port, state } = authorization
  const query = new URLSearchParams({ challenge, label, port: String(port), state })
  return `${desk}/cli-authorize?${query.toString()}`
}

/** What a request to the callback means. */
export type Callback =
  | { kind: 'foreign' }
  | { kind: 'forged' }
  | { kind: 'denied'; error: string }
  | { kind: 'incomplete' }
  | { kind: 'authorized'; code: string }

/** A callback with another state is not ours: it neither logs in nor ends the wait. */
export function readCallback(url: URL, state: string): Callback {
  if (url.pathname !== '/callback') return { kind: 'foreign' }
  const { searchParams } = url
  if (searchParams.get('state') !== state) return { kind: 'forged' }
  const error = searchParams.get('error')
  if (error) return { kind: 'denied', error }
  const code = searchParams.get('code')
  return code ? { kind: 'authorized', code } : { kind: 'incomplete' }
}
