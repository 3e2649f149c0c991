// Paths of webhooks: which may be asked for, and which the server needs for itself (serve.md 9.2).

import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'

const reserved: ReadonlySet<string> = new Set([
  '/healthz',
  '/livez',
  '/readyz',
  '/metrics',
  '/wake',
  '/mcp',
])
const reservedBelow = ['/api/', '/v1/', '/.well-known/']

/** Whether the server answers at this path itself. */
export function isReservedPath(path: string): boolean {
  return reserved.has(path) || reservedBelow.some((start) => path.startsWith(start))
}

/** The path for a new trigger. Throws VALIDATION_ERROR or TRIGGER_PATH_RESERVED. */
export function checkWebhookPath(path: string): string {
  const why = findFault(path)
  if (why !== undefined) throw fail('VALIDATION_ERROR', `Cannot use path "${path}": ${why}`)
  if (isReservedPath(path))
    throw fail('TRIGGER_PATH_RESERVED', `Cannot use path "${path}": the server needs it itself`)
  return path
}

function findFault(path: string): string | undefined {
  if (!path.startsWith('/')) return 'it must start with "/"'
  if (new TextEncoder().encode(path).length > limits.webhookPathBytes)
    return `it is longer than ${limits.webhookPathBytes} bytes`
  if (/[?#{}*\p{Cc}]/u.test(path)) return 'it must not contain "?", "#", "{", "}" or "*"'
  const segments = path.slice(1).split('/')
  const inner = segments.length > 1 && segments.at(-1) === '' ? segments.slice(0, -1) : segments
  const odd = inner.some((segment) => ['', '.', '..'].includes(segment))
  return odd ? 'it has an empty, "." or ".." part' : undefined
}
