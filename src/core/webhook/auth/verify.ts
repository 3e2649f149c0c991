// Whether a request may start what it asks for. Unknown kinds, empty secrets and references that
// lead nowhere let nobody in (serve.md 4.6, 9.6).

import type { AuthType, TriggerAuth } from '#spec/webhook.ts'
import { authKinds } from './index.ts'
import { type AuthKind, type SignedRequest, type Verdict, misconfigured } from './kind.ts'
import { resolveAuth, type SecretSources } from './resolve.ts'
import { secretsOf } from './signature.ts'

export function verifyAuth(
  auth: TriggerAuth | undefined,
  request: SignedRequest,
  sources: SecretSources,
): Verdict {
  const kind = findAuthKind(auth)
  if (!kind) {
    const detail = 'this server does not know the configured auth type'
    return { ok: false, status: 500, code: 'AUTH_UNKNOWN_TYPE', detail }
  }
  if (!auth) return kind.verify({ type: 'none' }, request)
  const trouble = findMisconfiguration(auth, sources)
  if (trouble !== undefined) return misconfigured(trouble)
  return kind.verify(resolveAuth(auth, sources).auth, request)
}

/** The row of a trigger's auth; absent and empty mean none. */
export function findAuthKind(auth: TriggerAuth | undefined): AuthKind | undefined {
  const type = auth?.type || 'none'
  return Object.hasOwn(authKinds, type) ? authKinds[type as AuthType] : undefined
}

/** Whether anybody may call, or only who proves something. */
export function isOpen(auth: TriggerAuth | undefined): boolean {
  return (auth?.type || 'none') === 'none'
}

/** Why nobody could ever be let in, or undefined. Names keys, never values. */
export function findMisconfiguration(
  auth: TriggerAuth,
  sources: SecretSources,
): string | undefined {
  const { auth: resolved, unresolved } = resolveAuth(auth, sources)
  if (unresolved.length > 0) return `nothing is set for ${unresolved.join(', ')}`
  const lacking = (findAuthKind(auth)?.needs ?? []).filter((key) =>
    key === 'secret' ? secretsOf(resolved).length === 0 : !resolved[key],
  )
  return lacking.length > 0 ? `${lacking.join(', ')} missing` : undefined
}
