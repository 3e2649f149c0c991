// When a failed step is tried again, and after what pause (drawers.md 6.3, B26, B27).

import type { Backoff, ErrorPolicy } from '#spec/steps.ts'

/** How many attempts a policy allows in all. */
export function attemptsOf(policy: ErrorPolicy | undefined): number {
  return policy?.action === 'retry' ? Math.max(1, policy.max_attempts ?? 1) : 1
}

/** Whether an error code is worth another attempt. */
export function isWorthRetry(policy: ErrorPolicy | undefined, code: string): boolean {
  const codes = policy?.retry_on ?? []
  return codes.length === 0 || codes.includes(code)
}

/** Milliseconds between failed attempt `n` (from 1) and the next; `random` is in [0, 1). */
export function retryDelayMs(backoff: Backoff | undefined, n: number, random: number): number {
  const initial = backoff?.initial_ms ?? 0
  if (!backoff || initial <= 0) return 0
  const factor = (backoff.factor ?? 0) > 0 ? backoff.factor! : 2
  const grown = backoff.strategy === 'exponential' ? initial * factor ** (n - 1) : initial
  const most = (backoff.max_ms ?? 0) > 0 ? backoff.max_ms! : Number.MAX_SAFE_INTEGER
  const delay = Math.min(grown, most)
  return backoff.jitter ? delay / 2 + random * (delay / 2) : delay
}
