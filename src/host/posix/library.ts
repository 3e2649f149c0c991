// The C library under the names that the systems know it by, for calls that are loaded when they are
// first needed; libc.ts, which every start loads, does without the module used here.

import { dlopen, type FFIFunction } from 'bun:ffi'
import { libraryNames } from './names.ts'

export type CallsOf<S extends Record<string, FFIFunction>> = ReturnType<typeof dlopen<S>>['symbols']

/** The calls by name; undefined where the library is not there or lacks one of them. */
export function findCalls<S extends Record<string, FFIFunction>>(
  signatures: S,
): CallsOf<S> | undefined {
  for (const name of libraryNames(process.arch === 'arm64' ? 'aarch64' : 'x86_64')) {
    try {
      return dlopen(name, signatures).symbols
    } catch {
      // The next name may be the one of this system; an older library lacks some of the calls.
    }
  }
  return undefined
}
