import { expect, test } from 'bun:test'
import { formatButtonList } from '#core/agents/buttonList.ts'

const button = (name: string, presses = 0, description = '') => ({ name, presses, description })

test('the most pressed button comes first, ties go by name', () => {
  const text = formatButtonList([button('b'), button('a'), button('c', 2, ' Ship it ')])
  expect(text.split('\n').filter((line) => line.startsWith('- '))).toEqual([
    '- `buttons press c` — Ship it',
    '- `buttons press a`',
    '- `buttons press b`',
  ])
})

test('beyond twenty, buttons are only named', () => {
  const hot = Array.from({ length: 20 }, (_, i) => button(`hot${i}`, 5, 'busy'))
  const text = formatButtonList([button('cold2', 0, 'quiet'), button('cold1', 0, 'quiet'), ...hot])
  expect(text.match(/^- /gm)).toHaveLength(20)
  expect(text).toEndWith(
    '\n\n_Plus 2 more: cold1, cold2 — run `buttons list` for full descriptions._',
  )
  expect(text).not.toContain('quiet')
})

test('an empty project is told how to begin', () => {
  expect(formatButtonList([])).toEndWith(
    '\n_No buttons yet. Make the first one with `buttons create <name>`._',
  )
})

test('a description stays on its line and opens no comment', () => {
  const text = formatButtonList([button('a', 0, 'one\n\n- two <!-- three')])
  expect(text).toEndWith('\n- `buttons press a` — one - two &lt;!-- three')
})
