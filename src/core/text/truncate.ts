// Cutting text by bytes of UTF-8 without splitting a character.

import { truncationMark } from '#spec/limits.ts'

/** The text cut to `maxBytes` of UTF-8, with `mark` appended when something was cut. */
export function truncate(text: string, maxBytes: number, mark: string = truncationMark): string {
  // A UTF-16 unit is at most three bytes, so short texts need no encoding at all.
  if (text.length * 3 <= maxBytes) return text
  const bytes = new TextEncoder().encode(text)
  if (bytes.length <= maxBytes) return text
  return new TextDecoder().decode(bytes.subarray(0, characterBoundary(bytes, maxBytes))) + mark
}

/** The largest length not above `length` that ends between two characters. */
export function characterBoundary(bytes: Uint8Array, length: number): number {
  let end = Math.min(length, bytes.length)
  if (end === bytes.length) return end
  for (let back = 0; back < 3 && end > 0 && (bytes[end]! & 0xc0) === 0x80; back++) end--
  return end
}
