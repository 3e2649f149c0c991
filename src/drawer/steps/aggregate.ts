// One value out of every item of an array (drawers.md 6.7).

import { resolveExpressionField } from '#core/expr/resolve.ts'
import { fail } from '#spec/errors.ts'
import { type Act, done, type Outcome, within } from '../act.ts'
import { itemContext, readArray } from './fields.ts'

export async function aggregate(act: Act): Promise<Outcome> {
  const items = readArray(act, 'from')
  const { pluck, id } = act.step
  if (!pluck) throw fail('VALIDATION_ERROR', `aggregate "${id}" has no 'pluck'`)
  const values = items.map((item, index) =>
    within(`pluck at index ${index}`, () => resolveExpressionField(pluck, itemContext(act, item))),
  )
  return done({ values, count: values.length })
}
