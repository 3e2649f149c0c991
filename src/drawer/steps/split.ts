// An array cut into chunks: of a given size, or into a given number of even ones.

import { fail } from '#spec/errors.ts'
import { chunksOf, evenChunks } from '#core/drawer/run/chunks.ts'
import { type Act, type Outcome, worked } from '../act.ts'
import { needText, readArray } from './fields.ts'

export async function split(act: Act): Promise<Outcome> {
  needText(act, 'over')
  const { size, chunks: count, id } = act.step
  if (size === undefined && count === undefined)
    throw fail('VALIDATION_ERROR', `split "${id}" has neither 'size' nor 'chunks'`)
  const wanted = size ?? count!
  if (wanted < 1)
    throw fail(
      'VALIDATION_ERROR',
      `'${size === undefined ? 'chunks' : 'size'}' of split "${id}" must be at least 1, got ${wanted}`,
    )
  return worked(() => {
    const items = readArray(act, 'over')
    const chunks = size === undefined ? evenChunks(items, wanted) : chunksOf(items, wanted)
    return { chunks, count: chunks.length }
  })
}
