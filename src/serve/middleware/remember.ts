// What is remembered of an answered request: its id in the answer, a line in the log, the counters.

import type { Facts } from '../facts.ts'
import type { Hosting } from '../hosting.ts'

export interface Answered {
  request: Request
  facts: Facts
  /** From its arrival to its answer; streams go on after that. */
  seconds: number
}

export function remember(
  response: Response,
  { request, facts, seconds }: Answered,
  { log, metrics, draining }: Hosting,
): Response {
  const { method } = request
  const { headers, status } = response
  headers.set('X-Request-Id', facts.requestId)
  for (const name in facts.headers) headers.set(name, facts.headers[name]!)
  // Whoever comes back finds the host gone.
  if (draining) headers.set('Connection', 'close')
  metrics.request(facts.route, knownMethod(method), status, seconds)
  if (log.wants('info'))
    log.info('request', {
      request_id: facts.requestId,
      method,
      path: facts.path.slice(0, shownCharacters),
      status,
      ms: Math.round(seconds * 1000),
      client: facts.client,
      actor: facts.actor,
      run_id: facts.runId,
    })
  return response
}

const shownCharacters = 200
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']

// Callers may make methods up; counters must not grow with their fantasy.
function knownMethod(method: string): string {
  return methods.includes(method) ? method : 'other'
}
