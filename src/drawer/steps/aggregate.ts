// One value out of every item of an array (drawers.md 6.7).

import { resolveExpressionField } from '#core/expr/resolve.ts'
import { fail } from '#spec/errors.ts'
import { type Act, type Outcome, within, worked } from '../act.ts'
import { itemContext, needText, readArray } from './fields.ts'

export async function aggregate(act: Act): Promise<Outcome> {
  needText(act, 'from')
  const { pluck, id } = act.step
  if (!pluck) throw fail('VALIDATION_ERROR', `aggregate "${id}" has no 'pluck'`)
  return worked(() => {
    const values = readArray(act, 'from').map((item, index) =>
      within(`pluck at index ${index}`, () =>
        resolveExpressionField(pluck, itemContext(act, item)),
      ),
    )
    return { values, count: values.length }
  })
}
