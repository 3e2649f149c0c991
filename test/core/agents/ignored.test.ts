import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { coverPrivateFiles } from '#core/agents/ignored.ts'
import { listPatterns } from '#core/text/gitignore.ts'

const covered = [
  'batteries.json',
  'agent.json',
  'webhook.json',
  'buttons/*/pressed/',
  'drawers/*/pressed/',
  'idempotency/',
  'queues/',
  'history.json',
  'state.db*',
]

test('a new file covers secrets and what belongs to one machine', () => {
  expect(listPatterns(coverPrivateFiles(undefined))).toEqual(expect.arrayContaining(covered))
})

test('what is missing comes to the end under one comment', () => {
  const text = coverPrivateFiles('# mine\nbatteries.json\n!keep\n')
  expect(text).toStartWith('# mine\nbatteries.json\n!keep\n\n# Added by buttons init\nagent.json\n')
  expect(text.match(/batteries\.json/g)).toHaveLength(1)
})

test('a commented pattern does not count', () => {
  expect(listPatterns(coverPrivateFiles('#batteries.json\n'))).toContain('batteries.json')
})

test('covering twice changes nothing, and every line stays', () => {
  const line = fc.oneof(fc.string(), fc.constantFrom(...covered, ' batteries.json ', '# x', ''))
  fc.assert(
    fc.property(
      fc.array(line).map((lines) => lines.join('\n')),
      (text) => {
        const once = coverPrivateFiles(text)
        expect(once.startsWith(text)).toBe(true)
        expect(coverPrivateFiles(once)).toBe(once)
        expect(listPatterns(once)).toEqual(expect.arrayContaining(covered))
      },
    ),
  )
})
