// Failures in the words of a family of commands: some contracts know one code only (cli.md 8.3, 8.6).

import { Failure, fail } from '#spec/errors.ts'

/** Runs an act and turns what the store could not do into VALIDATION_ERROR. */
export async function asValidation<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'STORAGE_ERROR') throw error
    const hint = error.hint === undefined ? {} : { hint: error.hint }
    throw fail('VALIDATION_ERROR', error.message, { ...hint, cause: error })
  }
}

/** Runs an act whose failures are mistakes in the words of the command line (cli.md 1.7, "plain"). */
export async function asUsage<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'VALIDATION_ERROR') throw error
    const hint = error.hint === undefined ? {} : { hint: error.hint }
    throw fail('VALIDATION_ERROR', error.message, { ...hint, plain: true, cause: error })
  }
}
