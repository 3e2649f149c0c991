// The body of a request as bytes, within a limit and a time. What arrives too slowly or is too long
// is refused before all of it has been read.

import { fail, Failure } from '#spec/errors.ts'
import { formatSize } from '#core/size.ts'
import { limits } from '#spec/limits.ts'
import type { Clock } from '#host/host.ts'

/** Throws BODY_TOO_LARGE, REQUEST_TIMEOUT, or BAD_REQUEST when it breaks off. */
export function readBytes(
  request: Request,
  maxBytes: number,
  clock: Clock,
  withinMs: number = limits.bodyUploadMs,
): Promise<Uint8Array> {
  const declared = Number(request.headers.get('content-length') ?? '0')
  if (declared > maxBytes) return Promise.reject(tooLarge(maxBytes))
  // Asking for the stream of a body would make one, which is not cheap.
  if (declared > 0) return readWhole(request, clock, withinMs)
  if (!request.body) return Promise.resolve(new Uint8Array())
  return readParts(request.body, maxBytes, clock, withinMs)
}

// A length that was told and is fine needs no counting, which would be several times slower.
async function readWhole(request: Request, clock: Clock, withinMs: number): Promise<Uint8Array> {
  let prevent = () => {}
  const late = new Promise<never>((_, reject) => {
    prevent = clock.after(withinMs, () => reject(tooSlow(withinMs)))
  })
  try {
    return await Promise.race([request.bytes(), late])
  } catch (cause) {
    if (cause instanceof Failure) throw cause
    throw fail('BAD_REQUEST', 'Cannot read the body: it broke off', { cause })
  } finally {
    prevent()
  }
}

async function readParts(
  body: NonNullable<Request['body']>,
  maxBytes: number,
  clock: Clock,
  withinMs: number,
): Promise<Uint8Array> {
  const reader: Reader = body.getReader()
  let late = false
  const prevent = clock.after(withinMs, () => {
    late = true
    void reader.cancel().catch(() => {})
  })
  try {
    const bytes = await collect(reader, maxBytes)
    if (!late) return bytes
  } catch (cause) {
    if (!late) throw cause
  } finally {
    prevent()
  }
  throw tooSlow(withinMs)
}

/** What is needed of a reader; the rest differs from runtime to runtime. */
type Reader = Pick<ReadableStreamDefaultReader<Uint8Array>, 'read' | 'cancel'>

async function collect(reader: Reader, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await read(reader)
    if (done) return Buffer.concat(chunks)
    length += value.length
    if (length > maxBytes) {
      void reader.cancel().catch(() => {})
      throw tooLarge(maxBytes)
    }
    chunks.push(value)
  }
}

async function read(reader: Reader) {
  try {
    return await reader.read()
  } catch (cause) {
    throw fail('BAD_REQUEST', 'Cannot read the body: it broke off', { cause })
  }
}

function tooLarge(maxBytes: number): Failure {
  return fail('BODY_TOO_LARGE', `Cannot read the body: it is longer than ${formatSize(maxBytes)}`)
}

function tooSlow(withinMs: number): Failure {
  const seconds = Math.ceil(withinMs / 1000)
  return fail('REQUEST_TIMEOUT', `Cannot read the body: it took longer than ${seconds} s`)
}
