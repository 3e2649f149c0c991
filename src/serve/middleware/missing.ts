// Paths that lead nowhere, and methods that a path does not know. Each family of paths answers in
// its own envelope: the API in that of the command line, webhooks in a shorter one.

import { fail } from '#spec/errors.ts'
import { json } from '../answer.ts'
import { failureAnswer } from '../errors.ts'
import type { Facts } from '../facts.ts'
import type { Hosting } from '../hosting.ts'
import type { Route } from '../route.ts'
import { isVisible } from './admit.ts'

export function notFound({ path }: Facts): Response {
  return isApi(path)
    ? failureAnswer(fail('NOT_FOUND', `Cannot answer "${shorten(path)}": no such path`))
    : json({ ok: false, error: 'no_drawer_registered_for_path' }, 404)
}

/** Tells which methods there are, unless the caller must not know of the path at all. */
export function wrongMethod(
  route: Route,
  allowed: readonly string[],
  facts: Facts,
  hosting: Hosting,
): Response {
  if (!isVisible(route, facts, hosting)) return notFound(facts)
  facts.route = route.path
  const headers = { Allow: allowed.join(', ') }
  if (!isApi(facts.path)) return json({ ok: false, error: 'method_not_allowed' }, 405, headers)
  const message = `Cannot answer "${shorten(facts.path)}" that way: it knows ${headers.Allow}`
  return failureAnswer(fail('METHOD_NOT_ALLOWED', message), headers)
}

function isApi(path: string): boolean {
  return /^\/(?:api|v1)(?:\/|$)/.test(path)
}

const shownCharacters = 200

function shorten(path: string): string {
  return path.length > shownCharacters ? `${path.slice(0, shownCharacters)}…` : path
}
