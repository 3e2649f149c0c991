// Which deliveries are the same one sent twice (serve.md 9.5).

import { createHash } from 'node:crypto'
import type { AuthType, TriggerAuth } from '#spec/webhook.ts'

export interface Sent {
  header(name: string): string | undefined
  body: Uint8Array
}

/** The id that the sender gave the delivery, or undefined: then every delivery is a new one. */
export function findDedupeKey(
  { auth, dedupe }: { auth?: TriggerAuth | undefined; dedupe?: unknown },
  sent: Sent,
): string | undefined {
  if (dedupe === false) return undefined
  const explicit = isRecord(dedupe) ? dedupe : {}
  const { header, body } = explicit
  if (typeof header === 'string') return sent.header(header) || undefined
  if (typeof body === 'string') return findInBody(sent.body, body)
  const find = Object.hasOwn(byType, auth?.type ?? '') ? byType[auth!.type as AuthType] : undefined
  return (find ?? byDefault)(sent) || undefined
}

const byDefault = ({ header }: Sent) => header('idempotency-key')

const byType: Readonly<Partial<Record<AuthType, (sent: Sent) => string | undefined>>> = {
  github: ({ header }) => header('x-github-delivery'),
  stripe: ({ body }) => findInBody(body, 'id'),
  slack: ({ header, body }) =>
    findInBody(body, 'event_id') ?? `${header('x-slack-request-timestamp')}:${hash(body)}`,
  'standard-webhooks': ({ header }) => header('webhook-id'),
  svix: ({ header }) => header('svix-id') ?? header('webhook-id'),
}

function findInBody(body: Uint8Array, path: string): string | undefined {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(body))
  } catch {
    return undefined
  }
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
