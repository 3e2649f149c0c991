import { expect, test } from 'bun:test'
import { findActive, formatTarget, parseTarget } from '#core/run/active.ts'

const head = {
  run_id: '0192f3a1b2c34d5e',
  target: 'button/deploy',
  started_at: '2026-05-02T09:00:00.000Z',
  pid: 7,
  status: 'running',
}
const lines = (...all: object[]) => all.map((one) => `${JSON.stringify(one)}\n`).join('')

test('later lines change what earlier ones said', () => {
  const text = lines(head, { pid: 8 }, { status: 'waiting' }, { args: { a: '1' } })
  expect(findActive(text)).toMatchObject({ pid: 8, status: 'waiting', args: { a: '1' } })
})

test('process groups are collected, the newest last', () => {
  expect(findActive(lines(head, { group: 11 }, { group: 12 }))?.groups).toEqual([11, 12])
  expect(findActive(lines(head))?.groups).toEqual([])
})

test('a line that was cut short changes nothing', () => {
  const whole = lines(head, { status: 'waiting' })
  for (let cut = 0; cut < '{"status":"waiting"}'.length; cut++) {
    const text = whole.slice(0, lines(head).length + cut)
    expect(findActive(text)?.status).toBe('running')
  }
  expect(findActive(whole)?.status).toBe('waiting')
})

test('nothing whole is no entry', () => {
  const cases = ['', '{', JSON.stringify(head), '{}\n', 'garbage\n', '[]\n', '\n\n']
  expect(cases.map((text) => findActive(text))).toEqual(cases.map(() => undefined))
})

test('who resumes a run takes the mark of the interruption away', () => {
  const marked = [head, { status: 'interrupted', interrupted_at: '2026-05-02T10:00:00.000Z' }]
  expect(findActive(lines(...marked))?.interrupted_at).toBeDefined()
  expect(findActive(lines(...marked, { status: 'running' }))?.interrupted_at).toBeUndefined()
})

test('targets are written and read', () => {
  for (const text of ['button/deploy', 'drawer/a-b', 'button/drawer'])
    expect(formatTarget(parseTarget(text))).toBe(text)
})
