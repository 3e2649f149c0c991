import { expect, test } from 'bun:test'
import { suggest } from '#core/text/suggest.ts'

test.each([
  ['deploi', ['build', 'deploy'], 'deploy'],
  ['lst', ['list', 'last'], 'list'],
  ['hsitory', ['history'], 'history'],
  ['deploy', ['deploy'], undefined],
  ['deploy', ['deploy', 'deplay'], 'deplay'],
  ['x', ['deploy'], undefined],
  ['', ['a'], 'a'],
  ['abc', [], undefined],
])('for "%s" among %j comes %j', (word, candidates, near) => {
  expect(suggest(word, candidates)).toBe(near as string)
})
