// gzip with a limit. Streams stop as soon as there is too much, so that a small archive cannot become
// a large memory.

import { fail } from '#spec/errors.ts'

/** Throws VALIDATION_ERROR for what is no gzip, or more than `maxBytes` when unpacked. */
export async function gunzip(
  packed: Uint8Array<ArrayBuffer>,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of stream) {
      length += chunk.length
      if (length > maxBytes) break
      chunks.push(chunk)
    }
  } catch (cause) {
    throw fail('VALIDATION_ERROR', 'gunzip: the artifact is no complete gzip', { cause })
  }
  if (length > maxBytes)
    throw fail('VALIDATION_ERROR', `gunzip: too large uncompressed: more than ${maxBytes} bytes`)
  return join(chunks, length)
}

/** Without a name and a time: the same bytes in, the same bytes out. */
export async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

export function join(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}
