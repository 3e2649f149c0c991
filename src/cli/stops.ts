// Signals that ask this process to end: turned into an abort signal for the command that runs, and
// into the exit status once it has cleaned up.

import type { Signals, StopSignal } from '#host/host.ts'

export interface Stops {
  /** An abort signal for who wants to end cleanly; asking for it takes the signals over. */
  signal(): AbortSignal
  /** Aborts on the second signal. */
  hurry(): AbortSignal
  /** The first signal is no reason for an exit status of its own. */
  expectOne(): void
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
  let expected = false
  return {
    signal: () => {
      forget ??= signals.onStop((signal) => {
        if (received) second.abort(signal)
        // Of two, the one that did not want to wait counts where the first was expected.
        if (expected || !received) received = signal
        first.abort(signal)
      })
      return first.signal
    },
    hurry: () => second.signal,
    expectOne: () => void (expected = true),
    exitStatus: () => {
      if (!received || (expected && !second.signal.aborted)) return undefined
      return statuses[received]
    },
    forget: () => forget?.(),
  }
}
