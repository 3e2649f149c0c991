// What a run finds in `inputs.webhook` for a delivery: built from what was kept, so that the first
// run, a retry and a replay see the same (serve.md 9.4).

import { type WebhookInput, webhookInput } from './inputs.ts'
import { readPairs } from './query.ts'

/** A delivery as far as its inputs go. */
export interface Received {
  id: string
  method: string
  path: string
  query: Readonly<Record<string, string>>
  headers: Readonly<Record<string, string>>
  body: Uint8Array
  receivedMs: number
  replayed: boolean
}

export interface ReceivedInput extends WebhookInput {
  delivery_id: string
  attempt: number
  replayed: boolean
  raw_body?: string
  form?: Record<string, string>
}

export function receivedInput(
  received: Received,
  attempt: number,
  keepRaw: boolean,
): ReceivedInput {
  const { id, method, path, query, headers, body, receivedMs, replayed } = received
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(body)
  const type = headers['Content-Type']?.split(';')[0]?.trim().toLowerCase()
  return {
    ...webhookInput({ body: text, headers, query, method, path, receivedMs }),
    delivery_id: id,
    attempt,
    replayed,
    ...(keepRaw && { raw_body: text }),
    ...(type === 'application/x-www-form-urlencoded' && { form: readPairs(text) }),
  }
}
