// HTTP buttons: the request that was planned is sent, and its answer is the result.

import { outcomeOfFailure } from '#core/http/status.ts'
import type { Outcome } from '#core/press/classify.ts'
import { redactor } from '#core/text/redact.ts'
import { Failure } from '#spec/errors.ts'
import { performRequest } from '../http/perform.ts'
import type { Job } from './runtime.ts'

export async function runHttp({
  http,
  plan,
  host,
  batteries,
  signal,
  onSend,
}: Job): Promise<Outcome> {
  if (http === undefined) throw new Error(`no request was planned for "${plan.button.name}"`)
  if (http instanceof Failure) return outcomeOfFailure(http)
  onSend?.()
  const outcome = await performRequest(http, { timeoutMs: plan.timeoutMs, signal }, host)
  // Reason phrases and redirects are a stranger's words, who has seen what was sent.
  const redact = redactor({ batteries: Object.values(batteries), declared: plan.secrets })
  return { ...outcome, stderr: redact(outcome.stderr) }
}
