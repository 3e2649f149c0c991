// How a request ended, as the outcome of a press (buttons.md 6.8e, D30 to D32). An exit code is the
// HTTP status where there was a final answer, else -1.

import type { Failure } from '#spec/errors.ts'
import type { Outcome } from '#core/press/classify.ts'

export interface HttpAnswer {
  status: number
  /** The reason phrase as sent; may be empty, as it always is in HTTP/2. */
  reason: string
  /** The body, decoded. */
  body: string
  /** Whether the body was cut at the cap. */
  truncated: boolean
}

/** 200 to 399 is ok; every other final status is SCRIPT_ERROR with `HTTP 404 Not Found`. */
export function classifyAnswer({ status, reason, body, truncated }: HttpAnswer): Outcome {
  const answered = {
    exit_code: status,
    http_status_code: status,
    stdout: body,
    ...(truncated && { truncated }),
  }
  if (status >= 200 && status < 400) return { status: 'ok', ...answered, stderr: '' }
  const stderr = `HTTP ${status} ${tidyReason(reason) || (reasons.get(status) ?? 'Unknown status')}`
  return { status: 'error', ...answered, stderr, error_type: 'SCRIPT_ERROR' }
}

/** A stranger wrote it: one short line, no control characters. */
function tidyReason(reason: string): string {
  return reason
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 100)
}

/** For answers that name no reason (RFC 9110, 15, and the registry of status codes). */
const reasons: ReadonlyMap<number, string> = new Map([
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [402, 'Payment Required'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [405, 'Method Not Allowed'],
  [406, 'Not Acceptable'],
  [407, 'Proxy Authentication Required'],
  [408, 'Request Timeout'],
  [409, 'Conflict'],
  [410, 'Gone'],
  [411, 'Length Required'],
  [412, 'Precondition Failed'],
  [413, 'Content Too Large'],
  [414, 'URI Too Long'],
  [415, 'Unsupported Media Type'],
  [416, 'Range Not Satisfiable'],
  [417, 'Expectation Failed'],
  [421, 'Misdirected Request'],
  [422, 'Unprocessable Content'],
  [423, 'Locked'],
  [424, 'Failed Dependency'],
  [425, 'Too Early'],
  [426, 'Upgrade Required'],
  [428, 'Precondition Required'],
  [429, 'Too Many Requests'],
  [431, 'Request Header Fields Too Large'],
  [451, 'Unavailable For Legal Reasons'],
  [500, 'Internal Server Error'],
  [501, 'Not Implemented'],
  [502, 'Bad Gateway'],
  [503, 'Service Unavailable'],
  [504, 'Gateway Timeout'],
  [505, 'HTTP Version Not Supported'],
  [507, 'Insufficient Storage'],
  [508, 'Loop Detected'],
  [511, 'Network Authentication Required'],
])

/** What a press gives when a Failure ended it; `httpStatus` when an answer had come by then. */
export function outcomeOfFailure(failure: Failure, httpStatus?: number): Outcome {
  return { ...unanswered(failure.message, httpStatus), error_type: failure.code }
}

/** DNS, connect, TLS, guard, protocol, or a body that broke off. */
export function requestFailed(why: string, httpStatus?: number): Outcome {
  return { ...unanswered(`request failed: ${why}`, httpStatus), error_type: 'SCRIPT_ERROR' }
}

export function requestTimedOut(httpStatus?: number): Outcome {
  const outcome = unanswered('request timed out', httpStatus)
  return { ...outcome, status: 'timeout', error_type: 'TIMEOUT' }
}

export function requestCancelled(httpStatus?: number): Outcome {
  const outcome = unanswered('request cancelled', httpStatus)
  return { ...outcome, status: 'cancelled', error_type: 'CANCELLED' }
}

function unanswered(stderr: string, httpStatus: number | undefined): Outcome {
  return {
    status: 'error',
    exit_code: -1,
    stdout: '',
    stderr,
    ...(httpStatus !== undefined && { http_status_code: httpStatus }),
  }
}
