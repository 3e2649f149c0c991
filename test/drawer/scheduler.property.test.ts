import { expect, test } from 'bun:test'
import fc from 'fast-check'
import type { PressRequest } from '#spec/press.ts'
import { failing, openDrawerEngine, taking } from '../helpers/drawerEngine.ts'

interface PlannedStep {
  /** Which earlier steps it reads. */
  needs: number[]
  durationMs: number
  end: 'ok' | 'fails' | 'tolerated' | 'flaky'
}

const graphs = fc
  .array(
    fc.record({
      bits: fc.nat(2 ** 16 - 1),
      durationMs: fc.integer({ min: 0, max: 50 }),
      end: fc.constantFrom('ok', 'ok', 'ok', 'ok', 'fails', 'tolerated', 'flaky'),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((steps) =>
    steps.map(({ bits, durationMs, end }, n): PlannedStep => ({
      needs: Array.from({ length: n }, (_, i) => i).filter((i) => ((bits >> i) & 3) === 3),
      durationMs,
      end: end as PlannedStep['end'],
    })),
  )

const policies = {
  ok: undefined,
  fails: undefined,
  tolerated: { action: 'continue' },
  flaky: { action: 'retry', max_attempts: 2, backoff: { strategy: 'fixed', initial_ms: 7 } },
} as const

// Written in a shuffled order, since the order in the file must not matter.
function drawerFile(graph: readonly PlannedStep[], shuffle: number) {
  const steps = graph.map(({ needs, end }, n) => ({
    id: `s-${n}`,
    button: 'work',
    args: { needs: needs.map((other) => `\${s_${other}.output ?? 'gone'}`).join(',') },
    ...(policies[end] && { on_failure: policies[end] }),
  }))
  return { steps: steps.toSorted((a, b) => rank(a.id, shuffle) - rank(b.id, shuffle)) }
}

function rank(id: string, shuffle: number): number {
  return (Number(id.slice(2)) * 7919 + shuffle * 104_729) % 1009
}

const placeOf = ({ variables }: PressRequest) => Number(variables!['BUTTONS_STEP']!.slice(2))

test('thousands of random graphs: every step in its time, once, blamed rightly, and nothing left behind', async () => {
  await fc.assert(
    fc.asyncProperty(
      graphs,
      fc.nat(1000),
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom('stop' as const, 'continue' as const),
      fc.option(fc.integer({ min: 0, max: 120 })),
      async (graph, shuffle, concurrency, onFailure, cancelAtMs) => {
        const done = new Set<number>()
        const tries = new Map<number, number>()
        let firstFailure: number | undefined
        const engine = openDrawerEngine({
          drawers: { main: drawerFile(graph, shuffle) },
          buttons: { work: {} },
          press: async (request, clock) => {
            const place = placeOf(request)
            const { needs, durationMs, end } = graph[place]!
            for (const needed of needs) expect(done.has(needed)).toBe(true)
            const attempt = (tries.get(place) ?? 0) + 1
            tries.set(place, attempt)
            const result = await taking(durationMs, request, clock, { stdout: `"v${place}"` })
            if (result.status === 'cancelled') return result
            const fails =
              end === 'fails' || end === 'tolerated' || (end === 'flaky' && attempt === 1)
            if (end === 'fails') firstFailure ??= place
            if (!fails || end === 'tolerated') done.add(place)
            return fails ? failing() : result
          },
        })
        const stop = new AbortController()
        if (cancelAtMs !== null) engine.clock.at(cancelAtMs, () => stop.abort())
        const result = await engine.press('main', {
          mode: 'parallel',
          concurrency,
          onFailure,
          signal: stop.signal,
        })
        for (const [place, count] of tries)
          expect(count).toBeLessThanOrEqual(graph[place]!.end === 'flaky' ? 2 : 1)
        expect(engine.pressing.size).toBe(0)
        expect(result.steps.length).toBe(tries.size)
        const cancelledSome = result.steps.some(({ error }) => error?.code === 'CANCELLED')
        if (result.status === 'failed') {
          expect(result.failed_step).toBe(`s-${firstFailure}`)
          expect(result.error).toEqual({ code: 'SCRIPT_ERROR', message: 'boom' })
        }
        if (result.status === 'cancelled') expect(stop.signal.aborted).toBe(true)
        if (result.status === 'ok') {
          expect(firstFailure).toBeUndefined()
          expect(cancelledSome).toBe(false)
          expect(result.steps.length).toBe(graph.length)
        }
        // What is skipped did not run, and waits for something that failed or was cancelled.
        for (const id of result.skipped_steps ?? []) {
          const place = Number(id.slice(2))
          expect(tries.has(place)).toBe(false)
          expect(graph[place]!.needs.some((needed) => !done.has(needed))).toBe(true)
        }
        if (result.status === 'failed' && onFailure === 'continue')
          expect(result.steps.length + (result.skipped_steps ?? []).length).toBe(graph.length)
        expect(engine.records).toHaveLength(1)
      },
    ),
    { numRuns: 3000 },
  )
}, 60_000)

test('a run that nobody cancels leaves no timer behind', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, fc.integer({ min: 1, max: 5 }), async (graph, concurrency) => {
      const engine = openDrawerEngine({
        drawers: { main: drawerFile(graph, 0) },
        buttons: { work: {} },
        press: (request, clock) => taking(graph[placeOf(request)]!.durationMs, request, clock),
      })
      await engine.press('main', { mode: 'parallel', concurrency })
      expect(engine.clock.pending()).toBe(0)
    }),
    { numRuns: 200 },
  )
})
