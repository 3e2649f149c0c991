// When a host gives memory back: once it has been quiet for a while, and once more much later.

import { expect, test } from 'bun:test'
import { watchQuiet } from '#serve/quiet.ts'

/** A clock that is moved by hand. */
function openQuiet() {
  let [now, rests, planned] = [1000, 0, undefined as { atMs: number; act(): void } | undefined]
  const clock = {
    monotonic: () => now,
    after: (ms: number, act: () => void) => {
      const mine = { atMs: now + ms, act }
      planned = mine
      return () => {
        if (planned === mine) planned = undefined
      }
    },
  }
  const quiet = watchQuiet({ clock, platform: { rest: () => rests++ } } as never)
  const pass = (ms: number) => {
    const end = now + ms
    while (planned && planned.atMs <= end) {
      const due = planned
      planned = undefined
      now = due.atMs
      due.act()
    }
    now = end
    return rests
  }
  return { quiet, pass }
}

test('soon after the start, and then not before something happens', () => {
  const { pass } = openQuiet()
  expect(pass(900)).toBe(0)
  expect(pass(200)).toBe(1)
  expect(pass(10_000_000)).toBe(1)
})

test('never while something happens, twice after that', () => {
  const { quiet, pass } = openQuiet()
  pass(2000)
  for (let at = 0; at < 100; at++) {
    quiet.stir()
    expect(pass(3000)).toBe(1)
  }
  expect(pass(5000)).toBe(2)
  quiet.stir()
  expect(pass(8000)).toBe(3)
  expect(pass(60_000)).toBe(4)
  expect(pass(10_000_000)).toBe(4)
})

test('not after the end', () => {
  const { quiet, pass } = openQuiet()
  quiet.end()
  expect(pass(10_000_000)).toBe(0)
})
