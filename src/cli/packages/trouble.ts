// Failures of the commands about packages carry the code of their command (cli.md 3).

import { type ErrorCode, Failure, fail } from '#spec/errors.ts'

/** Runs an act and gives every failure this code. `but` are codes that stay as they are. */
export async function asCode<T>(
  code: ErrorCode,
  act: () => Promise<T>,
  but: readonly ErrorCode[] = [],
): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof Failure && but.includes(error.code)) throw error
    const known = error instanceof Failure || (error as Error).name === 'HostError'
    if (!known) throw error
    const { message, hint, data } = error as Failure
    const more = { ...(hint !== undefined && { hint }), ...(data !== undefined && { data }) }
    throw fail(code, message, { ...more, cause: error })
  }
}
