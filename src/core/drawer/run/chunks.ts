// Arrays in pieces: by length, by number, by time.

/** Pieces of `size` items; the last one may hold fewer. */
export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = []
  for (let at = 0; at < items.length; at += size) chunks.push(items.slice(at, at + size))
  return chunks
}

/** At most `count` pieces, none empty, the first ones an item longer where it does not come out even. */
export function evenChunks<T>(items: readonly T[], count: number): T[][] {
  const number = Math.min(count, items.length)
  const chunks: T[][] = []
  for (let at = 0, left = number; left > 0; left--) {
    const length = Math.ceil((items.length - at) / left)
    chunks.push(items.slice(at, at + length))
    at += length
  }
  return chunks
}

export interface BatchRule {
  /** Most items of a batch. */
  size?: number | undefined
  /** A batch ends before an item that is at least this much later than its first one. */
  within?: { span: bigint; times: readonly bigint[] } | undefined
}

/** Batches of items in their order; whichever rule comes first closes a batch. */
export function batchesOf<T>(items: readonly T[], { size, within }: BatchRule): T[][] {
  const batches: T[][] = []
  let first = 0
  for (const [index, item] of items.entries()) {
    const current = batches.at(-1)
    const full = current !== undefined && size !== undefined && current.length >= size
    const late = within && within.times[index]! - within.times[first]! >= within.span
    if (current && !full && !late) current.push(item)
    else {
      batches.push([item])
      first = index
    }
  }
  return batches
}
