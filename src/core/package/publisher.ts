// Whether a version comes from whom the project trusts: the key of the first signed version that was
// installed is pinned in the lock, and later versions must carry it.

import { fail } from '#spec/errors.ts'
import type { LockEntry } from '#spec/package.ts'
import { sha256Hex } from './digest.ts'

/** Throws VALIDATION_ERROR for another key, or for none where there was one. */
export function checkPublisher(
  { name, entry }: { name: string; entry: LockEntry },
  pinned: string | undefined,
): void {
  if (pinned === undefined || entry.publisher_key === pinned) return
  const why =
    entry.publisher_key === undefined
      ? `it is not signed, and earlier versions were, by ${describeKey(pinned)}`
      : `it is signed by ${describeKey(entry.publisher_key)}, earlier versions by ` +
        describeKey(pinned)
  throw fail('VALIDATION_ERROR', `Cannot install "${name}@${entry.version}": ${why}`, {
    hint: `If you know why, buttons add ${name} --accept-new-publisher`,
  })
}

/** A key by the id of its device, short enough to be read out. */
export function describeKey(publicKey: string): string {
  return `key ${publisherId(publicKey).slice(0, 16)}`
}

/** The device id of a publisher; also for what is no proper key. */
export function publisherId(publicKey: string): string {
  return sha256Hex(Uint8Array.fromBase64(toBase64(publicKey)))
}

function toBase64(text: string): string {
  return /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0 ? text : ''
}
