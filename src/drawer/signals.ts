// Abort signals that follow another one, and let go of it when their work is over.

import type { Clock } from '#host/host.ts'

export interface Link {
  readonly signal: AbortSignal
  abort(): void
  /** Stops following; without it a long run would collect listeners. */
  close(): void
}

/** A signal that aborts with the outer one, or by itself. */
export function linkSignal(outer: AbortSignal | undefined): Link {
  const controller = new AbortController()
  const abort = () => controller.abort()
  if (outer?.aborted) abort()
  else outer?.addEventListener('abort', abort)
  return {
    signal: controller.signal,
    abort,
    close: () => outer?.removeEventListener('abort', abort),
  }
}

export interface Deadline extends Link {
  /** Whether time ran out before anything else ended the work. */
  passed(): boolean
}

/** A signal that aborts with the outer one, or after `ms`. */
export function openDeadline(outer: AbortSignal, ms: number, clock: Clock): Deadline {
  const link = linkSignal(outer)
  let passed = false
  const cancel = clock.after(ms, () => {
    if (link.signal.aborted) return
    passed = true
    link.abort()
  })
  return {
    ...link,
    passed: () => passed,
    close: () => {
      cancel()
      link.close()
    },
  }
}
