// Slack: `X-Slack-Signature: v0=<hex>` over `v0:<timestamp>:<body>`
// (docs.slack.dev, "Verifying requests from Slack").

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

export const slack: AuthKind = {
  signsBody: true,
  needs: ['secret'],
  verify: (auth, { header, body, nowMs }) => {
    const given = header('x-slack-signature')
    const time = header('x-slack-request-timestamp')
    if (!given) return missing('header X-Slack-Signature required')
    if (!time) return missing('header X-Slack-Request-Timestamp required')
    const signature = given.startsWith('v0=') ? findHex(given.slice(3)) : undefined
    if (!signature || !isTimestamp(time)) return invalid('malformed signature')
    const signed = joinBytes(`v0:${time}:`, body)
    const expected = secretsOf(auth).map((secret) => signBytes('sha256', secret, signed))
    return anyMatches([signature], expected) ? checkAge(time, auth, nowMs) : wrongSignature()
  },
}
