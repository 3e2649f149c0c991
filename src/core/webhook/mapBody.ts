// `map_body`: the arguments of a button take values from the webhook that presses it.

import { hasKey } from '../expr/names.ts'
import { setField } from '../expr/output.ts'
import { prepareExpressions } from '../expr/pattern.ts'
import { resolveText } from '../expr/resolve.ts'
import { parseTemplate } from '../expr/template.ts'
import type { ReceivedInput } from './received.ts'

/** The arguments with every `${webhook.…}` filled in. Throws ExpressionError. */
export async function mapArgs(
  args: Readonly<Record<string, string>>,
  webhook: ReceivedInput,
): Promise<Record<string, string>> {
  await prepareExpressions(args)
  // Under both names it is one object, whose headers are found in any spelling. There is no
  // environment: what a stranger sends must not choose what it reads.
  const context = { roots: { webhook, inputs: { webhook } }, env: {} }
  const mapped: Record<string, string> = {}
  for (const name of Object.keys(args))
    if (hasKey(args, name)) setField(mapped, name, resolveText(args[name]!, context))
  return mapped
}

/** Throws ExpressionError for a text that is no template. */
export function checkMapping(args: Readonly<Record<string, string>>): void {
  for (const text of Object.values(args)) parseTemplate(text)
}
