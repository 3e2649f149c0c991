// How long the history lasts, as people type it: an age like 720h, an amount like 500M.

import { findDurationNanoseconds } from '#core/time/duration.ts'
import { findSize } from '#core/size.ts'
import type { Settings } from '#spec/settings.ts'

/** Milliseconds of an age above 0, or undefined. */
export function findAgeMs(text: string): number | undefined {
  const nanoseconds = findDurationNanoseconds(text)
  return nanoseconds !== undefined && nanoseconds > 0n ? Number(nanoseconds) / 1e6 : undefined
}

/** What the settings say beyond a number; what nobody can read counts as not set. */
export function limitsOf({ history_max_age: age, history_max_bytes: bytes }: Settings): {
  maxAgeMs: number | undefined
  maxBytes: number | undefined
} {
  return {
    maxAgeMs: age === undefined ? undefined : findAgeMs(age),
    maxBytes: bytes === undefined ? undefined : findSize(bytes),
  }
}
