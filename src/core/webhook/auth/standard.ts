// Standard Webhooks (standardwebhooks.com), and Svix, which it comes from: a list of signatures over
// `<id>.<timestamp>.<body>`; `v1` is an HMAC, `v1a` an Ed25519 signature.

import { createPublicKey, verify } from 'node:crypto'
import type { TriggerAuth } from '#spec/webhook.ts'
import { findBase64 } from './encoding.ts'
import { type AuthKind, type SignedRequest, invalid, misconfigured, missing } from './kind.ts'
import {
  anyMatches,
  checkAge,
  isTimestamp,
  joinBytes,
  secretsOf,
  signBytes,
  wrongSignature,
} from './signature.ts'

/** With the headers of one of these prefixes, the first that is there. */
function signedList(prefixes: readonly [string, ...string[]]): AuthKind {
  return {
    signsBody: true,
    needs: ['secret'],
    verify: (auth, request) => {
      const prefix = prefixes.find((one) => request.header(`${one}-signature`)) ?? prefixes[0]
      const [id, time, list] = ['id', 'timestamp', 'signature'].map((name) =>
        request.header(`${prefix}-${name}`),
      )
      if (!id || !time || !list)
        return missing(`headers ${prefix}-id, -timestamp and -signature required`)
      if (!isTimestamp(time)) return invalid('malformed timestamp')
      return verifyList(auth, request, list, { id, time })
    },
  }
}

export const standardWebhooks: AuthKind = signedList(['webhook'])
export const svix: AuthKind = signedList(['svix', 'webhook'])

function verifyList(
  auth: TriggerAuth,
  { body, nowMs }: SignedRequest,
  list: string,
  { id, time }: { id: string; time: string },
) {
  const keys = readKeys(auth)
  if (!keys) return misconfigured('the secret is neither whsec_ nor whpk_ with base64')
  const signed = joinBytes(`${id}.${time}.`, body)
  const expected = keys.shared.map((key) => signBytes('sha256', key, signed))
  const given = list.split(' ').map((entry) => entry.split(',', 2))
  const symmetric = given
    .filter(([version]) => version === 'v1')
    .map(([, value = '']) => findBase64(value))
  const public_ = given
    .filter(([version]) => version === 'v1a')
    .map(([, value = '']) => findBase64(value))
  const matches =
    anyMatches(symmetric, expected) ||
    public_.some((value) => value && keys.public.some((key) => isSigned(signed, key, value)))
  return matches ? checkAge(time, auth, nowMs) : wrongSignature()
}

interface Keys {
  shared: Uint8Array[]
  public: Uint8Array[]
}

function readKeys(auth: TriggerAuth): Keys | undefined {
  const keys: Keys = { shared: [], public: [] }
  for (const secret of secretsOf(auth)) {
    const isPublic = secret.startsWith('whpk_')
    const bytes = findBase64(secret.replace(/^wh(sec|pk)_/, ''))
    if (!bytes || bytes.length === 0 || (isPublic && bytes.length !== 32)) return undefined
    keys[isPublic ? 'public' : 'shared'].push(bytes)
  }
  return keys
}

/** What stands before the 32 bytes of an Ed25519 key in DER (RFC 8410). */
const derHead = Uint8Array.fromHex('302a300506032b6570032100')

function isSigned(signed: Uint8Array, key: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false
  const der = Buffer.from(joinBytes(derHead, key))
  const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' })
  return verify(null, signed, publicKey, signature)
}
