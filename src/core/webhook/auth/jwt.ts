// Bearer tokens signed with a shared secret (RFC 7519, HS256 to HS512). Written by hand: one
// algorithm family, always named by the configuration and never by the token.

import { createHmac } from 'node:crypto'
import { jwtAlgorithms, type TriggerAuth } from '#spec/webhook.ts'
import { sameSecret } from './compare.ts'
import { findBase64Url } from './encoding.ts'
import { type AuthKind, type Verdict, invalid, misconfigured, missing, passed } from './kind.ts'

const skewSeconds = 30

export const jwt: AuthKind = {
  signsBody: false,
  needs: ['jwt_secret'],
  verify: (auth, { header, nowMs }) => {
    const authorization = header('authorization') ?? ''
    const token = authorization.startsWith('Bearer ') ? authorization.slice(7).trim() : ''
    if (token === '') return missing('bearer token required')
    const algorithm = jwtAlgorithms.find((known) => known === (auth.jwt_algorithm || 'HS256'))
    if (!algorithm) return misconfigured('unknown jwt_algorithm')
    const segments = token.split('.')
    const [head, payload, signature] = segments.map(findBase64Url)
    if (segments.length !== 3 || !head || !payload || !signature) return invalid('malformed token')
    if (!namesAlgorithm(head, algorithm)) return invalid('unexpected algorithm')
    const signed = `${segments[0]}.${segments[1]}`
    const expected = createHmac(hashes[algorithm], auth.jwt_secret ?? '')
      .update(signed)
      .digest()
    if (!sameSecret(signature, expected)) return invalid('wrong signature')
    return checkClaims(parseObject(payload), auth, nowMs / 1000)
  },
}

const hashes = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' } as const

function namesAlgorithm(head: Uint8Array, algorithm: string): boolean {
  const named = parseObject(head)?.['alg']
  return typeof named === 'string' && named.toUpperCase() === algorithm
}

function parseObject(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    return value as Record<string, unknown>
  } catch {
    return undefined
  }
}

function checkClaims(
  claims: Record<string, unknown> | undefined,
  { jwt_issuer, jwt_audience }: TriggerAuth,
  now: number,
): Verdict {
  if (!claims) return invalid('malformed claims')
  const { exp, nbf, iss, aud } = claims
  if (exp !== undefined && typeof exp !== 'number') return invalid('malformed exp')
  if (exp !== undefined && !(now - skewSeconds <= Math.trunc(exp))) return invalid('token expired')
  if (nbf !== undefined && typeof nbf !== 'number') return invalid('malformed nbf')
  if (nbf !== undefined && !(nbf <= now + skewSeconds)) return invalid('token not valid yet')
  if (jwt_issuer && iss !== jwt_issuer) return invalid('wrong issuer')
  const audiences = Array.isArray(aud) ? aud : [aud]
  if (jwt_audience && !audiences.includes(jwt_audience)) return invalid('wrong audience')
  return passed
}
