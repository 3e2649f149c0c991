import { expect, test } from 'bun:test'
import { isWithinDepth } from '#core/text/depth.ts'

test('depth is counted without a limit of its own', () => {
  const deep = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`) as unknown
  expect([isWithinDepth(deep, 4998), isWithinDepth(deep, 4999)]).toEqual([false, true])
})
