// Several presses side by side, each through the one pipeline. With `stop`, the first failure ends
// those that run and keeps the rest from starting.

import { isFailure } from '#core/smash/request.ts'
import { Failure } from '#spec/errors.ts'
import type { PressRequest, SmashItem, SmashRequest, SmashResult } from '#spec/press.ts'
import type { PressResult } from '#spec/run.ts'

export type PressOne = (request: PressRequest) => Promise<PressResult>

/** Presses every name; what happens to one is in the results, nothing is thrown for it. */
export async function smash(request: SmashRequest, press: PressOne): Promise<SmashResult> {
  const { names, concurrency, onFailure } = request
  const stop = new AbortController()
  const signal = request.signal ? AbortSignal.any([request.signal, stop.signal]) : stop.signal
  const results: SmashItem[] = []
  let next = 0
  const work = async () => {
    while (next < names.length) {
      const index = next++
      const item = await pressOne(names[index]!, request, signal, press)
      results[index] = item
      if (onFailure === 'stop' && isFailure(item)) stop.abort()
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, names.length) }, work))
  return { results, total: names.length, failures: results.filter(isFailure).length }
}

async function pressOne(
  button: string,
  { timeoutSeconds }: SmashRequest,
  signal: AbortSignal,
  press: PressOne,
): Promise<SmashItem> {
  if (signal.aborted) return { button, skipped: true }
  try {
    const timeout = timeoutSeconds === undefined ? {} : { timeoutSeconds }
    return { button, result: await press({ name: button, args: {}, signal, ...timeout }) }
  } catch (error) {
    // Cancelled before it began, in a queue perhaps: nothing ran and nothing was recorded.
    if (error instanceof Failure && error.code === 'CANCELLED') return { button, skipped: true }
    return { button, error: error instanceof Error ? error.message : String(error) }
  }
}
