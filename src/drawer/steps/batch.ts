// Items gathered into batches until one is full, or until its time is over.

import { batchesOf } from '#core/drawer/run/chunks.ts'
import { resolveExpressionField, resolveText } from '#core/expr/resolve.ts'
import { parseDuration, parseTimestamp } from '#core/expr/timestamp.ts'
import { fail } from '#spec/errors.ts'
import { type Act, contextOf, type Outcome, within as placed, worked } from '../act.ts'
import { itemContext, needText, readArray } from './fields.ts'

export async function batch(act: Act): Promise<Outcome> {
  needText(act, 'over')
  const { size, within, at, id } = act.step
  if (size === undefined && !within)
    throw fail('VALIDATION_ERROR', `batch "${id}" has neither 'size' nor 'within'`)
  if (size !== undefined && size < 1)
    throw fail('VALIDATION_ERROR', `'size' of batch "${id}" must be at least 1, got ${size}`)
  if (within && !at)
    throw fail('VALIDATION_ERROR', `batch "${id}" has 'within' but no 'at' for the time of an item`)
  return worked(() => {
    const items = readArray(act, 'over')
    const batches = batchesOf(items, {
      size,
      within: within && at ? readTimes(act, within, at, items) : undefined,
    })
    return { batches, count: batches.length }
  })
}

function readTimes(act: Act, within: string, at: string, items: readonly unknown[]) {
  const text = resolveText(within, contextOf(act))
  const span = placed(`'within'`, () => parseDuration(text))
  const times = items.map((item, index) =>
    placed(`'at' of item ${index}`, () => {
      const time = resolveExpressionField(at, itemContext(act, item))
      return parseTimestamp(typeof time === 'string' ? time : JSON.stringify(time))
    }),
  )
  return { span, times }
}
