// SHA-256 by Bun's own hasher, which is there without loading anything.

/** Lower-case hex of the hash of a text's UTF-8 bytes, or of bytes. */
export function sha256Hex(data: string | Uint8Array): string {
  return new Bun.CryptoHasher('sha256').update(data).digest('hex')
}
