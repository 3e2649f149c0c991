// Pauses keep the deadline that they were begun with, however often their run is resumed.

import type { RunEvent } from '../../../src/spec/drawerEvents.ts'

/** `waits`: the deadlines seen so far, by key. Throws when one has moved. */
export function noteWaits(waits: Map<string, number>, events: readonly RunEvent[]): void {
  for (const event of events) {
    if (event.type !== 'wait.started') continue
    const before = waits.get(event.key) ?? event.until_ms
    if (before !== event.until_ms) throw new Error(`the deadline of ${event.key} has moved`)
    waits.set(event.key, before)
  }
}

/** Throws when a wait ended with another deadline, or before it. */
export function checkWaits(waits: ReadonlyMap<string, number>, data: unknown): void {
  const { steps, finished_at } = data as Result
  for (const { id, output } of steps) {
    const untilMs = waits.get(id)
    if (untilMs === undefined) continue
    const told = Date.parse((output as { until: string }).until)
    if (told !== untilMs - (untilMs % 1000)) throw new Error(`${id} ended at another deadline`)
    if (Date.parse(finished_at) < untilMs) throw new Error(`${id} ended too early`)
  }
}

interface Result {
  steps: { id: string; output?: unknown }[]
  finished_at: string
}
