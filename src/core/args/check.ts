// Checking the arguments of a press against what the button declares (buttons.md 4.2, 4.3).
// Values that pass are delivered exactly as they were given.

import { fail, type Failure } from '#spec/errors.ts'
import type { ArgDef } from '#spec/button.ts'

/**
 * The values of `--arg key=value` texts; a later one wins.
 * Throws VALIDATION_ERROR with the declarations in `spec` and a hint.
 */
export function parseArgValues(
  button: string,
  defs: readonly ArgDef[],
  texts: readonly string[],
): Record<string, string> {
  const values: Record<string, string> = Object.create(null)
  for (const text of texts) {
    const at = text.indexOf('=')
    if (at < 0) throw malformed(button, text, 'must have the form key=value', defs)
    const key = text.slice(0, at)
    if (key === '') throw malformed(button, text, 'has an empty key', defs)
    if (key.includes('\0')) throw malformed(button, text, 'has a NUL byte in its key', defs)
    values[key] = text.slice(at + 1)
  }
  return values
}

/**
 * Checks values against the declared arguments, in their order; undeclared keys pass.
 * Throws MISSING_ARG or VALIDATION_ERROR with the declarations in `spec` and a hint.
 */
export function checkArgs(
  button: string,
  defs: readonly ArgDef[],
  values: Readonly<Record<string, string>>,
): void {
  for (const def of defs) {
    const value = Object.hasOwn(values, def.name) ? values[def.name] : undefined
    if (value === undefined) {
      if (def.required) throw missing(button, def, defs)
      continue
    }
    const why = (valueChecks[def.type] ?? acceptAnything)(value, def)
    if (why !== undefined) throw refused(button, def, why, defs)
  }
}

type ValueCheck = (value: string, def: ArgDef) => string | undefined

const valueChecks: Readonly<Record<string, ValueCheck>> = {
  int: checkInt,
  bool: (value) =>
    /^(true|false|1|0)$/i.test(value) ? undefined : `must be true, false, 1 or 0, got "${value}"`,
  enum: (value, def) =>
    def.values?.includes(value)
      ? undefined
      : `must be one of ${(def.values ?? []).join(', ')}, got "${value}"`,
}

const acceptAnything: ValueCheck = () => undefined

function checkInt(value: string): string | undefined {
  const why = `must be a whole number within 64 bits, got "${value}"`
  if (!/^[+-]?[0-9]+$/.test(value)) return why
  // Leading zeros do not count; more digits than 2^63 has cannot fit and need no BigInt.
  const digits = value.replace(/^[+-]?0*/, '')
  if (digits.length > 19) return why
  const number = BigInt(digits || '0')
  const most = value.startsWith('-') ? 2n ** 63n : 2n ** 63n - 1n
  return number > most ? why : undefined
}

function missing(button: string, def: ArgDef, defs: readonly ArgDef[]): Failure {
  return fail(
    'MISSING_ARG',
    `Cannot press "${button}": argument "${def.name}" (${def.type}) is required`,
    help(button, defs),
  )
}

function refused(button: string, def: ArgDef, why: string, defs: readonly ArgDef[]): Failure {
  const shown = def.secret ? why.replace(/, got ".*"$/s, '') : why
  return fail(
    'VALIDATION_ERROR',
    `Cannot press "${button}": argument "${def.name}" ${shown}`,
    help(button, defs),
  )
}

function malformed(button: string, text: string, why: string, defs: readonly ArgDef[]): Failure {
  return fail(
    'VALIDATION_ERROR',
    `Cannot press "${button}": argument "${text}" ${why}`,
    help(button, defs),
  )
}

function help(button: string, defs: readonly ArgDef[]) {
  return { hint: `buttons ${button} --json shows the arguments`, spec: defs }
}
