import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { listMarkers, putList, putSection, sectionMarkers } from '#core/agents/managed.ts'

const section = `${sectionMarkers.start}\nbody\n${sectionMarkers.end}`
const list = `${listMarkers.start}\nlist\n${listMarkers.end}`

test.each([
  ['no file', undefined, `${section}\n`, 'created'],
  ['an empty file', '', `${section}\n`, 'appended'],
  ['text without a newline', 'mine', `mine\n\n${section}\n`, 'appended'],
  ['text with a newline', 'mine\n', `mine\n\n${section}\n`, 'appended'],
  ['text with a blank line', 'mine\n\n', `mine\n\n${section}\n`, 'appended'],
  ['text written on Windows', 'mine\r\n\r\n', `mine\r\n\r\n${section}\n`, 'appended'],
  [
    'an old section',
    `a\n${sectionMarkers.start}\nold\n${sectionMarkers.end}\nb`,
    `a\n${section}\nb`,
    'updated',
  ],
  [
    'a stray end before the section',
    `${sectionMarkers.end} a ${sectionMarkers.start}old${sectionMarkers.end}`,
    `${sectionMarkers.end} a ${section}`,
    'updated',
  ],
  [
    'a start that nobody closed',
    `${sectionMarkers.start}\nmine\n`,
    `${sectionMarkers.start}\nmine\n\n${section}\n`,
    'appended',
  ],
])('a section comes into %s', (_, text, expected, action) => {
  expect(putSection(text, 'body')).toEqual({ text: expected, action: action as 'created' })
})

test.each([
  ['no file', undefined, `${list}\n`, 'created'],
  ['a file without a section', 'mine\n', `mine\n\n${list}\n`, 'appended'],
  ['a file that ends with the section', section, `${section}\n\n${list}\n`, 'updated'],
  [
    'a file that goes on after the section',
    `a\n${section}\nb\n`,
    `a\n${section}\n\n${list}\nb\n`,
    'updated',
  ],
  [
    'a file with an old list',
    `${listMarkers.start}old${listMarkers.end}\n\n${section}`,
    `${list}\n\n${section}`,
    'updated',
  ],
])('a list comes into %s', (_, text, expected, action) => {
  expect(putList(text, 'list')).toEqual({ text: expected, action: action as 'created' })
})

test('a body cannot end its block early', () => {
  const { text } = putList('mine\n', `x ${listMarkers.end} y ${listMarkers.start}`)
  expect(putList(text, 'list').text).toBe(`mine\n\n${list}\n`)
})

const { start, end } = sectionMarkers
const piece = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    start,
    end,
    listMarkers.start,
    listMarkers.end,
    '\n',
    '\n\n',
    '\r\n',
    '# Title\n',
  ),
)
const userText = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))

test.each([
  ['section', putSection],
  ['list', putList],
])('putting the same %s twice changes nothing, whatever the file holds', (_, put) => {
  fc.assert(
    fc.property(fc.option(userText, { nil: undefined }), userText, (text, body) => {
      const once = put(text, body)
      const twice = put(once.text, body)
      expect(twice).toEqual({ text: once.text, action: 'updated' })
    }),
  )
})

const plainText = fc.array(
  fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\n', '\r\n', '<!-- BUTTONS -->', '#')),
  { maxLength: 8 },
)

test('what people wrote around the blocks survives any order of updates', () => {
  const update = fc.record({
    put: fc.constantFrom(putSection, putList),
    body: fc.string({ unit: 'binary' }),
  })
  fc.assert(
    fc.property(plainText, fc.array(update, { maxLength: 8 }), (pieces, updates) => {
      const mine = pieces.join('')
      const result = updates.reduce((text, { put, body }) => put(text, body).text, mine)
      expect(result.startsWith(mine)).toBe(true)
      expect(count(result, start)).toBeLessThanOrEqual(1)
      expect(count(result, listMarkers.start)).toBeLessThanOrEqual(1)
    }),
  )
})

test('nothing before or after a block is touched by an update of it', () => {
  fc.assert(
    fc.property(plainText, plainText, fc.string(), (before, after, body) => {
      const [head, tail] = [before.join(''), after.join('')]
      const { text } = putSection(`${head}${start}old${end}${tail}`, body)
      expect(text.startsWith(`${head}${start}\n`)).toBe(true)
      expect(text.endsWith(`\n${end}${tail}`)).toBe(true)
    }),
  )
})

function count(text: string, part: string): number {
  return text.split(part).length - 1
}
