// The inputs of a press: read from words, filled and checked by what the drawer declares
// (drawers.md 2.2, 3.8, B18). What was typed is kept beside what it means, so that declared texts
// keep their digits.

import { fail, type Failure } from '#spec/errors.ts'
import type { DrawerError } from '#spec/drawerPress.ts'
import type { Drawer, InputDef } from '#spec/drawer.ts'
import { hasKey } from '../../expr/names.ts'
import { formatArgument, setField } from '../../expr/output.ts'
import { parseValue, textOf } from '../set/pair.ts'

export interface GivenInputs {
  inputs: Record<string, unknown>
  /** What was typed, where something was typed. */
  texts: Record<string, string>
}

/** Reads `KEY=VALUE` words; a later one wins. Throws VALIDATION_ERROR. */
export function parseInputs(words: readonly string[]): GivenInputs {
  const given: GivenInputs = { inputs: {}, texts: {} }
  for (const word of words) {
    const at = word.indexOf('=')
    if (at < 0) throw notAPair(word)
    const { raw, value } = parseValue(word.slice(at + 1))
    setField(given.inputs, word.slice(0, at), value)
    setField(given.texts, word.slice(0, at), raw)
  }
  return given
}

function notAPair(word: string): Failure {
  return fail('VALIDATION_ERROR', `Cannot read input "${word}": it must have the form key=value`, {
    plain: true,
  })
}

export type CheckedInputs =
  { ok: true; inputs: Record<string, unknown> } | { ok: false; error: DrawerError }

/** The inputs as expressions see them, or the first thing that is wrong, in declared order. */
export function checkInputs(
  drawer: Pick<Drawer, 'name' | 'inputs'>,
  { inputs, texts }: GivenInputs,
): CheckedInputs {
  const defs = drawer.inputs ?? []
  const missing = defs.find((def) => def.required && !Object.hasOwn(inputs, def.name))
  if (missing) return { ok: false, error: missingInput(drawer.name, missing) }
  const checked = { ...inputs }
  for (const def of defs) {
    if (!hasKey(inputs, def.name)) continue
    const read = readInput(
      def,
      inputs[def.name],
      hasKey(texts, def.name) ? texts[def.name] : undefined,
    )
    if ('why' in read) return { ok: false, error: refusedInput(drawer.name, def, read.why) }
    setField(checked, def.name, read.value)
  }
  return { ok: true, inputs: checked }
}

type ReadInput = { value: unknown } | { why: string }

function readInput(def: InputDef, value: unknown, raw: string | undefined): ReadInput {
  const reader = Object.hasOwn(readers, def.type) ? readers[def.type] : undefined
  return reader ? reader(value, raw, def) : { value }
}

const readers: Readonly<
  Record<string, (value: unknown, raw: string | undefined, def: InputDef) => ReadInput>
> = {
  string: (value, raw) => ({ value: asTyped(value, raw) }),
  enum: (value, raw, { values = [] }) => {
    const text = asTyped(value, raw)
    if (text === null) return { value: null }
    const word = typeof text === 'string' ? text : formatArgument(text)
    return values.includes(word)
      ? { value: word }
      : { why: `must be one of ${values.join(', ')}, got "${word}"` }
  },
  int: readInt,
  bool: (value) => {
    if (value === null || typeof value === 'boolean') return { value }
    const word = formatArgument(value).toLowerCase()
    if (word === 'true' || word === '1') return { value: true }
    if (word === 'false' || word === '0') return { value: false }
    return { why: `must be true or false, got "${formatArgument(value)}"` }
  },
}

function asTyped(value: unknown, raw: string | undefined): unknown {
  return raw === undefined ? value : textOf({ raw, value })
}

// A number beyond what a double holds exactly stays text, digit by digit.
function readInt(value: unknown, raw: string | undefined): ReadInput {
  if (value === null) return { value }
  if (typeof value === 'number' && Number.isSafeInteger(value)) return { value }
  const text = typeof value === 'string' ? value : (raw ?? formatArgument(value))
  if (!/^[+-]?\d{1,30}$/.test(text)) return { why: `must be a whole number, got "${text}"` }
  const number = BigInt(text.replace(/^\+/, ''))
  if (number >= 2n ** 63n || number < -(2n ** 63n))
    return { why: `must be a whole number within 64 bits, got "${text}"` }
  return { value: Number.isSafeInteger(Number(number)) ? Number(number) : text }
}

function missingInput(drawer: string, { name, type }: InputDef): DrawerError {
  return {
    code: 'MISSING_INPUT',
    message: `Cannot press drawer "${drawer}": input "${name}" (${type}) is required`,
    remediation: `buttons drawer ${drawer} press ${name}=VALUE`,
  }
}

function refusedInput(drawer: string, { name, secret }: InputDef, why: string): DrawerError {
  const shown = secret ? why.replace(/, got ".*"$/s, '') : why
  return {
    code: 'VALIDATION_ERROR',
    message: `Cannot press drawer "${drawer}": input "${name}" ${shown}`,
    remediation: `buttons drawer ${drawer} press ${name}=VALUE`,
  }
}
