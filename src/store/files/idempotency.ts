// The idempotency cache, loaded when the first press comes with a key.

import { canonicalArgs } from '#core/idempotency/fingerprint.ts'
import type { Host } from '#host/host.ts'
import { sha256Hex } from '../sha256.ts'
import type { IdempotencyStore } from '../store.ts'
import { once } from './once.ts'

export function openIdempotency(host: Host, dataDirectory: string): IdempotencyStore {
  const load = once(async () =>
    (await import('./idempotencyFiles.ts')).openIdempotencyFiles(host, dataDirectory),
  )
  return {
    tryClaim: async (key) => (await load()).tryClaim(key),
    hashArgs: (args) => sha256Hex(canonicalArgs(args)),
    removeOf: async (button) => (await load()).removeOf(button),
  }
}
