// GitHub: `X-Hub-Signature-256: sha256=<hex>` over the body
// (docs.github.com, "Validating webhook deliveries"). The SHA-1 header of old is never accepted.

import { findHex } from './encoding.ts'
import { type AuthKind, invalid, missing, passed } from './kind.ts'
import { anyMatches, secretsOf, signBytes, wrongSignature } from './signature.ts'

export const github: AuthKind = {
  signsBody: true,
  needs: ['secret'],
  verify: (auth, { header, body }) => {
    const given = header('x-hub-signature-256')
    if (!given) return missing('header X-Hub-Signature-256 required')
    const signature = given.startsWith('sha256=') ? findHex(given.slice(7)) : undefined
    if (!signature) return invalid('malformed signature')
    const expected = secretsOf(auth).map((secret) => signBytes('sha256', secret, body))
    return anyMatches([signature], expected) ? passed : wrongSignature()
  },
}
