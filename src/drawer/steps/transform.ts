// An object of expressions, resolved.

import { resolveValue } from '#core/expr/resolve.ts'
import { type Act, contextOf, done, type Outcome } from '../act.ts'

export async function transform(act: Act): Promise<Outcome> {
  return done(resolveValue(act.step.fields ?? {}, contextOf(act)))
}
