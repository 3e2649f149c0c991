// The words of `smash`, read.

import { fail } from '#spec/errors.ts'
import { limits } from '#spec/limits.ts'
import { failurePolicies, type FailurePolicy, type SmashItem } from '#spec/press.ts'

/** The names in words that may hold several, by commas or blanks. Throws VALIDATION_ERROR for none. */
export function splitNames(words: readonly string[]): string[] {
  const names = words.flatMap((word) => word.split(/[,\s]+/)).filter((name) => name !== '')
  if (names.length > 0) return names
  throw fail('VALIDATION_ERROR', `Cannot smash "${words.join(' ')}": it holds no name`, {
    hint: 'buttons smash build,test lint',
  })
}

/** Throws VALIDATION_ERROR for another word. */
export function parseFailurePolicy(word: string): FailurePolicy {
  const policy = failurePolicies.find((known) => known === word)
  if (policy) return policy
  throw fail(
    'VALIDATION_ERROR',
    `Cannot read --on-failure: it must be ${failurePolicies.join(' or ')}, got "${word}"`,
  )
}

/** How many at once: as asked, else one for each processor, and never more than the cap. */
export function smashConcurrency(asked: number, cpus: number): number {
  return Math.min(asked > 0 ? asked : Math.max(1, cpus), limits.smashConcurrency)
}

/** Whether an outcome counts as a failure; what was never begun does not. */
export function isFailure(item: SmashItem): boolean {
  if ('error' in item) return true
  return 'result' in item && item.result.status !== 'ok'
}
