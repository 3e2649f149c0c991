// What a drawer finds in `inputs.webhook`: the same from the server and from `--webhook-body`
// (drawers.md 2.5).

import { formatSecond } from '../time/format.ts'

export interface WebhookCall {
  /** The body's text. */
  body: string
  /** First value by name, in the order in which they came. */
  headers: Readonly<Record<string, string>>
  query: Readonly<Record<string, string>>
  method: string
  path: string
  receivedMs: number
}

export interface WebhookInput {
  /** Parsed when it is JSON, null when it is empty, else the text itself. */
  body: unknown
  headers: Readonly<Record<string, string>>
  query: Readonly<Record<string, string>>
  method: string
  path: string
  received_at: string
}

export function webhookInput(call: WebhookCall): WebhookInput {
  const { body, headers, query, method, path, receivedMs } = call
  const received_at = formatSecond(receivedMs)
  return { body: parseBody(body), headers, query, method, path, received_at }
}

function parseBody(text: string): unknown {
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
