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

test('pauses grow with the time waited and the place in line, up to a bound', () => {
  expect([0, 200, 400, 1000, 60_000].map((waited) => pauseMs(0, waited, 0.5))).toEqual([
    5, 10, 20, 50, 50,
  ])
  expect([0, 1, 2, 3, 1000].map((ahead) => pauseMs(ahead, 1000, 0.5))).toEqual([
    50, 100, 150, 200, 200,
  ])
})

test('chance spreads pauses by half', () => {
  expect([pauseMs(0, 1000, 0), pauseMs(0, 1000, 1)]).toEqual([25, 75])
})
