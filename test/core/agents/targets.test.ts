import { expect, test } from 'bun:test'
import { agentIds, agentTargets, parseAgents } from '#core/agents/targets.ts'

test.each([
  [[], []],
  [['none'], []],
  [[''], []],
  [['claude'], ['claude']],
  [
    [' cursor ', 'claude'],
    ['cursor', 'claude'],
  ],
])('%j means %j', (words, ids) => expect(parseAgents(words)).toEqual(ids as never[]))

test.each([
  [['clade'], 'Did you mean "claude"?'],
  [['emacs'], 'One of cursor'],
  [['none', 'claude'], 'One of cursor'],
  [['toString'], 'One of cursor'],
])('%j is refused', (words, hint) => {
  expect(() => parseAgents(words)).toThrow(
    expect.objectContaining({ code: 'VALIDATION_ERROR', hint: expect.stringContaining(hint) }),
  )
})

test('every agent gets a section under the same headline', () => {
  for (const id of agentIds)
    expect(agentTargets[id].edit(undefined).text).toContain('\n## Buttons\n')
})

test('the rule file of Cursor begins with its front matter and is written over whole', () => {
  const { text, action } = agentTargets.cursor.edit('stale words')
  expect(text).toStartWith('---\ndescription: ')
  expect(text).toContain('\nalwaysApply: false\n---\n')
  expect(text).not.toContain('stale')
  expect(action).toBe('updated')
})
