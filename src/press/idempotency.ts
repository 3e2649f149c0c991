// One execution for one idempotency key: a press holds its key from the look for an earlier answer
// until its own is stored, and whoever comes meanwhile waits for that answer.

import { answers } from '#core/idempotency/entry.ts'
import { keepableResult } from '#core/idempotency/keep.ts'
import { fail } from '#spec/errors.ts'
import type { IdempotencyEntry } from '#spec/idempotency.ts'
import { limits } from '#spec/limits.ts'
import type { PressPlan, PressRequest } from '#spec/press.ts'
import type { PressResult } from '#spec/run.ts'
import type { KeyClaim } from '#store/store.ts'
import type { PressContext } from './context.ts'
import { refused } from './outputCheck.ts'
import type { Charged } from './prepare.ts'
import { secretArgsOf, secretsOf } from './remember.ts'

export interface KeyHold {
  /** The answer of an earlier press with this key. */
  earlier?: PressResult
  /** Stores an answer for later presses; a failure is only a warning. */
  keep(result: PressResult, charged: Charged): Promise<void>
  release(): void
}

/**
 * Claims a key for one press. Throws IDEMPOTENCY_KEY_REUSED when it belongs to another press,
 * QUEUE_TIMEOUT when another press holds it for longer than the timeout, CANCELLED, STORAGE_ERROR.
 */
export async function claimKey(
  key: string,
  request: PressRequest,
  plan: PressPlan,
  context: PressContext,
): Promise<KeyHold> {
  const claim = await waitForKey(key, plan, request.signal, context)
  try {
    const entry = await findEntry(claim, context)
    return {
      ...(entry && { earlier: replay(key, entry, request, plan, context) }),
      keep: (result, charged) => keep(claim, request, result, charged, context),
      release: claim.release,
    }
  } catch (error) {
    claim.release()
    throw error
  }
}

async function waitForKey(
  key: string,
  plan: PressPlan,
  signal: AbortSignal | undefined,
  { host, store }: PressContext,
): Promise<KeyClaim> {
  const { clock } = host
  const deadline = clock.monotonic() + plan.timeoutMs
  for (let pauseMs = 2; ; pauseMs = Math.min(pauseMs * 2, limits.idempotencyPauseMs)) {
    const claim = await store.idempotency.tryClaim(key)
    if (claim) return claim
    const leftMs = deadline - clock.monotonic()
    if (signal?.aborted || leftMs <= 0) throw gaveUp(key, plan, signal)
    await clock.sleep(Math.min(pauseMs, leftMs), signal)
  }
}

function gaveUp(key: string, { button, timeoutMs }: PressPlan, signal: AbortSignal | undefined) {
  if (signal?.aborted)
    return fail('CANCELLED', `Cancelled "${button.name}" while it waited for key "${key}"`)
  return fail(
    'QUEUE_TIMEOUT',
    `Cannot press "${button.name}": a press with the idempotency key "${key}" is still running after ${timeoutMs / 1000} s`,
    { hint: 'Ask again with the same key; its answer is stored when it ends well' },
  )
}

// An answer that cannot be read is as good as none (buttons.md 9), but somebody should know (D57).
async function findEntry(
  claim: KeyClaim,
  { warn }: PressContext,
): Promise<IdempotencyEntry | undefined> {
  try {
    return await claim.find()
  } catch (error) {
    warn((error as Error).message)
    return undefined
  }
}

// The arguments are those of the entry, as their hashes agree, and here they need no redaction.
function replay(
  key: string,
  entry: IdempotencyEntry,
  request: PressRequest,
  plan: PressPlan,
  { host, store }: PressContext,
): PressResult {
  const { button, args } = plan
  const use = { button: button.name, args, args_hash: store.idempotency.hashArgs(args) }
  if (!answers(entry, use)) throw reused(key, entry, button.name)
  const result: PressResult = { ...entry.result, cached: true }
  if (Object.keys(args).length > 0) result.args = args
  // The progress file may have been pruned since.
  if (result.progress_path && !host.files.stat(result.progress_path)) delete result.progress_path
  const strict = request.checkOutput === true && result.output_valid === false
  return strict ? refused(result, result.output_problems ?? []) : result
}

function reused(key: string, entry: IdempotencyEntry, button: string) {
  const first = entry.button ?? entry.result.button
  const why = first === button ? 'with other arguments' : `for "${first}"`
  return fail(
    'IDEMPOTENCY_KEY_REUSED',
    `Cannot press "${button}": the idempotency key "${key}" was used ${why}`,
    { hint: 'Use a new key for a new press' },
  )
}

async function keep(
  claim: KeyClaim,
  request: PressRequest,
  result: PressResult,
  charged: Charged,
  { warn }: PressContext,
): Promise<void> {
  const { button, args } = charged.plan
  const secrets = secretsOf(charged)
  try {
    await claim.keep({
      button: button.name,
      args,
      ttlMs: request.idempotencyTtlMs || limits.idempotencyTtlMs,
      result: keepableResult({ result, secrets, secretArgs: secretArgsOf(button) }),
    })
  } catch (error) {
    warn((error as Error).message)
  }
}
