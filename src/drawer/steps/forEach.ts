// A loop: its body once per item, so many items at a time, the results in the order of the items
// (drawers.md 6.5, B30, B33).

import { itemKey } from '#core/drawer/run/keys.ts'
import { bind, innerScope } from '#core/drawer/run/scope.ts'
import type { Verdict } from '#spec/drawerEvents.ts'
import { type Act, type BodyEnd, cancelled, done, failed, goesOn, type Outcome } from '../act.ts'
import { linkSignal } from '../signals.ts'
import { readArray } from './fields.ts'

export async function forEach(act: Act): Promise<Outcome> {
  const items = readArray(act, 'over')
  const parallel = Math.max(1, act.step.parallelism ?? 1)
  const loop = await runItems(act, items, Math.min(parallel, items.length))
  const results = parallel > 1 ? loop.results : loop.results.slice(0, loop.begun)
  if (loop.culprit) return brokenOff(loop, results, items.length)
  const output = { results, total: items.length }
  return loop.cancelled ? { ...cancelled(act.step), output } : done(output)
}

interface Loop {
  /** By index; null for items that were never begun. */
  results: (ItemResult | null)[]
  /** How many items were begun, counted from the first one when one by one. */
  begun: number
  /** The first item in time that really failed, in a loop that stops then. */
  culprit?: { index: number; end: BodyEnd }
  cancelled: boolean
}

/** As the output shows it; keys in the order of the contract. */
interface ItemResult {
  index: number
  item: unknown
  failed: boolean
  steps: BodyEnd['steps']
}

async function runItems(act: Act, items: readonly unknown[], workers: number): Promise<Loop> {
  const link = linkSignal(act.signal)
  const loop: Loop = { results: items.map(() => null), begun: 0, cancelled: false }
  const stops = act.step.on_item_failure !== 'continue'
  const { past } = act.run.tree
  // An earlier process saw an item fail: what it had begun is over, and nothing else begins.
  const failedBefore = stops ? past.findFailedItem(act.inside) : undefined
  const known = failedBefore?.index
  if (known !== undefined) link.abort()
  const take = takeItems(items.length, (index) => {
    if (!link.signal.aborted) return true
    return past.findItem(itemKey(act.inside, index)) !== undefined
  })
  const work = async () => {
    for (let index = take(); index !== undefined; index = take()) {
      loop.begun++
      const end = await runItem(act, items[index], index, link.signal)
      const verdict = verdictOf(end)
      loop.results[index] = {
        index,
        item: items[index],
        failed: !goesOn(verdict),
        steps: end.steps,
      }
      if (verdict === 'cancelled') loop.cancelled ||= act.signal.aborted
      if (verdict !== 'failed' || !stops) continue
      if (index === known) loop.culprit = { index, end }
      else loop.culprit ??= { index, end }
      link.abort()
    }
  }
  await Promise.all(Array.from({ length: workers }, work))
  link.close()
  if (act.signal.aborted && loop.results.includes(null)) loop.cancelled = true
  return loop
}

// Looked at again at every turn: somebody may have failed while this worker was busy.
function takeItems(count: number, mayBegin: (index: number) => boolean) {
  let next = 0
  return (): number | undefined => {
    while (next < count) {
      const index = next++
      if (mayBegin(index)) return index
    }
    return undefined
  }
}

async function runItem(
  act: Act,
  item: unknown,
  index: number,
  signal: AbortSignal,
): Promise<BodyEnd> {
  const { step, run, inside } = act
  const key = itemKey(inside, index)
  const scope = innerScope(act.scope)
  bind(scope, step.as || 'item', item)
  const before = run.tree.past.findItem(key)
  if (!before) await run.emit({ type: 'item.started', key, index })
  const end = await act.runBody({ steps: step.steps ?? [], prefix: `${key}.`, scope, signal })
  if (before !== 'finished')
    await run.emit({ type: 'item.finished', key, index, verdict: verdictOf(end) })
  return end
}

/** For the loop a refused step is a failed item like any other. */
function verdictOf({ verdict }: BodyEnd): Verdict {
  return verdict === 'refused' ? 'failed' : verdict
}

function brokenOff({ culprit }: Loop, results: (ItemResult | null)[], total: number): Outcome {
  const { index, end } = culprit!
  const { id, error } = end.failed!
  const message = `iteration ${index} failed: step "${id}": ${error.code}: ${error.message}`
  return {
    ...failed({ code: 'FOREACH_ITEM_FAILED', message, cause: error }),
    output: { results, total, completed: results.filter((result) => result !== null).length },
  }
}
