// Turns whatever a command threw into output and an exit status: the last stop of every error.

import { errorCodes, Failure, fail } from '#spec/errors.ts'
import type { Terminal } from '#host/host.ts'
import type { Output } from './printer.ts'

/** Prints what went wrong; gives the exit status. Never throws. */
export function reportError(error: unknown, out: Output, terminal: Terminal): number {
  try {
    const failure = asFailure(error)
    if (!failure) {
      out.internal(describe(error))
      return 1
    }
    out.failure(failure)
    return errorCodes[failure.code].exit
  } catch (why) {
    complain(`Cannot print the answer: ${(why as Error).message}\n`, terminal)
    return 1
  }
}

// A full disk behind stdout. When stderr is full as well, only the exit status can tell.
function complain(text: string, terminal: Terminal): void {
  try {
    terminal.writeError(text)
  } catch {
    return
  }
}

// What the machine refused outside the store still says why.
function asFailure(error: unknown): Failure | undefined {
  if (error instanceof Failure) return error
  const refused = error instanceof Error && error.name === 'HostError'
  return refused ? fail('STORAGE_ERROR', error.message, { cause: error }) : undefined
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
