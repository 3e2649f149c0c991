// Answers of the registry: JSON documents, and failures in the envelope that clients read.

import { errorCodes, type ErrorCode, Failure } from '#spec/errors.ts'
import type { Reply } from './context.ts'

export function json(
  document: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: `${JSON.stringify(document)}\n`,
  }
}

/** Words of the host for what has another one here. */
const renamed: Partial<Record<ErrorCode, ErrorCode>> = { BODY_TOO_LARGE: 'TOO_LARGE' }

const headersOf: Partial<Record<ErrorCode, Readonly<Record<string, string>>>> = {
  UNAUTHORIZED: { 'WWW-Authenticate': 'Bearer' },
  BUSY: { 'Retry-After': '5' },
}

/** What a failure carries beside its message stands in the error itself. */
export function refusal(
  { code: given, message, data }: Failure,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  const code = renamed[given] ?? given
  const { http } = errorCodes[code]
  const error = { code, message, ...(data as object | undefined) }
  return json({ ok: false, error }, http, { ...headersOf[code], ...headers })
}

/** RFC 9110 13.1.2: a list, compared weakly; proxies like to weaken tags. */
export function hasTag(header: string | undefined, etag: string): boolean {
  const tags = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.includes(etag) || tags.includes('*')
}
