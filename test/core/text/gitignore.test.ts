import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import {
  addPatterns,
  findMissingPatterns,
  listPatterns,
  removePattern,
} from '#core/text/gitignore.ts'

const mine = '# mine\n\nzebra/\n  alpha/  \n#alpha\n'

test('only lines that are neither blank nor comments are patterns', () => {
  expect(listPatterns(mine)).toEqual(['zebra/', 'alpha/'])
  expect(listPatterns('')).toEqual([])
})

test('a pattern is added once and nothing else moves', () => {
  expect(addPatterns(mine, ['b/', 'alpha/', 'b/'])).toBe(`${mine}b/\n`)
  expect(addPatterns(mine, ['alpha/'])).toBe(mine)
  expect(addPatterns('', ['b/'])).toBe('b/\n')
  expect(addPatterns('a', ['b/'])).toBe('a\nb/\n')
  expect(addPatterns('a\r\n', ['b/'])).toBe('a\r\nb/\r\n')
})

test('a comment is written above what is added, after a blank line', () => {
  expect(addPatterns('a\n', ['b', 'c'], 'Secrets')).toBe('a\n\n# Secrets\nb\nc\n')
  expect(addPatterns('', ['b'], 'Secrets')).toBe('# Secrets\nb\n')
  expect(addPatterns('b\n', ['b'], 'Secrets')).toBe('b\n')
})

test('a pattern is removed wherever it stands, comments stay', () => {
  expect(removePattern(mine, 'alpha/')).toBe('# mine\n\nzebra/\n#alpha\n')
  expect(removePattern(mine, 'other/')).toBe(mine)
  expect(removePattern('a\nb', 'b')).toBe('a')
})

const line = fc.constantFrom('a/', 'b/', ' c/ ', '# a/', '', '#', 'd')
const text = fc
  .array(line)
  .chain((lines) => fc.boolean().map((end) => lines.join('\n') + (end ? '\n' : '')))

test('what was added can be removed again, and only that', () => {
  fc.assert(
    fc.property(text, fc.constantFrom('a/', 'b/', 'new/'), (before, pattern) => {
      const added = addPatterns(before, [pattern])
      expect(added.startsWith(before)).toBe(true)
      expect(findMissingPatterns(added, [pattern])).toEqual([])
      const removed = removePattern(added, pattern)
      expect(listPatterns(removed)).toEqual(
        listPatterns(before).filter((other) => other !== pattern),
      )
    }),
  )
})
