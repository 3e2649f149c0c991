// Decoding what signatures and tokens are written in; undefined for anything that is not exactly it.

export function findHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text)) return undefined
  return Uint8Array.fromHex(text)
}

export function findBase64(text: string): Uint8Array | undefined {
  const body = text.replace(/={1,2}$/, '')
  return /^[A-Za-z0-9+/]*$/.test(body) ? decode(body, 'base64') : undefined
}

/** Without padding, as in JWT (RFC 7515). */
export function findBase64Url(text: string): Uint8Array | undefined {
  return /^[A-Za-z0-9_-]*$/.test(text) ? decode(text, 'base64url') : undefined
}

function decode(text: string, alphabet: 'base64' | 'base64url'): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined
  return Uint8Array.fromBase64(text, { alphabet, lastChunkHandling: 'loose' })
}
