// What a 3xx answer means: the end, another request, or a refusal (buttons.md 6.8d, D28). "Another
// host" is another scheme, host or port: neither a body nor any header that may be meant for the
// first host alone goes there. Addresses are judged at connect time, like those of any request.

import { fail } from '#spec/errors.ts'
import { hasControl } from './control.ts'
import { findDestination } from './destination.ts'
import { fromWireText, type HttpRequest, urlOf } from './request.ts'
import { findScheme, refusal } from './target.ts'

export const maxRedirects = 10

const redirectStatuses: readonly number[] = [301, 302, 303, 307, 308]
/** These two repeat method and body; the others ask for a GET. */
const repeatingStatuses: readonly number[] = [307, 308]

export interface RedirectAnswer {
  status: number
  /** The Location header as node:http gives it. */
  location: string | undefined
  /** How many redirects this press has followed already. */
  followed: number
}

/**
 * The request to send next, or undefined when the answer is the final one. Throws SCRIPT_ERROR
 * after too many redirects or for an unreadable Location, VALIDATION_ERROR where it must not go.
 */
export function findRedirect(
  request: HttpRequest,
  { status, location, followed }: RedirectAnswer,
): HttpRequest | undefined {
  if (!redirectStatuses.includes(status) || !location) return undefined
  if (followed >= maxRedirects) throw failure(`stopped after ${maxRedirects} redirects`)
  const here = new URL(request.url)
  const there = getTarget(location, here)
  if (there.origin === here.origin) return stay(request, status, there)
  checkCrossing(request, status, there)
  return cross(request, there)
}

function getTarget(location: string, base: URL): URL {
  const text = fromWireText(location)
  const url = hasControl(text) ? null : URL.parse(text, base.href)
  if (url === null) throw unreadable()
  const scheme = url.protocol.slice(0, -1)
  if (findScheme(scheme) === undefined)
    throw refusal(`redirect to "${scheme}", which is neither http nor https`)
  if (url.username !== '' || url.password !== '')
    throw refusal('redirect to a URL with user information')
  return url
}

function stay(request: HttpRequest, status: number, there: URL): HttpRequest {
  const { destination } = request
  const { requestPath, url } = at(there, destination)
  if (repeatingStatuses.includes(status) || isReading(request.method))
    return { ...request, url, requestPath }
  return {
    method: 'GET',
    url,
    destination,
    requestPath,
    // What described the body would now describe nothing (RFC 9110, 15.4).
    headers: request.headers.filter(({ name }) => !/^content-/i.test(name)),
    defaults: request.defaults,
  }
}

function checkCrossing(request: HttpRequest, status: number, there: URL): void {
  const host = `another host, "${there.origin}"`
  if (request.destination.scheme === 'https' && there.protocol === 'http:')
    throw refusal(`redirect from https to http, "${there.origin}"`)
  if (repeatingStatuses.includes(status)) throw refusal(`redirect ${status} to ${host}`)
  if (request.body !== undefined) throw refusal(`redirect of a request with a body to ${host}`)
}

function cross(request: HttpRequest, there: URL): HttpRequest {
  const destination = findDestination(there.protocol === 'https:' ? 'https' : 'http', there.host)
  if (destination === undefined) throw unreadable()
  return {
    method: isReading(request.method) ? request.method : 'GET',
    ...at(there, destination),
    destination,
    headers: request.headers.filter(({ name }) => /^accept(?:-|$)/i.test(name)),
    defaults: request.defaults,
  }
}

function isReading(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
}

function at(there: URL, destination: HttpRequest['destination']) {
  const requestPath = there.pathname + there.search
  return { requestPath, url: urlOf(destination, requestPath) }
}

function unreadable() {
  return failure('redirect to an unreadable Location')
}

function failure(why: string) {
  return fail('SCRIPT_ERROR', `request failed: ${why}`)
}
