// What of a result may stay in the cache: nothing secret, and no more than can be read back.

import { limits } from '#spec/limits.ts'
import type { PressResult } from '#spec/run.ts'
import { redactArgs } from '#core/press/redactArgs.ts'
import { redactor, type Secrets } from '#core/text/redact.ts'
import { truncate } from '#core/text/truncate.ts'

export interface Keepable {
  result: PressResult
  secrets: Secrets
  /** Names of arguments declared secret: stored as `[redacted]`, whatever their value. */
  secretArgs: readonly string[]
}

/** The result as the cache keeps it: secrets replaced as in records, otherwise complete. */
export function keepableResult({ result, secrets, secretArgs }: Keepable): PressResult {
  const redact = redactor(secrets)
  const { stdout, stderr, prompt, args, output_problems: problems } = result
  return {
    ...result,
    stdout: redact(stdout),
    stderr: redact(stderr),
    ...(prompt !== undefined && { prompt: redact(prompt) }),
    ...(args && { args: redactArgs(args, secretArgs, redact) }),
    ...(problems && { output_problems: problems.map(redact) }),
  }
}

/**
 * The same result with its streams cut, for one whose file would be too long to be read back.
 * Losing the end of an output is better than running a thing twice.
 */
export function shortenResult(result: PressResult): PressResult {
  const mostBytes = limits.idempotencyEntryBytes / 16
  return {
    ...result,
    stdout: truncate(result.stdout, mostBytes),
    stderr: truncate(result.stderr, mostBytes),
    truncated: true,
  }
}
