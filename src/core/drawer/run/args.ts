// The arguments of a button step: what the step says, filled up with the inputs of the run
// (drawers.md 6.2).

import type { ArgDef } from '#spec/button.ts'
import { hasKey } from '../../expr/names.ts'
import { formatArgument, setField } from '../../expr/output.ts'
import { textOf } from '../set/pair.ts'
import type { GivenInputs } from './inputs.ts'

/** The values of a step with those of inputs that have the name of a declared argument. */
export function fillArgs(
  args: Readonly<Record<string, unknown>>,
  declared: readonly ArgDef[],
  { inputs, texts }: GivenInputs,
): Record<string, unknown> {
  const filled: Record<string, unknown> = { ...args }
  for (const { name, type } of declared) {
    if (Object.hasOwn(args, name) || !Object.hasOwn(inputs, name)) continue
    const raw = hasKey(texts, name) ? texts[name] : undefined
    setField(filled, name, raw === undefined ? inputs[name] : typed(inputs[name], raw, type))
  }
  return filled
}

// A text keeps what was typed (1.10), and a whole number all its digits.
function typed(value: unknown, raw: string, type: string): unknown {
  if (type === 'int') return /^[+-]?\d+$/.test(raw) ? raw : value
  return type === 'bool' ? value : textOf({ raw, value })
}

/** The texts that the button receives. Throws ExpressionError for what has no text. */
export function formatArgs(args: Readonly<Record<string, unknown>>): Record<string, string> {
  const texts: Record<string, string> = {}
  for (const [name, value] of Object.entries(args)) setField(texts, name, formatArgument(value))
  return texts
}
