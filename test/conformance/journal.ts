// What the journal of every store must hold, whatever it is made of.

import { describe, expect, test } from 'bun:test'
import type { RunEvent } from '#spec/drawerEvents.ts'
import { limits } from '#spec/limits.ts'
import type { HeldRun, Store } from '#store/store.ts'

const target = { kind: 'drawer', name: 'flow' } as const

export function checkJournals(
  name: string,
  { open, reopen }: { open(): Promise<Store>; reopen(store: Store): Promise<Store> },
): void {
  const item = (index: number, key = `each[${index}]`): RunEvent => ({
    type: 'item.started',
    run_id: '0123456789abcdef',
    key,
    at_ms: index,
    index,
  })

  function finished({ runId }: HeldRun, output: string): RunEvent {
    const record = { id: 'a', status: 'ok', exit_code: 0, duration_ms: 1, output } as const
    return { type: 'step.finished', run_id: runId, key: 'a', at_ms: 1, verdict: 'ok', record }
  }

  describe(`the journal of the ${name} store`, () => {
    for (const durability of ['process', 'disk'] as const) {
      test(`events come back in their order, kept for the ${durability}`, async () => {
        const store = await open()
        const run = await store.active.begin({ target })
        const journal = await store.journal.open(run, durability)
        const events = [item(0), finished(run, 'é\u2028\n'), item(1)]
        for (const event of events) await journal.append(event)
        expect(journal.length).toBe(3)
        expect(await (await reopen(store)).journal.read(run.runId)).toEqual(events)
        journal.close()
      })
    }

    test('what many keep at once is all there', async () => {
      const store = await open()
      const run = await store.active.begin({ target })
      const journal = await store.journal.open(run, 'disk')
      const events = Array.from({ length: 50 }, (_, n) => finished(run, String(n)))
      await Promise.all(events.map((event) => journal.append(event)))
      expect(await store.journal.read(run.runId)).toEqual(events)
      journal.close()
    })

    test('another process goes on behind what is there', async () => {
      const store = await open()
      const run = await store.active.begin({ target })
      const first = await store.journal.open(run, 'process')
      await first.append(item(0))
      first.close()
      run.release()
      const other = await reopen(store)
      const held = await other.active.adopt(run.runId)
      if (held === undefined || held === 'held') throw new Error('it is free')
      const second = await other.journal.open(held, 'process')
      expect(second.length).toBe(1)
      await second.append(item(1))
      expect(await other.journal.read(run.runId)).toEqual([item(0), item(1)])
      second.close()
    })

    test('long results come back whole', async () => {
      const store = await open()
      const run = await store.active.begin({ target })
      const journal = await store.journal.open(run, 'process')
      const long = finished(run, '\u{1f600}'.repeat(limits.journalEntryBytes))
      await journal.append(long)
      await journal.append(item(0))
      expect(await store.journal.read(run.runId)).toEqual([long, item(0)])
      journal.close()
    })

    test('the journal goes with its run, and a run without one has none', async () => {
      const store = await open()
      const run = await store.active.begin({ target })
      expect(await store.journal.read(run.runId)).toBeUndefined()
      const journal = await store.journal.open(run, 'process')
      await journal.append(item(0))
      journal.close()
      run.end()
      expect(await store.journal.read(run.runId)).toBeUndefined()
      expect(await store.journal.read('../etc')).toBeUndefined()
    })
  })
}
