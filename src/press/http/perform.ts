// Carrying out the plan of an HTTP button: one deadline for resolving, connecting, redirects and
// reading, and an outcome for every way it can end.

import { Failure } from '#spec/errors.ts'
import type { HttpPlan } from '#core/http/plan.ts'
import {
  classifyAnswer,
  outcomeOfFailure,
  requestCancelled,
  requestFailed,
  requestTimedOut,
} from '#core/http/status.ts'
import type { Outcome } from '#core/press/classify.ts'
import type { Host } from '#host/host.ts'
import { readText } from './body.ts'
import { follow } from './follow.ts'

export interface Patience {
  timeoutMs: number
  /** Somebody's wish to stop early. */
  signal?: AbortSignal | undefined
}

/** Sends the request of a plan and gives how it ended; nothing is thrown for it. */
export async function performRequest(
  plan: HttpPlan,
  { timeoutMs, signal: cancel }: Patience,
  { network, clock }: Pick<Host, 'network' | 'clock'>,
): Promise<Outcome> {
  const timeout = new AbortController()
  const preventTimeout = clock.after(timeoutMs, () => timeout.abort())
  const signal = cancel ? AbortSignal.any([cancel, timeout.signal]) : timeout.signal
  let status: number | undefined
  try {
    const { allowPrivateNetworks, decompress } = plan
    const sending = { network, allowPrivateNetworks, decompress, signal }
    const answer = await follow(plan, sending, (seen) => (status = seen))
    try {
      return classifyAnswer({ ...answer, ...(await readText(answer.body, plan.maxResponseBytes)) })
    } finally {
      answer.close()
    }
  } catch (error) {
    if (cancel?.aborted) return requestCancelled(status)
    if (timeout.signal.aborted) return requestTimedOut(status)
    if (error instanceof Failure) return outcomeOfFailure(error, status)
    return requestFailed((error as Error).message, status)
  } finally {
    preventTimeout()
  }
}
