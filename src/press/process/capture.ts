// Keeps what a child prints: both streams apart, byte-exact, up to the cap; the rest is counted.

import { limits, truncationMark } from '#spec/limits.ts'
import type { StreamName } from '#spec/press.ts'

export interface Capture {
  add(stream: StreamName, bytes: Uint8Array): void
  /** The text of a stream; ends with the truncation mark when it went beyond the cap. */
  text(stream: StreamName): string
}

export function startCapture(maxBytes: number = limits.captureBytes): Capture {
  const buffers = { stdout: newBuffer(), stderr: newBuffer() }
  return {
    add: (stream, bytes) => addBytes(buffers[stream], bytes, maxBytes),
    text: (stream) => readText(buffers[stream]),
  }
}

interface Buffered {
  chunks: Uint8Array[]
  length: number
  cut: boolean
}

function newBuffer(): Buffered {
  return { chunks: [], length: 0, cut: false }
}

function addBytes(buffer: Buffered, bytes: Uint8Array, maxBytes: number): void {
  const room = maxBytes - buffer.length
  if (bytes.length > room) buffer.cut = true
  if (room <= 0) return
  // A view into a larger buffer would keep all of that alive.
  const whole = bytes.length === bytes.buffer.byteLength && bytes.length <= room
  const kept = whole ? bytes : bytes.slice(0, room)
  buffer.chunks.push(kept)
  buffer.length += kept.length
}

function readText(buffer: Buffered): string {
  if (buffer.length === 0 && !buffer.cut) return ''
  const bytes = join(buffer)
  decoder ??= new TextDecoder('utf-8', { ignoreBOM: true })
  if (!buffer.cut) return decoder.decode(bytes)
  return decoder.decode(bytes.subarray(0, lastWholeCharacter(bytes))) + truncationMark
}

// Made for the first that has printed something, and good for all after it: it keeps nothing.
let decoder: TextDecoder | undefined

// By hand: the first use of Buffer costs a fifth of a millisecond, and most output is one chunk.
function join({ chunks, length }: Buffered): Uint8Array {
  if (chunks.length === 1) return chunks[0]!
  const whole = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

// The cut may have fallen into a character; its beginning goes as well.
function lastWholeCharacter(bytes: Uint8Array): number {
  let lead = bytes.length - 1
  while (lead > 0 && bytes.length - lead < 4 && (bytes[lead]! & 0xc0) === 0x80) lead--
  const byte = bytes[lead] ?? 0
  const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
  return lead + size > bytes.length ? lead : bytes.length
}
