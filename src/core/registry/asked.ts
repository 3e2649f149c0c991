// What a machine asks for when somebody logs it in: which of its ports waits, for what, and how it
// calls itself (registry 14.9).

import { createHmac } from 'node:crypto'

export interface Asked {
  challenge: string
  label: string
  port: number
  state: string
}

const labelCharacters = 200
const stateCharacters = 512

/** Undefined when something is missing or not what it should be. */
export function readAsked(query: URLSearchParams): Asked | undefined {
  const port = query.get('port') ?? ''
  const challenge = query.get('challenge') ?? ''
  const state = query.get('state') ?? ''
  const label = cleanLabel(query.get('label') ?? '')
  const right =
    /^[1-9]\d{0,4}$/.test(port) &&
    Number(port) <= 65_535 &&
    /^[A-Za-z0-9_-]{43}$/.test(challenge) &&
    state !== '' &&
    state.length <= stateCharacters
  return right ? { challenge, label, port: Number(port), state } : undefined
}

// Shown to a person, who must see all of it.
function cleanLabel(label: string): string {
  return label.replace(/[\p{Cc}\p{Cf}]/gu, '').slice(0, labelCharacters)
}

/** What a form must bring back: made for one visitor and one question, known to nobody else. */
export function formToken(secret: string, visitor: string, asked: Asked): string {
  const { challenge, label, port, state } = asked
  const said = JSON.stringify([visitor, challenge, label, port, state])
  return createHmac('sha256', secret).update(said).digest('base64url')
}
