// Reading the body of an answer as text, up to a cap: what lies beyond is neither kept nor waited for.

export interface BodyText {
  body: string
  /** Whether there was more than the cap. */
  truncated: boolean
}

/** At most `maxBytes` of a body as UTF-8; a character that the cap splits is left out. */
export async function readText(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<BodyText> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const parts: string[] = []
  let left = maxBytes
  for await (const chunk of chunks) {
    parts.push(decoder.decode(chunk.subarray(0, left), { stream: true }))
    if (chunk.length > left) return { body: parts.join(''), truncated: true }
    left -= chunk.length
  }
  parts.push(decoder.decode())
  return { body: parts.join(''), truncated: false }
}
