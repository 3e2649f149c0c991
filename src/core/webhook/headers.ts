// Headers of a webhook as expressions see them and as they are kept: canonical names, and nothing
// that proves who somebody is (serve.md 4.5, 9.6).

import type { TriggerAuth } from '#spec/webhook.ts'

/** `x-github-event` → `X-Github-Event` */
export function canonicalHeader(name: string): string {
  return name.toLowerCase().replace(/(^|-)([a-z])/g, (part) => part.toUpperCase())
}

export type KeepHeaders = (
  headers: Iterable<readonly [name: string, value: string]>,
) => Record<string, string>

/** Tells what stays of the headers of requests. The server joins repeated ones with a comma. */
export function headerKeeper(auth: TriggerAuth | undefined): KeepHeaders {
  const dropped = new Set([...never, canonicalHeader(auth?.header_name ?? '')])
  // Senders use the same names again and again.
  const known = new Map<string, string | undefined>()
  const nameOf = (name: string): string | undefined => {
    if (known.has(name)) return known.get(name)
    const canonical = canonicalHeader(name)
    const kept = dropped.has(canonical) ? undefined : canonical
    if (known.size < knownNames) known.set(name, kept)
    return kept
  }
  return (headers) => {
    const kept: [string, string][] = []
    for (const [name, value] of headers) {
      const canonical = nameOf(name)
      if (canonical !== undefined) kept.push([canonical, value])
    }
    // Own fields only, whatever a header is called.
    return Object.fromEntries(kept) as Record<string, string>
  }
}

const knownNames = 100

const never = [
  'Host',
  'Transfer-Encoding',
  'Authorization',
  'Cookie',
  'Proxy-Authorization',
  'X-Buttons-Token',
]
