// Keys of batteries: upper-case names that can stand behind BUTTONS_BAT_ in an environment.

import { fail } from '#spec/errors.ts'

/** Throws VALIDATION_ERROR for a key that is not `^[A-Z][A-Z0-9_]*$`. */
export function checkBatteryKey(key: string): void {
  if (/^[A-Z][A-Z0-9_]*$/.test(key)) return
  const near = key
    .toUpperCase()
    .replace(/[^A-Z0-9_]+/g, '_')
    .replace(/^[0-9_]+/, '')
  throw fail(
    'VALIDATION_ERROR',
    `Cannot use "${key}" as a key: it must start with A to Z and hold only A to Z, 0 to 9 and _`,
    near === '' ? {} : { hint: `Write it like ${near}` },
  )
}
