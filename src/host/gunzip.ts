// Unpacking gzip while it streams: memory stays flat however much there is, and whoever reads stops
// when they have enough.

import { HostError } from './host.ts'

/** The unpacked bytes; no bytes give none. Throws HostError for what is no gzip, or not all of one. */
export async function* gunzip(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = packed[Symbol.asyncIterator]()
  const first = await source.next()
  // Answers to HEAD say how they would be packed, and have no body.
  if (first.done) return
  let broken: unknown
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => controller.enqueue(first.value as Uint8Array<ArrayBuffer>),
    pull: async (controller) => {
      try {
        const next = await source.next()
        if (next.done) controller.close()
        else controller.enqueue(next.value as Uint8Array<ArrayBuffer>)
      } catch (error) {
        broken = error
        controller.error(error)
      }
    },
    // Not waited for: the source may be waiting itself, for bytes that never come.
    cancel: () => void source.return?.().catch(() => {}),
  })
  try {
    yield* stream.pipeThrough(new DecompressionStream('gzip'))
  } catch {
    throw broken ?? new HostError('EBADMSG', 'the answer is not the gzip it claims to be')
  }
}
