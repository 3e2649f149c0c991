// Requests by which providers try whether somebody is there: answered, never run (serve.md 9.6).

import type { TriggerAuth } from '#spec/webhook.ts'
import type { Sent } from './dedupe.ts'

/** A text to answer with, or the reason why nothing is run. */
export type Handshake = { challenge: string } | { skipped: 'ping' }

export function findHandshake(auth: TriggerAuth | undefined, sent: Sent): Handshake | undefined {
  if (auth?.type === 'github' && sent.header('x-github-event') === 'ping')
    return { skipped: 'ping' }
  if (auth?.type === 'slack') return findChallenge(sent.body)
  return undefined
}

function findChallenge(body: Uint8Array): Handshake | undefined {
  try {
    const call: unknown = JSON.parse(new TextDecoder().decode(body))
    if (typeof call !== 'object' || call === null) return undefined
    const { type, challenge } = call as Record<string, unknown>
    if (type !== 'url_verification' || typeof challenge !== 'string') return undefined
    return { challenge }
  } catch {
    return undefined
  }
}
