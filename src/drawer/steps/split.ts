// An array cut into chunks: of a given size, or into a given number of even ones.

import { fail } from '#spec/errors.ts'
import { chunksOf, evenChunks } from '#core/drawer/run/chunks.ts'
import { type Act, done, type Outcome } from '../act.ts'
import { readArray } from './fields.ts'

export async function split(act: Act): Promise<Outcome> {
  const items = readArray(act, 'over')
  const { size, chunks: count, id } = act.step
  if (size === undefined && count === undefined)
    throw fail('VALIDATION_ERROR', `split "${id}" has neither 'size' nor 'chunks'`)
  const wanted = size ?? count!
  if (wanted < 1)
    throw fail(
      'VALIDATION_ERROR',
      `'${size === undefined ? 'chunks' : 'size'}' of split "${id}" must be at least 1, got ${wanted}`,
    )
  const chunks = size === undefined ? evenChunks(items, wanted) : chunksOf(items, wanted)
  return done({ chunks, count: chunks.length })
}
