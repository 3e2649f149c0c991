// Whether a route answers this caller: is it visible here, is the key right, was it asked too often.

import { fail } from '#spec/errors.ts'
import { failureAnswer } from '../errors.ts'
import type { Facts } from '../facts.ts'
import type { Hosting } from '../hosting.ts'
import type { Route } from '../route.ts'
import { notFound } from './missing.ts'

/** The answer that turns a request away, or undefined when it may go on. */
export function admit(
  route: Route,
  request: Request,
  facts: Facts,
  hosting: Hosting,
): Response | undefined {
  if (!isVisible(route, facts, hosting)) return notFound(facts)
  if (route.auth === 'none') return undefined
  return checkKey(request, facts, hosting) ?? checkRate(facts, hosting)
}

/** On the public surface most of the host looks as if it were not there. */
export function isVisible({ surface }: Route, facts: Facts, { settings }: Hosting): boolean {
  if (facts.surface === 'private' || surface === 'both') return true
  return (
    (surface === 'api' && settings['expose-api']) ||
    (surface === 'registry' && settings['expose-registry'])
  )
}

function checkKey(request: Request, facts: Facts, hosting: Hosting): Response | undefined {
  const { key, failedLogins, metrics } = hosting
  if (!key) return undefined
  const authorization = request.headers.get('authorization')
  if (key.admits(authorization)) {
    facts.actor = key.actor
    return undefined
  }
  metrics.authFailed(facts.surface, authorization === null ? 'missing' : 'wrong')
  if (failedLogins.tooMany(facts.client))
    return failureAnswer(fail('RATE_LIMITED', 'Cannot answer: too many requests without the key'), {
      'Retry-After': '60',
    })
  const why = authorization === null ? 'the API key is missing' : 'the API key is wrong'
  return failureAnswer(
    fail('UNAUTHORIZED', `Cannot answer: ${why}`, { hint: 'Send it as Authorization: Bearer KEY' }),
  )
}

function checkRate(facts: Facts, { rate, key }: Hosting): Response | undefined {
  if (!rate) return undefined
  const { count, resetSeconds } = rate.counts.add(key ? facts.actor : facts.client)
  const headers = {
    'RateLimit-Limit': String(rate.limit),
    'RateLimit-Remaining': String(Math.max(0, rate.limit - count)),
    'RateLimit-Reset': String(resetSeconds),
  }
  facts.headers = headers
  if (count <= rate.limit) return undefined
  const message = `Cannot answer: more than ${rate.limit} requests in a minute`
  return failureAnswer(fail('RATE_LIMITED', message), { 'Retry-After': String(resetSeconds) })
}
