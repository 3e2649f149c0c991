// A child's output without secrets, while it comes. What a piece ends with may be the beginning of a
// secret, so a little may be held back until the next piece; at its end the record has everything.

import { redactStream, type RedactStream } from '#core/text/redactStream.ts'
import type { Secrets } from '#core/text/redact.ts'
import type { OutputListener, StreamName } from '#spec/press.ts'

export function redactOutputOf(onOutput: OutputListener, secrets: Secrets): OutputListener {
  const streams: Record<StreamName, Clean> = { stdout: open(secrets), stderr: open(secrets) }
  const encoder = new TextEncoder()
  return (stream, bytes) => {
    const { decoder, clean } = streams[stream]
    const text = clean.add(decoder.decode(bytes, { stream: true }))
    if (text !== '') onOutput(stream, encoder.encode(text))
  }
}

interface Clean {
  decoder: TextDecoder
  clean: RedactStream
}

function open(secrets: Secrets): Clean {
  return { decoder: new TextDecoder('utf-8', { ignoreBOM: true }), clean: redactStream(secrets) }
}
