import { expect, test } from 'bun:test'
import fc from 'fast-check'
import {
  cancelSchedule,
  finish,
  isOver,
  openSchedule,
  skippedSteps,
  takeReady,
  wasInterrupted,
} from '#core/drawer/run/schedule.ts'
import type { Verdict } from '#spec/drawerEvents.ts'

const verdicts: Verdict[] = ['ok', 'ok', 'ok', 'tolerated', 'failed', 'refused']

// Each step may depend on earlier ones only, so there is no circle.
const graphs = fc
  .array(fc.tuple(fc.bigInt({ min: 0n, max: 2n ** 24n - 1n }), fc.constantFrom(...verdicts)), {
    minLength: 1,
    maxLength: 24,
  })
  .map((steps) => ({
    dependencies: steps.map(([bits], n) =>
      Array.from({ length: n }, (_, i) => i).filter(
        (i) => (bits >> BigInt(i)) & (bits >> BigInt(i + 7)) & 1n,
      ),
    ),
    ends: steps.map(([, verdict]) => verdict),
  }))

const options = fc.record({
  concurrency: fc.integer({ min: 1, max: 6 }),
  stopOnFailure: fc.boolean(),
})

test('every graph comes to its end: nothing early, nothing twice, never too many at once', () => {
  const choices = fc.array(fc.nat(), { minLength: 30, maxLength: 60 })
  fc.assert(
    fc.property(graphs, options, choices, fc.option(fc.nat(30)), (graph, how, picks, cancelAt) => {
      const { dependencies, ends } = graph
      const schedule = openSchedule(dependencies, how)
      const running: number[] = []
      const ended = new Map<number, Verdict>()
      let firstFailure: number | undefined
      for (let turn = 0; ; turn++) {
        if (turn === cancelAt) cancelSchedule(schedule)
        for (const place of takeReady(schedule)) {
          expect(ended.has(place) || running.includes(place)).toBe(false)
          for (const needed of dependencies[place]!)
            expect(['ok', 'tolerated']).toContain(ended.get(needed)!)
          expect(schedule.stopped).toBeUndefined()
          running.push(place)
        }
        expect(running.length).toBeLessThanOrEqual(how.concurrency)
        if (running.length === 0) break
        const [place] = running.splice((picks[turn % picks.length] ?? 0) % running.length, 1)
        const verdict = schedule.stopped ? 'cancelled' : ends[place!]!
        if (verdict === 'failed' || verdict === 'refused') firstFailure ??= place
        ended.set(place!, verdict)
        finish(schedule, place!, verdict)
      }
      expect(isOver(schedule)).toBe(true)
      expect(schedule.culprit).toBe(firstFailure)
      const skipped = skippedSteps(schedule)
      for (const place of skipped) expect(ended.has(place)).toBe(false)
      // Without a stop every step has run, or is skipped for a failure that it depends on.
      if (schedule.stopped) return
      expect(ended.size + skipped.length).toBe(dependencies.length)
      for (const place of skipped) expect(reachesFailure(place, dependencies, ended)).toBe(true)
    }),
    { numRuns: 2000 },
  )
})

function reachesFailure(
  place: number,
  dependencies: readonly number[][],
  ended: ReadonlyMap<number, Verdict>,
): boolean {
  return dependencies[place]!.some(
    (needed) =>
      ['failed', 'refused'].includes(ended.get(needed) ?? '') ||
      (!ended.has(needed) && reachesFailure(needed, dependencies, ended)),
  )
}

test('a step starts as soon as its own dependencies are done, not when a wave is over', () => {
  const schedule = openSchedule([[], [], [0]], { concurrency: 2, stopOnFailure: true })
  expect(takeReady(schedule)).toEqual([0, 1])
  finish(schedule, 0, 'ok')
  expect(takeReady(schedule)).toEqual([2])
})

test('a tolerated failure counts as done', () => {
  const schedule = openSchedule([[], [0]], { concurrency: 1, stopOnFailure: true })
  takeReady(schedule)
  finish(schedule, 0, 'tolerated')
  expect(takeReady(schedule)).toEqual([1])
})

test('a run that was cancelled when everything had ended was not interrupted', () => {
  const schedule = openSchedule([[]], { concurrency: 1, stopOnFailure: true })
  takeReady(schedule)
  finish(schedule, 0, 'ok')
  cancelSchedule(schedule)
  expect(wasInterrupted(schedule)).toBe(false)
})
