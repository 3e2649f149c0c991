// Turns whatever a route threw into an answer: the last stop of every error over HTTP.

import { type ErrorCode, errorCodes, Failure } from '#spec/errors.ts'
import { json } from './answer.ts'
import type { Log } from './log.ts'

/** The answer to a failed request. Never throws. */
export function failureResponse(error: unknown, requestId: string, log: Log): Response {
  if (error instanceof Failure) return failureAnswer(error)
  const refused = error instanceof Error && error.name === 'HostError'
  if (refused) return failureAnswer({ code: 'STORAGE_ERROR', message: error.message })
  log.error('Something went wrong inside buttons', {
    request_id: requestId,
    detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
  })
  return failureAnswer({
    code: 'INTERNAL_ERROR',
    message: `Something went wrong inside buttons; its log says what, under ${requestId}`,
  })
}

/** What callers may do about a failure stands in headers as well. */
const headersOf: Partial<Record<ErrorCode, Readonly<Record<string, string>>>> = {
  BUSY: { 'Retry-After': '1' },
  QUEUE_TIMEOUT: { 'Retry-After': '5' },
}

type Described = Pick<Failure, 'code' | 'message'> &
  Partial<Pick<Failure, 'hint' | 'spec' | 'data'>>

export function failureAnswer(
  { code, message, hint, spec, data }: Described,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const error = { code, message, ...(hint && { hint }), ...(spec !== undefined && { spec }) }
  return json({ ok: false, error, ...(data !== undefined && { data }) }, errorCodes[code].http, {
    ...headersOf[code],
    ...headers,
  })
}
