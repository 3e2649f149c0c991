import { expect, test } from 'bun:test'
import { mayTry, pauseMs } from '#core/queue/wait.ts'

test('the first in line always tries', () => {
  expect(mayTry(0, 0)).toBe(true)
})

test('who stands behind tries only after long patience, longer for each place', () => {
  expect([mayTry(1, 1999), mayTry(1, 2000), mayTry(2, 2000), mayTry(2, 4000)]).toEqual([
    false,
    true,
    false,
    true,
  ])
})

test('pauses grow with the place in line, up to a bound, and chance spreads them', () => {
  expect([pauseMs(0, 0.5), pauseMs(1, 0.5), pauseMs(1000, 0.5)]).toEqual([15, 30, 200])
  expect([pauseMs(0, 0), pauseMs(0, 1)]).toEqual([7.5, 22.5])
})
