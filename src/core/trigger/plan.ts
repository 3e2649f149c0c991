// A new trigger as somebody asks for it on the command line: checked, and in the words of the file
// (serve.md 3.1, 9.11).

import type { ButtonTrigger } from '#spec/button.ts'
import { fail, type Failure } from '#spec/errors.ts'
import { catchUps, overlaps } from '#spec/webhook.ts'
import { parseCron } from '../time/cron.ts'
import { isZone } from '../time/zone.ts'
import { findFilterFault } from '../webhook/filter.ts'
import { checkWebhookPath } from '../webhook/path.ts'
import { type AuthRequest, planAuth } from '../webhook/plan.ts'
import { type HostedKind, hostedKinds } from './hosted.ts'

export interface TriggerRequest extends AuthRequest {
  /** Those of `--cron`, `--watch`, `--webhook` that were given. */
  kinds: readonly HostedKind[]
  schedule?: string | undefined
  path?: string | undefined
  webhookPath?: string | undefined
  token?: string | undefined
  /** `key=value`, as typed. */
  args: readonly string[]
  timezone?: string | undefined
  overlap?: string | undefined
  catchUp?: string | undefined
  jitterSeconds?: number | undefined
  debounceMs?: number | undefined
  filter?: string | undefined
  mapBody?: boolean | undefined
  concurrency?: number | undefined
  maxAttempts?: number | undefined
  timeoutSeconds?: number | undefined
}

/** What a trigger is made of, without its id and time. */
export type TriggerDraft = Omit<ButtonTrigger, 'id' | 'created_at'> & Record<string, unknown>

/** Flags of other kinds are ignored. Throws VALIDATION_ERROR or TRIGGER_PATH_RESERVED. */
export function planTrigger(request: TriggerRequest): TriggerDraft {
  const [kind, ...more] = request.kinds
  if (kind === undefined || more.length > 0) {
    const flags = hostedKinds.map((one) => `--${one}`).join(', ')
    throw refuse(`exactly one of ${flags} must be given`)
  }
  const { concurrency, maxAttempts, timeoutSeconds } = request
  const args = readArgs(request.args)
  return {
    kind,
    ...makers[kind](request),
    ...(Object.keys(args).length > 0 && { args }),
    ...(concurrency !== undefined && { concurrency: atLeastOne('--concurrency', concurrency) }),
    ...(maxAttempts !== undefined && {
      retry: { max_attempts: atLeastOne('--max-attempts', maxAttempts) },
    }),
    ...(timeoutSeconds !== undefined && {
      timeout_seconds: atLeastOne('--timeout', timeoutSeconds),
    }),
  }
}

// A later one wins; what the button declares is checked when it is pressed.
function readArgs(texts: readonly string[]): Record<string, string> {
  const args = new Map<string, string>()
  for (const text of texts) {
    const at = text.indexOf('=')
    if (at < 1) throw refuse(`argument "${text}" must have the form key=value`)
    args.set(text.slice(0, at), text.slice(at + 1))
  }
  return Object.fromEntries(args) as Record<string, string>
}

const makers: Readonly<Record<HostedKind, (request: TriggerRequest) => Record<string, unknown>>> = {
  cron: ({ schedule = '', timezone, catchUp, jitterSeconds, overlap }) => {
    if (schedule.trim() === '') throw refuse('a cron trigger needs --schedule')
    parseCron(schedule)
    if (timezone !== undefined && !isZone(timezone))
      throw refuse(`"${timezone}" is no time zone`, 'Write it like Europe/Berlin')
    return {
      schedule,
      ...(timezone !== undefined && { timezone }),
      ...(catchUp !== undefined && { catch_up: oneOf('--catch-up', catchUps, catchUp) }),
      ...(jitterSeconds !== undefined && {
        jitter_seconds: notNegative('--jitter', jitterSeconds),
      }),
      ...planOverlap(overlap),
    }
  },
  watch: ({ path = '', debounceMs, overlap }) => {
    if (path.trim() === '') throw refuse('a watch trigger needs --path')
    return {
      path,
      ...(debounceMs !== undefined && { debounce_ms: notNegative('--debounce', debounceMs) }),
      ...planOverlap(overlap),
    }
  },
  webhook: (request) => {
    const { webhookPath = '', token, filter, mapBody } = request
    const auth = planAuth(request)
    const fault = filter === undefined ? undefined : findFilterFault(filter)
    if (fault !== undefined) throw refuse(`--filter "${filter}" is no expression: ${fault}`)
    return {
      path: checkWebhookPath(webhookPath),
      ...(token && { token }),
      ...(auth && { auth }),
      ...(filter !== undefined && { filter }),
      ...(mapBody && { map_body: true }),
    }
  },
}

function planOverlap(overlap: string | undefined): Record<string, unknown> {
  return overlap === undefined ? {} : { overlap: oneOf('--overlap', overlaps, overlap) }
}

function oneOf(flag: string, words: readonly string[], word: string): string {
  if (words.includes(word)) return word
  throw refuse(`${flag} must be one of ${words.join(', ')}, got "${word}"`)
}

function notNegative(flag: string, number: number): number {
  if (number >= 0) return number
  throw refuse(`${flag} must not be negative`)
}

function atLeastOne(flag: string, number: number): number {
  if (number >= 1) return number
  throw refuse(`${flag} must be at least 1`)
}

function refuse(why: string, hint?: string): Failure {
  return fail(
    'VALIDATION_ERROR',
    `Cannot add a trigger: ${why}`,
    hint === undefined ? {} : { hint },
  )
}
