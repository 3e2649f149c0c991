// A press or a run on another host, followed by its events to its end.

import { readEvents } from '#core/remote/events.ts'
import { fail } from '#spec/errors.ts'
import { readData, type RemotePlace, toFailure, unreachable } from './call.ts'

export interface Listener {
  started?(data: { run_id: string }): void
  stdout?(data: { text: string }): void
  stderr?(data: { text: string }): void
  progress?(data: unknown): void
  step?(data: { id: string; status: string; duration_ms: number }): void
}

/**
 * The result at the end of a stream; a plain answer, of an older host perhaps, is one as well.
 * Throws what kept the run from starting, REMOTE_UNREACHABLE when the stream breaks off, CANCELLED.
 */
export async function followResult<T>(
  response: Response,
  place: RemotePlace,
  listener: Listener,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
    const data = await readData<T>(response, place, signal)
    const replayed = response.headers.get('idempotent-replayed') === 'true'
    return replayed ? { ...data, cached: true } : data
  }
  const read = readEvents()
  const decoder = new TextDecoder()
  for await (const bytes of piecesOf(response, place, signal))
    for (const { event, data } of read(decoder.decode(bytes, { stream: true }))) {
      const value: unknown = JSON.parse(data)
      if (event === 'result') return value as T
      if (event === 'error') throw toFailure({ error: value as { code: string; message: string } })
      const hear = Object.hasOwn(listener, event) ? listener[event as keyof Listener] : undefined
      hear?.(value as never)
    }
  throw unreachable(place.url, new Error('it broke off before the run had ended'))
}

async function* piecesOf(
  response: Response,
  place: RemotePlace,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of response.body!) yield piece as Uint8Array
  } catch (error) {
    if (signal?.aborted) throw fail('CANCELLED', `Cancelled following ${place.url}`)
    throw unreachable(place.url, error)
  }
}
