// Headers of a webhook as expressions see them and as they are kept: canonical names, and nothing
// that proves who somebody is (serve.md 4.5, 9.6).

import type { TriggerAuth } from '#spec/webhook.ts'

/** `x-github-event` → `X-Github-Event` */
export function canonicalHeader(name: string): string {
  return name.toLowerCase().replace(/(^|-)([a-z])/g, (part) => part.toUpperCase())
}

/** What stays of the headers of a request. The server joins repeated ones with a comma. */
export function keepHeaders(
  headers: Iterable<readonly [name: string, value: string]>,
  auth: TriggerAuth | undefined,
): Record<string, string> {
  const dropped = new Set([...never, canonicalHeader(auth?.header_name ?? '')])
  const kept: [string, string][] = []
  for (const [name, value] of headers) {
    const canonical = canonicalHeader(name)
    if (!dropped.has(canonical)) kept.push([canonical, value])
  }
  // Own fields only, whatever a header is called.
  return Object.fromEntries(kept) as Record<string, string>
}

const never = [
  'Host',
  'Transfer-Encoding',
  'Authorization',
  'Cookie',
  'Proxy-Authorization',
  'X-Buttons-Token',
]
