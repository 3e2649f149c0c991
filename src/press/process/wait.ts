// Waiting for an event, but not forever and not against somebody's will.

import type { Clock } from '#host/host.ts'

export type Waited = 'done' | 'late' | 'aborted'

/** Which comes first: the event, the end of `ms`, or an abort. The event must not reject. */
export function waitFor(
  event: Promise<unknown>,
  ms: number,
  signal: AbortSignal | undefined,
  clock: Clock,
): Promise<Waited> {
  if (signal?.aborted) return Promise.resolve('aborted')
  return new Promise((resolve) => {
    const end = (how: Waited) => {
      prevent()
      signal?.removeEventListener('abort', onAbort)
      resolve(how)
    }
    const onAbort = () => end('aborted')
    const prevent = clock.after(ms, () => end('late'))
    signal?.addEventListener('abort', onAbort)
    void event.then(() => end('done'))
  })
}
