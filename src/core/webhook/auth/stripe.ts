// Stripe: `Stripe-Signature: t=<unix>,v1=<hex>[,v1=…]` over `<t>.<body>`
// (docs.stripe.com/webhooks/signature). The key is the whole secret, its prefix included.

import { findHex } from './encoding.ts'
import { type AuthKind, invalid, missing } from './kind.ts'
import {
  anyMatches,
  checkAge,
  isTimestamp,
  joinBytes,
  secretsOf,
  signBytes,
  wrongSignature,
} from './signature.ts'

export const stripe: AuthKind = {
  signsBody: true,
  needs: ['secret'],
  verify: (auth, { header, body, nowMs }) => {
    const given = header('stripe-signature')
    if (!given) return missing('header Stripe-Signature required')
    const pairs = given.split(',').map((pair) => pair.trim().split('=', 2))
    const time = pairs.find(([name]) => name === 't')?.[1] ?? ''
    const signatures = pairs
      .filter(([name]) => name === 'v1')
      .map(([, value = '']) => findHex(value))
    if (!isTimestamp(time) || signatures.length === 0) return invalid('malformed signature')
    const signed = joinBytes(`${time}.`, body)
    const expected = secretsOf(auth).map((secret) => signBytes('sha256', secret, signed))
    return anyMatches(signatures, expected) ? checkAge(time, auth, nowMs) : wrongSignature()
  },
}
