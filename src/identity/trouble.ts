// Failures around the device key have a code of their own.

import { Failure, fail } from '#spec/errors.ts'

/** Runs an act on agent.json and turns what the store could not do into AGENT_KEY_ERROR. */
export async function asKeyError<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'STORAGE_ERROR') throw error
    throw fail('AGENT_KEY_ERROR', error.message, {
      ...(error.hint !== undefined && { hint: error.hint }),
      cause: error,
    })
  }
}
