// When a run that failed is tried again (serve.md 9.4, `retry`).

import * as v from 'valibot'
import { limits } from '#spec/limits.ts'
import { retrySchema } from '#spec/webhook.ts'

export interface RetryPlan {
  /** 1 without a policy: what finished as failed stays so. */
  maxAttempts: number
  delayMs(attempt: number): number
}

/** The plan of a trigger; what makes no sense in it counts as absent. */
export function planRetry(policy: unknown): RetryPlan {
  const read = v.safeParse(retrySchema, policy)
  const { max_attempts, backoff, initial_seconds } = read.success ? read.output : {}
  const initialMs = Math.max(0, initial_seconds ?? 10) * 1000
  const factor = backoff === 'exponential' ? 2 : 1
  return {
    maxAttempts: Math.min(Math.max(1, Math.floor(max_attempts ?? 1)), limits.retryAttempts),
    delayMs: (attempt) => Math.min(initialMs * factor ** (attempt - 1), limits.retryPauseMs),
  }
}
