// The key that callers of the API give: compared in constant time, shown as a fingerprint only.

import { createHash, timingSafeEqual } from 'node:crypto'

export interface ApiKey {
  /** Whether an `Authorization` header carries this key (serve.md 2.2). */
  admits(authorization: string | null): boolean
  /** `key:` and the first 8 hex digits of its SHA-256, for logs and audit. */
  readonly actor: string
}

export function makeApiKey(key: string): ApiKey {
  const expected = digest(key)
  return {
    admits: (authorization) => {
      const given = bearerOf(authorization)
      return given !== undefined && timingSafeEqual(digest(given), expected)
    },
    actor: `key:${expected.toString('hex').slice(0, 8)}`,
  }
}

const scheme = 'Bearer '

function bearerOf(authorization: string | null): string | undefined {
  return authorization?.startsWith(scheme) ? authorization.slice(scheme.length).trim() : undefined
}

// Digests have one length, which is what a comparison in constant time needs.
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
