// What a way of proving who one is consists of. The rows of index.ts are of this kind.

import type { AuthRefusal, AuthTrouble, TriggerAuth } from '#spec/webhook.ts'

/** A request as far as proof goes; header names in any case. */
export interface SignedRequest {
  header(name: string): string | undefined
  /** As received; empty for kinds that are checked before the body is read. */
  body: Uint8Array
  nowMs: number
}

export interface Refusal {
  ok: false
  status: 401 | 500
  code: AuthRefusal | AuthTrouble
  /** For the sender: why, without anything secret. */
  detail: string
}

export type Verdict = { ok: true } | Refusal

export interface AuthKind {
  /** The raw body is part of what is checked. */
  readonly signsBody: boolean
  /** Keys without which nobody is let in. */
  readonly needs: readonly (keyof TriggerAuth)[]
  /** References are resolved and what is needed is there. */
  verify(auth: TriggerAuth, request: SignedRequest): Verdict
}

export const passed: Verdict = { ok: true }

export function missing(detail: string): Refusal {
  return { ok: false, status: 401, code: 'AUTH_MISSING', detail }
}

export function invalid(detail: string): Refusal {
  return { ok: false, status: 401, code: 'AUTH_INVALID', detail }
}

export function misconfigured(detail: string): Refusal {
  return { ok: false, status: 500, code: 'AUTH_MISCONFIGURED', detail }
}
