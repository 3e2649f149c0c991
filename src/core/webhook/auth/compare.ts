// Comparing secrets so that the time it takes says nothing about them. Digests are compared, since
// a comparison of the texts themselves would tell their lengths.

import { createHash, timingSafeEqual } from 'node:crypto'

export function sameSecret(one: string | Uint8Array, other: string | Uint8Array): boolean {
  return timingSafeEqual(digest(one), digest(other))
}

function digest(secret: string | Uint8Array): Uint8Array {
  return createHash('sha256').update(secret).digest()
}
