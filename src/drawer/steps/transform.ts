// An object of expressions, resolved.

import { resolveValue } from '#core/expr/resolve.ts'
import { type Act, contextOf, type Outcome, worked } from '../act.ts'

export async function transform(act: Act): Promise<Outcome> {
  return worked(() => resolveValue(act.step.fields ?? {}, contextOf(act)))
}
