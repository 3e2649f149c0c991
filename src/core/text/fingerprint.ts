// A short name for a text that differs when the text does, as far as chance allows. Against
// somebody who wants two texts to share a name it is no protection: compare the texts.

/** 8 hex digits: FNV-1a over the UTF-16 units, 32 bits. */
export function fingerprint(text: string): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++)
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0
  return hash.toString(16).padStart(8, '0')
}
