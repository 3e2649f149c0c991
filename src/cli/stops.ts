// Signals that ask this process to end: turned into an abort signal for the command that runs, and
// into the exit status once it has cleaned up.

import type { Signals, StopSignal } from '#host/host.ts'

export interface Stops {
  /** An abort signal for who wants to end cleanly; asking for it takes the signals over. */
  signal(): AbortSignal
  /** Aborts on the second signal. */
  hurry(): AbortSignal
  /** 130, 143 or 129 once a signal came. */
  exitStatus(): number | undefined
  forget(): void
}

const statuses: Readonly<Record<StopSignal, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }

// Listening costs a little and changes what a signal does, so it starts when a command asks.
export function listenForStops(signals: Signals): Stops {
  const [first, second] = [new AbortController(), new AbortController()]
  let received: StopSignal | undefined
  let forget: (() => void) | undefined
  return {
    signal: () => {
      forget ??= signals.onStop((signal) => {
        if (received) second.abort(signal)
        received ??= signal
        first.abort(signal)
      })
      return first.signal
    },
    hurry: () => second.signal,
    exitStatus: () => received && statuses[received],
    forget: () => forget?.(),
  }
}
