import { expect, test } from 'bun:test'
import { answers, belongsTo, readEntry } from '#core/idempotency/entry.ts'
import type { IdempotencyEntry } from '#spec/idempotency.ts'

const now = Date.parse('2026-05-02T09:00:00Z')

const result = {
  status: 'ok',
  exit_code: 0,
  stdout: 'hi\n',
  stderr: '',
  duration_ms: 3,
  button: 'hello',
  started_at: '2026-05-02T08:59:00.000Z',
}
const older = { key: 'k', stored_at: '2026-05-02T08:59:00Z', expires_at: '2026-05-03T08:59:00Z' }
const file = (changes: object) => JSON.stringify({ ...older, result, ...changes })

test.each([
  ['a live entry', file({}), 'live'],
  [
    'an entry with nanoseconds and an offset',
    file({ expires_at: '2026-05-02T11:00:00.123456789+01:00' }),
    'live',
  ],
  ['an entry whose time has come', file({ expires_at: '2026-05-02T09:00:00Z' }), 'expired'],
  ['half a file', file({}).slice(0, 40), 'unreadable'],
  ['a time nobody understands', file({ expires_at: 'tomorrow' }), 'unreadable'],
  ['an entry without a result', JSON.stringify(older), 'unreadable'],
  ['a result without output', file({ result: { status: 'ok', exit_code: 0 } }), 'unreadable'],
  ['null', 'null', 'unreadable'],
  [
    'an entry deeper than can be written',
    file({ x: 0 }).replace('"x":0', `"x":${'['.repeat(1e5)}${']'.repeat(1e5)}`),
    'unreadable',
  ],
])('%s reads as such', (_, text, state) => {
  expect(readEntry(text, now).state).toBe(state as 'live')
})

const entry = (changes: object) => ({ ...older, result, ...changes }) as unknown as IdempotencyEntry
const use = { button: 'hello', args: { a: '1', b: '2' }, args_hash: 'h1' }

test.each([
  ['the same button and arguments', entry({ button: 'hello', args_hash: 'h1' }), true],
  ['other arguments', entry({ button: 'hello', args_hash: 'h2' }), false],
  ['another button', entry({ button: 'bye', args_hash: 'h1' }), false],
  [
    'an older entry with the same arguments',
    entry({ result: { ...result, args: { b: '2', a: '1' } } }),
    true,
  ],
  [
    'an older entry with other arguments',
    entry({ result: { ...result, args: { a: '1' } } }),
    false,
  ],
  ['an older entry without arguments', entry({}), false],
  [
    'an older entry of another button',
    entry({ result: { ...result, button: 'bye', args: use.args } }),
    false,
  ],
])('%s: whether the entry answers', (_, stored, answer) => {
  expect(answers(stored, use)).toBe(answer)
})

test('an entry belongs to the button it names, or whose result it holds', () => {
  expect(belongsTo(entry({ button: 'bye' }), 'bye')).toBe(true)
  expect(belongsTo(entry({ button: 'bye' }), 'hello')).toBe(false)
  expect(belongsTo(entry({}), 'hello')).toBe(true)
})
