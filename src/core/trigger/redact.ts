// Triggers as they may be shown: without their secrets. A reference says where a secret is, which
// is none itself (serve.md D 17).

import { redactedText } from '#spec/limits.ts'
import { isReference } from '../webhook/auth/resolve.ts'

const secretKeys: ReadonlySet<string> = new Set([
  'token',
  'username',
  'password',
  'header_value',
  'jwt_secret',
  'secret',
  'secrets',
])

/** A trigger, as a plain object, with everything secret in it and in its auth hidden. */
export function redactTrigger<T extends object>(trigger: T): T {
  return hide(trigger) as T
}

function hide(value: object): object {
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => {
      if (secretKeys.has(key)) return [key, hideValue(inner)]
      return [
        key,
        key === 'auth' && typeof inner === 'object' && inner !== null ? hide(inner) : inner,
      ]
    }),
  )
}

function hideValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hideValue)
  return typeof value === 'string' && (value === '' || isReference(value)) ? value : redactedText
}
